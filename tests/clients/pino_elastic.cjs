// pino-elasticsearch: what pino logs, as it is sent by the stream that it writes to.
const pino = require("pino");
const pinoElastic = require("pino-elasticsearch");
const setting = require("./setting.cjs");

const stream = pinoElastic({
  node: setting.url,
  auth: { username: "any", password: setting.token },
  index: "pino",
  opType: "create",
  esVersion: 8,
  flushBytes: 4096,
});
stream.on("error", setting.fail);
stream.on("insertError", setting.fail);
const logger = pino({ level: "info" }, stream);
for (const n of setting.numbers()) logger.info({ n }, setting.text(n));
stream.end();
