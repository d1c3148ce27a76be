// OpenTelemetry: the exporters of log records; argument: proto or http (which sends JSON).
const { diag, DiagLogLevel } = require("@opentelemetry/api");
const { LoggerProvider, BatchLogRecordProcessor } = require("@opentelemetry/sdk-logs");
const setting = require("./setting.cjs");

const { OTLPLogExporter } = require(`@opentelemetry/exporter-logs-otlp-${process.argv[2]}`);
const ignore = () => {};
diag.setLogger(
  { error: setting.fail, warn: setting.fail, info: ignore, debug: ignore, verbose: ignore },
  DiagLogLevel.WARN,
);
const exporter = new OTLPLogExporter({
  url: `${setting.url}/v1/logs`,
  headers: { Authorization: `Bearer ${setting.token}` },
});
const processor = new BatchLogRecordProcessor({ exporter });
const provider = new LoggerProvider({ processors: [processor] });
const logger = provider.getLogger("client", "1.0");
for (const n of setting.numbers())
  logger.emit({
    severityNumber: 9,
    severityText: "INFO",
    body: { text: setting.text(n), list: [n, true] },
    attributes: { n, "http.route": "/x" },
  });
provider.shutdown().catch(setting.fail);
