"""rsyslog, omelasticsearch: lines of a file, in bulk. Ends with 77 where it is not installed."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import setting

PLUGINS = pathlib.Path("/usr/lib/x86_64-linux-gnu/rsyslog")
CONFIG = """
global(workDirectory="{work}")
module(load="imfile")
module(load="omelasticsearch")
template(name="document" type="list" option.jsonf="on") {{
  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}}
input(type="imfile" file="{work}/lines" tag="test")
action(type="omelasticsearch" server="{host}" serverport="{port}" usehttps="off" bulkmode="on"
       searchIndex="logs" searchType="" uid="any" pwd="{token}" template="document"
       errorfile="{work}/errors" action.resumeretrycount="-1")
"""


def found():
    query = {"queryString": f"@rawstring=/client={setting.LABEL} / | count()", "start": "1h"}
    request = urllib.request.Request(
        f"{setting.URL}/api/v1/repositories/{setting.REPO}/query", json.dumps(query).encode(),
        {"Content-Type": "application/json", "Accept": "application/x-ndjson"})
    with urllib.request.urlopen(request) as answer:
        return int(json.loads(answer.read())["_count"])


daemon = shutil.which("rsyslogd", path="/usr/sbin:/usr/bin:/sbin")
if not daemon or not (PLUGINS / "omelasticsearch.so").exists():
    print("rsyslog and rsyslog-elasticsearch are not installed")
    sys.exit(77)
with tempfile.TemporaryDirectory(prefix="logwood-rsyslog-") as work:
    url = urllib.parse.urlparse(setting.URL)
    config = pathlib.Path(work, "config")
    config.write_text(CONFIG.format(work=work, host=url.hostname, port=url.port,
                                    token=setting.TOKEN))
    lines = "".join(setting.text(n) + "\n" for n in range(setting.EVENTS))
    pathlib.Path(work, "lines").write_text(lines)
    process = subprocess.Popen([daemon, "-n", "-f", str(config), "-i", f"{work}/pid"])
    deadline = time.monotonic() + 30
    while found() < setting.EVENTS and time.monotonic() < deadline:
        time.sleep(0.2)
    process.terminate()
    process.wait(20)
    errors = pathlib.Path(work, "errors")
    assert not errors.exists(), errors.read_text()
