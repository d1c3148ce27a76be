#!/usr/bin/env python3
"""Senders that others wrote, unmodified, against ingest listeners, GELF and the journal's upload:
each sends numbered events its own way, and a search must then find each of them exactly once.
Prints a table in Markdown.

  listeners.py --binary build/release/logwood [NAME...]

rsyslog, logger and systemd-journal-upload are Debian's; graypy and gelf-pro are installed in pinned
versions into build/clients (--install DIR). A sender that cannot be had says so in its row, and the
end is 77."""
import argparse
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
sys.path.insert(0, str(SOURCE / "tests" / "process"))
from server import Server, free_port  # noqa: E402
from found import (FIND_TIMEOUT_S, REPO, SKIPPED, missing_events,  # noqa: E402
                   times_found)

SEND_TIMEOUT_S = 60
PYTHON_PACKAGES = ["graypy==2.1.0"]
NODE_PACKAGES = {"gelf-pro": "1.4.0"}
# More than one chunk of GELF even when it is compressed.
LARGE_BYTES = 30_000

Sender = collections.namedtuple("Sender", "name package protocol events send what")


class NotInstalled(RuntimeError):
    """A program or package that is not here and cannot be had."""


class Failed(RuntimeError):
    """A sender that ended with an error."""


class Place:
    """Where a sender sends to, and where it may put files."""

    def __init__(self, server, token, name, port, work, install):
        self.server, self.token, self.name, self.port = server, token, name, port
        self.work, self.install = pathlib.Path(work), install

    def text(self, number):
        return f"client={self.name} n={number}"

    def lines(self, events):
        return "".join(self.text(n) + "\n" for n in range(events))


def program(name):
    path = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin:/lib/systemd")
    if not path:
        raise NotInstalled(f"{name} is not installed")
    return path


