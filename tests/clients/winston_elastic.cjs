// winston-elasticsearch: a transport that probes health and templates before it sends.
const winston = require("winston");
const { ElasticsearchTransport } = require("winston-elasticsearch");
const setting = require("./setting.cjs");

const transport = new ElasticsearchTransport({
  level: "info",
  clientOpts: { node: setting.url, auth: { username: "any", password: setting.token } },
  flushInterval: 200,
  source: "test",
});
transport.on("error", setting.fail);
const logger = winston.createLogger({ transports: [transport] });
logger.on("error", setting.fail);
for (const n of setting.numbers()) logger.info(setting.text(n), { n });
transport.flush().then(() => {
  logger.end();
  setTimeout(() => process.exit(0), 1000);
}, setting.fail);
