// winston-loki: a transport that pushes batches; argument: protobuf or json.
const winston = require("winston");
const LokiTransport = require("winston-loki");
const setting = require("./setting.cjs");

if (process.argv[2] === "protobuf") require("snappy"); // without it the transport sends JSON
const transport = new LokiTransport({
  host: setting.url,
  basicAuth: `any:${setting.token}`,
  json: process.argv[2] === "json",
  labels: { app: "client" },
  interval: 1,
  gracefulShutdown: false,
  onConnectionError: setting.fail,
});
const logger = winston.createLogger({ transports: [transport] });
for (const n of setting.numbers()) logger.info(setting.text(n));
setImmediate(() => transport.flush().then(() => process.exit(0), setting.fail));