def run(command, **options):
    """Runs a sender to its end; gives what it printed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SEND_TIMEOUT_S,
                              **options)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"did not end in {SEND_TIMEOUT_S} s") from error
    if done.returncode != 0:
        raise Failed(f"ended with {done.returncode}: {(done.stderr + done.stdout)[-2000:]}")
    return done.stdout


def logger(*arguments):
    def send(place, events):
        run([program("logger"), "-n", "127.0.0.1", "-P", str(place.port), "-t", "test",
             *arguments], input=place.lines(events))
    return send


RSYSLOG = """
global(workDirectory="{work}")
module(load="imfile")
input(type="imfile" file="{work}/lines" tag="test:")
action(type="omfwd" target="127.0.0.1" port="{port}" action.resumeretrycount="-1" {action})
"""


def rsyslog(action):
    def send(place, events):
        daemon = program("rsyslogd")
        config = place.work / "config"
        config.write_text(RSYSLOG.format(work=place.work, port=place.port, action=action))
        (place.work / "lines").write_text(place.lines(events))
        process = subprocess.Popen([daemon, "-n", "-f", str(config), "-i",
                                    str(place.work / "pid")])
        try:
            deadline = time.monotonic() + FIND_TIMEOUT_S
            while (sum(times_found(place.server, place.name).values()) < events
                   and time.monotonic() < deadline):
                time.sleep(0.2)
        finally:
            process.terminate()
            process.wait(20)
    return send


def journal(place, events):
    """A journal made from export format, with text that must travel as binary."""
    remote, upload = program("systemd-journal-remote"), program("systemd-journal-upload")
    export, now_us = b"", int(time.time() * 1e6)
    for n in range(events):
        text = place.text(n).encode()
        message = b"MESSAGE=" + text + b"\n"
        if n % 3 == 0:
            text = b"two lines\n" + text
            message = b"MESSAGE\n" + len(text).to_bytes(8, "little") + text + b"\n"
        export += (f"__REALTIME_TIMESTAMP={now_us + n}\n__MONOTONIC_TIMESTAMP={n + 1}\n"
                   f"_BOOT_ID={1:032x}\n_MACHINE_ID={2:032x}\n_HOSTNAME=h\nPRIORITY={n % 8}\n"
                   f"_SYSTEMD_UNIT=test.service\n").encode() + message + b"\n"
    (place.work / "export").write_bytes(export)
    file = place.work / "test.journal"
    run([remote, "-o", str(file), str(place.work / "export")])
    run([upload, f"--url=http://any:{place.token}@127.0.0.1:{place.server.port}",
         "--follow=no", f"--file={file}", f"--save-state={place.work}/state"])


def python_packages(install):
    folder = install / "listeners-python"
    python = folder / "bin" / "python"
    try:
        if not python.exists():
            run([sys.executable, "-m", "venv", str(folder)])
        run([str(python), "-m", "pip", "install", "--quiet", "--retries", "1",
             "--disable-pip-version-check", *PYTHON_PACKAGES])
    except (Failed, OSError) as error:
        raise NotInstalled(f"no {PYTHON_PACKAGES}: {error}") from error
    return str(python)


def node_packages(install):
    folder = install / "listeners-node"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(json.dumps({"private": True,
                                                         "dependencies": NODE_PACKAGES}))
        run(["npm", "install", "--no-audit", "--no-fund", "--fetch-retries=1"], cwd=folder)
    except (Failed, OSError) as error:
        raise NotInstalled(f"no {NODE_PACKAGES}: {error}") from error
    return str(folder / "node_modules")


def gelf_of(tool, *arguments):
    """graypy or gelf-pro, through the script of that name beside this file."""
    def send(place, events):
        port = place.port or place.server.port
        env = {"PATH": os.environ["PATH"], "PORT": str(port), "TOKEN": place.token,
               "LABEL": place.name, "EVENTS": str(events), "LARGE_BYTES": str(LARGE_BYTES)}
        if tool == "graypy":
            command = [python_packages(place.install), str(HERE / "graypy_send.py")]
        else:
            env["NODE_PATH"] = node_packages(place.install)
            command = ["node", str(HERE / "gelf_pro_send.cjs")]
        run([*command, *arguments], env=env)
    return send


SENDERS = [
    Sender("rsyslog-tcp", "rsyslog", "tcp",
           2000, rsyslog('protocol="tcp" tcp_framing="octet-counted" '
                         'template="RSYSLOG_SyslogProtocol23Format"'),
           "omfwd, TCP, octet-counted, RFC 5424"),
    Sender("rsyslog-tcp-lines", "rsyslog", "tcp",
           2000, rsyslog('protocol="tcp" template="RSYSLOG_ForwardFormat"'),
           "omfwd, TCP, lines, its own forward format"),
    Sender("rsyslog-udp", "rsyslog", "udp",
           500, rsyslog('protocol="udp" template="RSYSLOG_TraditionalForwardFormat"'),
           "omfwd, UDP, RFC 3164"),
    Sender("logger-tcp-count", "bsdutils", "tcp", 500,
           logger("--tcp", "--rfc5424", "--octet-count"), "TCP, octet-counted, RFC 5424"),
    Sender("logger-tcp-lines", "bsdutils", "tcp", 500, logger("--tcp", "--rfc5424"),
           "TCP, lines, RFC 5424"),
    Sender("logger-udp", "bsdutils", "udp", 500, logger("--udp", "--rfc3164"), "UDP, RFC 3164"),
    Sender("journal-upload", "systemd-journal-remote", None, 3000, journal,
           "a journal of its own, uploaded; a third of the messages are binary"),
    Sender("graypy-udp", "graypy", "gelf_udp", 200, gelf_of("graypy", "udp"),
           "GELF, UDP, zlib, chunks"),
    Sender("graypy-tcp", "graypy", "gelf_tcp", 200, gelf_of("graypy", "tcp"), "GELF, TCP"),
    Sender("graypy-http", "graypy", None, 100, gelf_of("graypy", "http"),
           "GELF, HTTP `/gelf`, compressed"),
    Sender("gelf-pro-udp", "gelf-pro", "gelf_udp", 200, gelf_of("gelf-pro", "udp"),
           "GELF, UDP, deflate, chunks"),
    Sender("gelf-pro-tcp", "gelf-pro", "gelf_tcp", 200, gelf_of("gelf-pro", "tcp"), "GELF, TCP"),
]


def administer(server, method, path, body=None):
    status, text = server.request(method, f"/api/v1/repositories/{REPO}{path}",
                                  json.dumps(body) if body else None,
                                  {"Content-Type": "application/json"})
    if status not in (200, 201, 204):
        raise RuntimeError(f"{method} {path}: {status} {text!r}")
    return json.loads(text) if text else None


def open_listener(sender, server):
    """Gives the port, once the listener is open; none for a sender that speaks HTTP."""
    if not sender.protocol:
        return None
    port = free_port()
    administer(server, "POST", "/listeners",
               {"name": sender.name, "protocol": sender.protocol, "port": port,
                "parser": None if "gelf" in sender.protocol else "syslog",
                "tags": {"sender": sender.package}})
    deadline = time.monotonic() + FIND_TIMEOUT_S
    while problem := administer(server, "GET", f"/listeners/{sender.name}")["problem"]:
        if time.monotonic() > deadline:
            raise RuntimeError(f"port {port}: {problem}")
        time.sleep(0.05)
    return port


def run_one(sender, server, token, install):
    begin = time.monotonic()
    port = open_listener(sender, server)
    with tempfile.TemporaryDirectory(prefix="logwood-sender-") as work:
        try:
            sender.send(Place(server, token, sender.name, port, work, install), sender.events)
            wrong = missing_events(server, sender.name, sender.events)
        except NotInstalled as error:
            return f"SKIPPED: {error}"
        except Failed as error:
            wrong = str(error)
    if wrong:
        return f"FAILED: {wrong}"
    return f"{sender.events} of {sender.events} once, {time.monotonic() - begin:.1f} s"


def check_parsed(server, senders):
    """Syslog's parts must be there as fields, whoever sent it."""
    sent = sum(sender.events for sender in senders if sender.protocol in ("tcp", "udp"))
    rows = server.export(REPO, "#type=syslog | groupBy([app, severity, host], limit=max)")
    good = sum(int(row["_count"]) for row in rows
               if (row["app"], row["severity"]) == ("test", "5") and row["host"])
    return "" if good == sent else f"FAILED: {good} of {sent} are parsed as they should be: {rows}"


