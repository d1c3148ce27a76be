// gelf-pro: messages over UDP or TCP; every tenth is large.
const crypto = require("crypto");
const gelf = require("gelf-pro");

gelf.setConfig({
  adapterName: process.argv[2],
  adapterOptions: { host: "127.0.0.1", port: Number(process.env.PORT) },
});

async function main() {
  for (let n = 0; n < Number(process.env.EVENTS); ++n) {
    const padding =
      n % 10 === 0 ? crypto.randomBytes(Number(process.env.LARGE_BYTES) / 2).toString("hex") : "";
    await new Promise((resolve, reject) =>
      gelf.info(`client=${process.env.LABEL} n=${n} ${padding}`, { number: n }, (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
