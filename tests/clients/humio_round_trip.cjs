// humio: both ways to ingest, then the events are asked for as the library does.
const Humio = require("humio");
const setting = require("./setting.cjs");

const { hostname, port } = new URL(setting.url);
const humio = new Humio({
  host: hostname,
  port,
  ssl: false,
  basePath: "/",
  ingestToken: setting.token,
  apiToken: "any",
  repository: setting.repo,
});
const queryString = `@rawstring=/client=${setting.label} /`;

async function count() {
  const answer = await humio.run({ queryString: `${queryString} | count()`, start: "1h" });
  return Number(answer.data.events[0]._count);
}

async function main() {
  for (const n of setting.numbers()) {
    if (n % 2 === 0) await humio.sendMessage(setting.text(n), { n });
    else await humio.sendJson({ text: setting.text(n) });
  }
  for (let tries = 0; (await count()) !== setting.events; ++tries) {
    if (tries === 100) setting.fail(`counted ${await count()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  let seen = 0;
  await humio.stream({ queryString, start: "1h" }, () => ++seen);
  await new Promise((resolve) => setTimeout(resolve, 500));
  if (seen !== setting.events) setting.fail(`streamed ${seen}`);
  process.exit(0);
}

main().catch(setting.fail);