def check_restart(server):
    """Listeners are part of the metadata: their ports are open again."""
    names = [listener["name"] for listener in administer(server, "GET", "/listeners")]
    server.stop()
    server.start()
    deadline = time.monotonic() + FIND_TIMEOUT_S
    while True:
        found = administer(server, "GET", "/listeners")
        closed = [listener for listener in found if listener["problem"]]
        if not closed and [listener["name"] for listener in found] == names:
            return ""
        if time.monotonic() > deadline:
            return f"FAILED: after a restart: {closed or found}"
        time.sleep(0.05)


def run_all(senders, binary, install):
    rows = []
    install.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="logwood-listeners-") as work:
        server = Server(binary, os.path.join(work, "data"), os.path.join(work, "log"))
        server.start()
        try:
            server.create_repo(REPO)
            token = administer(server, "POST", "/ingesttokens", {"name": "clients"})["token"]
            for sender in senders:
                rows.append((sender, run_one(sender, server, token, install)))
                print(f"{sender.name}: {rows[-1][1]}", file=sys.stderr, flush=True)
            ran = [sender for sender, result in rows if "SKIPPED" not in result]
            problem = check_parsed(server, ran) or check_restart(server)
        finally:
            if any("FAILED" in row[1] for row in rows):
                shutil.copy(os.path.join(work, "log"), install / "listeners-server.log")
            server.kill()
    return rows, problem


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--install", default=SOURCE / "build" / "clients", type=pathlib.Path)
    parser.add_argument("names", nargs="*", help="of senders; all when there is none")
    args = parser.parse_args()
    unknown = set(args.names) - {sender.name for sender in SENDERS}
    if unknown:
        parser.error(f"no such sender: {', '.join(sorted(unknown))}")
    chosen = [sender for sender in SENDERS if not args.names or sender.name in args.names]
    rows, problem = run_all(chosen, os.path.abspath(args.binary), args.install.absolute())
    print("| sender | what it did | result |\n|---|---|---|")
    for sender, result in rows:
        line = result.replace("\n", " ").replace("|", "\\|")
        print(f"| {sender.package} | {sender.what} | {line} |")
    if problem:
        print(problem)
    if problem or any("FAILED" in row[1] for row in rows):
        return 1
    return SKIPPED if any("SKIPPED" in row[1] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
