"""opentelemetry: exporters over HTTP in protobuf; argument: logs, traces or metrics."""
import logging
import sys

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource

import setting

resource = Resource.create({"service.name": "client-test"})
base = setting.URL + "/api/v1/ingest/otlp/v1/"
headers = {"Authorization": f"Bearer {setting.TOKEN}"}


class Failures(logging.Handler):
    """The exporters log what goes wrong and go on."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.found = []

    def emit(self, record):
        self.found.append(record.getMessage())


failures = Failures()
logging.getLogger("opentelemetry").addHandler(failures)


def send_logs():
    from opentelemetry._logs import LogRecord, SeverityNumber
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    provider = LoggerProvider(resource=resource)
    exporter = OTLPLogExporter(base + "logs", headers=headers, compression=Compression.Gzip)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logger = provider.get_logger("client", "1.0")
    for n in range(setting.EVENTS):
        logger.emit(LogRecord(body=setting.text(n), severity_number=SeverityNumber.INFO,
                              attributes={"n": n, "list": ["a", "b"], "ok": True, "f": 0.5}))
    provider.shutdown()


def send_traces():
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(setting.URL + "/v1/traces", headers=headers)))
    tracer = provider.get_tracer("client")
    for n in range(setting.EVENTS):
        with tracer.start_as_current_span(setting.text(n), attributes={"n": n}) as span:
            span.add_event("half way")
    provider.shutdown()


def send_metrics():
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    exporter = OTLPMetricExporter(base + "metrics", headers=headers)
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
    provider = MeterProvider(resource=resource, metric_readers=[reader])
    counter = provider.get_meter("client").create_counter("requests", unit="1")
    for n in range(setting.EVENTS):
        counter.add(1, {"text": setting.text(n)})
    provider.shutdown()


{"logs": send_logs, "traces": send_traces, "metrics": send_metrics}[sys.argv[1]]()
assert not failures.found, failures.found
