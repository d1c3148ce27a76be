"""graypy: log records over UDP, TCP or HTTP; every tenth is large."""
import logging
import os
import random
import sys

import graypy

PORT = int(os.environ["PORT"])
HANDLERS = {
    "udp": lambda: graypy.GELFUDPHandler("127.0.0.1", PORT),
    "tcp": lambda: graypy.GELFTCPHandler("127.0.0.1", PORT),
    "http": lambda: graypy.GELFHTTPHandler("127.0.0.1", PORT),
}

handler = HANDLERS[sys.argv[1]]()
if sys.argv[1] == "http":
    handler.headers["Authorization"] = "Bearer " + os.environ["TOKEN"]
# Log records must not get lost in silence, as they would by default.
handler.handleError = lambda record: os._exit(1)
log = logging.getLogger("test")
log.setLevel(logging.INFO)
log.addHandler(handler)
for n in range(int(os.environ["EVENTS"])):
    padding = random.randbytes(int(os.environ["LARGE_BYTES"]) // 2).hex() if n % 10 == 0 else ""
    log.info("client=%s n=%d %s", os.environ["LABEL"], n, padding, extra={"number": n})
handler.close()
