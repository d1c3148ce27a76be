// splunk-logging: HEC events in batches.
const { Logger } = require("splunk-logging");
const setting = require("./setting.cjs");

const logger = new Logger({ token: setting.token, url: setting.url, maxBatchCount: 0 });
logger.error = setting.fail;
const flush = () =>
  new Promise((resolve) =>
    logger.flush((error, _response, body) => {
      if (error || body.code !== 0) setting.fail(error || body);
      resolve();
    }),
  );

async function main() {
  for (const n of setting.numbers()) {
    logger.send({ message: { text: setting.text(n), n }, metadata: { host: "test" } });
    if (n % 10 === 9) await flush();
  }
  if (setting.events % 10 !== 0) await flush();
}

main().catch(setting.fail);
