"""python-logging-loki: a logging handler that pushes line by line, in both of its API versions."""
import logging

import logging_loki

import setting


class Strict(logging_loki.LokiHandler):
    def handleError(self, record):
        raise  # noqa: PLE0704 - the error that logging would only print


for version, path in (("0", "/api/prom/push"), ("1", "/loki/api/v1/push")):
    handler = Strict(url=setting.URL + path, tags={"app": "client"}, version=version,
                     auth=("any", setting.TOKEN))
    logger = logging.getLogger(f"client.{version}")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    for n in range(int(version), setting.EVENTS, 2):
        logger.info(setting.text(n), extra={"tags": {"service": "test"}})
