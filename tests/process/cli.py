#!/usr/bin/env python3
"""The command line as a person uses it: every verb, wrong input, exit codes, closed pipes, a server
that is not there."""
import argparse
import copy
import fcntl
import gzip
import http.server
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

from server import Server, free_port

OK, FAILED, USAGE, REFUSED, NETWORK, INTERRUPTED = 0, 1, 2, 4, 5, 130
LINES = [{"@timestamp": f"2026-01-02T03:04:{i % 60:02}Z", "level": ["INFO", "ERROR"][i % 3 == 0],
          "n": i, "message": f"text {i}"} for i in range(300)]


class Cli:
    def __init__(self, binary, address, directory):
        self.binary, self.directory = binary, directory
        self.env = {**os.environ, "HUMIO_ADDRESS": address, "TERM": "xterm",
                    "XDG_CONFIG_HOME": str(directory / "config")}
        for name in ("HUMIO_TOKEN", "NO_COLOR", "PAGER", "LOGWOOD_PAGER"):
            self.env.pop(name, None)

    def run(self, *arguments, text=None, expect=OK):
        done = subprocess.run([self.binary, *map(str, arguments)], input=text, capture_output=True,
                              text=True, timeout=120, env=self.env, cwd=self.directory)
        if done.returncode != expect:
            raise AssertionError(f"{arguments} ended with {done.returncode}, not {expect}:\n"
                                 f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return done

    def out(self, *arguments, **more):
        return self.run(*arguments, **more).stdout

    def start(self, *arguments):
        return subprocess.Popen([self.binary, *map(str, arguments)], env=self.env, text=True,
                                cwd=self.directory, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def on_terminal(self, *arguments, **variables):
        """What comes out on a terminal, and the exit code."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        running = subprocess.Popen([self.binary, *map(str, arguments)], cwd=self.directory,
                                   env={**self.env, **variables}, stdin=subprocess.DEVNULL,
                                   stdout=theirs, stderr=subprocess.DEVNULL)
        os.close(theirs)
        text = b""
        try:
            while piece := os.read(ours, 65536):
                text += piece
        except OSError:  # The other end is closed.
            pass
        os.close(ours)
        return text.decode().replace("\r\n", "\n"), running.wait(60)

    def count(self, repo, query="*"):
        rows = self.out("search", repo, f"{query} | count()", "--start", 0, "--format", "json")
        return int(json.loads(rows)["_count"])


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"found {found!r}, not {expected!r}")


def wait_for(check, what, timeout_s=60):
    deadline = time.monotonic() + timeout_s
    while not check():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come in {timeout_s} s")
        time.sleep(0.05)


def repositories(cli, work):
    equal(cli.out("repo", "create", "shop"), "created repository shop\n")
    cli.run("repo", "create", "shop", expect=FAILED)
    cli.run("repo", "create", "gone", "--description", "soon")
    equal({"shop", "gone"} <= set(cli.out("repo", "list").split()), True)
    cli.run("repo", "delete", "gone", expect=USAGE)
    cli.run("repo", "delete", "gone", "--yes")
    cli.run("repo", "delete", "gone", "--yes", expect=FAILED)
    equal("age, ms: no limit" in cli.out("repo", "retention", "shop"), True)
    equal("age, ms: 315360000000" in cli.out("repo", "retention", "shop", "--age", "10y"), True)
    both = cli.out("repo", "retention", "shop", "--original-size", "5GB")
    equal("age, ms: 315360000000" in both and "original bytes: 5000000000" in both, True)
    equal("no limit" in cli.out("repo", "retention", "shop", "--no-limits", "--age", "9y"), True)
    for amount in ("0d", "d", "5", "5 d", "99999999999999999999y", "-1d"):
        cli.run("repo", "retention", "shop", f"--age={amount}", expect=USAGE)


def tokens(cli, work):
    token = cli.out("token", "create", "shop", "web", "--parser", "json").strip()
    equal(cli.out("token", "list", "shop").splitlines()[1].split(), ["web", "json", token])
    cli.run("token", "create", "shop", "web", expect=FAILED)
    cli.run("token", "delete", "shop", "web")
    cli.run("token", "delete", "shop", "web", expect=FAILED)
    cli.run("token", "list", "nowhere", expect=FAILED)


def parsers(cli, work):
    (work / "pair.logscale").write_text("/^(?<key>\\w+) (?<value>\\w+)$/\n")
    (work / "bad.logscale").write_text("parseJson(\n")
    cli.run("parser", "put", "shop", "pair", "pair.logscale", "--tag-fields", "key")
    equal(cli.out("parser", "list", "shop"), "pair\n")
    equal(cli.out("parser", "get", "shop", "pair"), "/^(?<key>\\w+) (?<value>\\w+)$/\n")
    equal(json.loads(cli.out("parser", "get", "shop", "pair", "--json"))["tagFields"], ["key"])
    equal("^" in cli.run("parser", "put", "shop", "x", "bad.logscale", expect=USAGE).stderr, True)
    cli.run("parser", "put", "shop", "x", "nothing", expect=FAILED)
    cli.run("parser", "delete", "shop", "pair")
    cli.run("parser", "get", "shop", "pair", expect=FAILED)
    row = json.loads(cli.out("parser", "test", "pair.logscale", "-", text="size 12\n"))
    equal((row["key"], row["value"], row["#type"]), ("size", "12", "pair"))
    broken = cli.run("parser", "test", "json", text='{"a":1}\nno json\n', expect=FAILED)
    equal([("@error" in json.loads(line)) for line in broken.stdout.splitlines()], [False, True])
    cli.run("parser", "test", "bad.logscale", text="", expect=USAGE)
    cli.run("parser", "test", "no_such_parser", text="", expect=FAILED)


def ingest(cli, work):
    (work / "a.json").write_text("".join(json.dumps(line) + "\n" for line in LINES[:200]))
    with gzip.open(work / "b.json.gz", "wt") as file:
        file.write("".join(json.dumps(line) + "\n" for line in LINES[200:]))
    done = cli.run("ingest", "shop", "a.json", "b.json.gz", "--parser", "json", "--field", "from=f")
    equal("300 events acknowledged" in done.stderr, True)
    equal(cli.count("shop"), 300)
    equal(cli.count("shop", "from=f"), 300)
    cli.run("repo", "create", "pipe")
    cli.run("ingest", "pipe", "-", text="one\n\ntwo\r\nthree")
    equal(cli.count("pipe"), 3)
    cli.run("ingest", "pipe", "-", text="")
    cli.run("ingest", "nowhere", "a.json", expect=FAILED)
    cli.run("ingest", "pipe", "nothing", expect=FAILED)
    cli.run("ingest", "pipe", work, expect=USAGE)
    cli.run("ingest", "pipe", expect=USAGE)
    cli.run("ingest", "pipe", "a.json", "--field", "x", expect=USAGE)
    cli.run("ingest", "pipe", "-", "--follow", text="", expect=USAGE)
    equal(cli.count("pipe"), 3)


def multiline(cli, work):
    begins = ("--multiline", "^\\d")
    cli.run("repo", "create", "traces")
    (work / "trace.log").write_text("1 fails\n  at a\n\n  at b\n2 works\n3 fails\n  at c")
    cli.run("ingest", "traces", "trace.log", *begins)
    rows = cli.out("search", "traces", "select(@rawstring)", "--start", 0, "-o", "json")
    equal({json.loads(row)["@rawstring"] for row in rows.splitlines()},
          {"1 fails\n  at a\n\n  at b", "2 works", "3 fails\n  at c"})
    cli.run("ingest", "traces", "-", *begins, text="  at z\n4\n5\n  at y\n")
    equal(cli.count("traces"), 6)
    cli.run("ingest", "traces", "trace.log", "--multiline", "(", expect=USAGE)
    log = work / "grows.log"
    log.write_text("1 x\n  at")
    command = ("ingest", "grown", "grows.log", *begins, "--checkpoint", "grown")
    cli.run("repo", "create", "grown")
    running = cli.start(*command, "--follow")
    with open(log, "a") as file:
        file.write(" a\n2 x\n  at b\n")
    wait_for(lambda: cli.count("grown") == 2, "both events")  # The second by nothing that follows.
    running.send_signal(signal.SIGTERM)
    equal(running.wait(30), OK)
    with open(log, "a") as file:
        file.write("3 x\n  at c\n")
    cli.run(*command)
    rows = cli.out("search", "grown", "groupBy(@rawstring)", "--start", 0, "-o", "json")
    equal([json.loads(row)["@rawstring"] for row in rows.splitlines()],
          [f"{n} x\n  at {c}" for n, c in ((1, "a"), (2, "b"), (3, "c"))])


def follow(cli, work):
    cli.run("repo", "create", "followed")
    log = work / "app.log"
    log.write_text("1\n2\n")
    command = ("ingest", "followed", "app.log", "--follow", "--checkpoint", "positions")
    running = cli.start(*command)
    wait_for(lambda: cli.count("followed") == 2, "the first lines")
    with open(log, "a") as file:
        file.write("3\n4")
    wait_for(lambda: cli.count("followed") == 3, "a new line")
    cli.run(*command, expect=FAILED)  # The checkpoint is in use.
    running.kill()
    running.wait()
    with open(log, "a") as file:
        file.write("4\n5\n")
    log.rename(work / "app.log.1")
    log.write_text("6\n")
    running = cli.start(*command)
    wait_for(lambda: cli.count("followed") == 6, "what came while nobody followed")
    log.rename(work / "app.log.2")
    log.write_text("7\n")
    wait_for(lambda: cli.count("followed") == 7, "the file after a rotation")
    running.send_signal(signal.SIGTERM)
    equal(running.wait(30), OK)
    cli.run("ingest", "followed", "app.log", "--checkpoint", "positions")
    equal(cli.count("followed"), 7)
    rows = cli.out("search", "followed", "groupBy(@rawstring)", "--start", 0, "--format", "json")
    counts = {row["@rawstring"]: row["_count"] for row in map(json.loads, rows.splitlines())}
    equal(counts, {text: "1" for text in ("1", "2", "3", "44", "5", "6", "7")})


def search(cli, work):
    ask = ("search", "shop", "--start", "0")
    rows = cli.out(*ask, "n=299", "--format", "json").splitlines()
    equal(json.loads(rows[0])["message"], "text 299")
    equal(len(cli.out(*ask, "*", "--all", "--format", "json").splitlines()), 300)
    shown = cli.run(*ask, "*", "--format", "json")
    equal((len(shown.stdout.splitlines()), "--all" in shown.stderr), (200, True))
    equal(len(cli.out(*ask, "*", "-n", 250, "--format", "json").splitlines()), 250)
    equal(cli.out(*ask, "n=7", "--format", "text"), json.dumps(LINES[7]) + "\n")
    equal(cli.out(*ask, "n=7", "--all", "--format", "text"), json.dumps(LINES[7]) + "\n")
    groups = "groupBy(level, function=count()) | sort(level, order=asc)"
    equal(cli.out(*ask, groups, "--format", "csv"), "level,_count\r\nERROR,100\r\nINFO,200\r\n"
          .replace("\r\n", "\n"))
    equal(cli.out(*ask, groups, "--format", "tsv"), "level\t_count\nERROR\t100\nINFO\t200\n")
    equal(cli.out(*ask, groups, "-o", "table"), "level  _count\nERROR     100\nINFO      200\n")
    equal(cli.out(*ask, "n=7", "--columns", "n,level", "--all", "-o", "tsv"), "n\tlevel\n7\tINFO\n")
    equal(cli.out(*ask, "n=?N", "--argument", "N=7", "--columns", "n", "-o", "text"), "7\n")
    wrong = cli.run(*ask, "level=ERROR | gropBy(level)", expect=USAGE)
    equal(wrong.stdout, "")
    equal("1:15:" in wrong.stderr and "^^^^^^" in wrong.stderr, True)
    equal("^" in cli.run(*ask, "| |", "--all", "--format", "text", expect=USAGE).stderr, True)
    cli.run(*ask, "n=99999", "--fail-empty", expect=FAILED)
    cli.run("search", "nowhere", "*", expect=FAILED)
    cli.run("search", "shop", "*", "--start", "yesterdayish", expect=USAGE)
    cli.run("search", "shop", "*", "--format", "xml", expect=USAGE)
    cli.run("search", "shop", "*", "--around", "x", expect=USAGE)
    event = json.loads(cli.out(*ask, "n=150", "--format", "json"))
    around = cli.out(*ask, "*", "--around", event["@id"], "--before", 2, "--after", 3,
                     "--format", "json").splitlines()
    equal((len(around), event["@id"] in [json.loads(row)["@id"] for row in around]), (6, True))
    cli.run(*ask, "*", "--around", "x_1_2_3", expect=FAILED)


def closed_pipe(cli, work):
    for arguments in (("search", "shop", "*", "--start", "0", "--all"), ("query", "functions"),
                      ("grep", "text", "a.json"), ("completion", "bash")):
        running = cli.start(*arguments)
        running.stdout.close()
        equal((arguments, running.wait(60) in (OK, FAILED)), (arguments, True))
        equal(running.stderr.read(), "")


def grep(cli, work):
    equal(len(cli.out("grep", "level=ERROR", "a.json", "b.json.gz").splitlines()), 100)
    count = json.loads(cli.out("grep", "n > 100 | count()", "a.json", "b.json.gz"))
    equal(count, {"_count": "199"})
    joined = cli.out("grep", "level=INFO | join({level=ERROR | n := n + 1}, field=n) | count()",
                     "a.json", "b.json.gz")
    equal(json.loads(joined), {"_count": "100"})
    equal(cli.out("grep", "!join({n > 2}, field=n)", "a.json", "-o", "text").count("\n"), 3)
    refused = cli.run("grep", "join({a}, field=b)", text="a b\n", expect=USAGE)
    equal("needs the events several times" in refused.stderr, True)
    equal(cli.out("grep", "one", text="one\ntwo\n", expect=OK).count("\n"), 1)
    equal(cli.out("grep", "one", "-o", "text", text="one\ntwo\nanyone"), "one\nanyone\n")
    cli.run("grep", "three", text="one\ntwo\n", expect=FAILED)
    cli.run("grep", "gropBy(x)", "a.json", expect=USAGE)
    some = cli.run("grep", "n=1", "nothing", "a.json", expect=USAGE)
    equal((len(some.stdout.splitlines()), "nothing" in some.stderr), (1, True))
    equal(cli.out("grep", "n=*", "a.json", "-n", 3, "-o", "text").count("\n"), 3)
    equal(cli.out("grep", "k=v", "--parser", "kv", "--columns", "a", "-o", "text",
                  text="k=v a=1\nk=w a=2\n"), "1\n")
    # A value that is hidden behind escapes is found all the same.
    equal(cli.out("grep", "m=needle", "-o", "text", text='{"m":"n\\u0065edle"}\n{"m":"other"}\n')
          .count("\n"), 1)
    # Lines of several outcomes stay in order.
    mixed = "".join(f'{{"n":{i}}}\n' if i % 3 else f"no json {i}\n" for i in range(20))
    equal(cli.out("grep", "*", "--parser", "json", "-o", "text", text=mixed), mixed)
    many = "".join(f"{i} {'hit' if i % 1000 == 0 else 'miss'} {'x' * 90}\n" for i in range(60_000))
    hits = cli.out("grep", "hit", "--columns", "@rawstring", "-o", "text", text=many).splitlines()
    equal([int(hit.split()[0]) for hit in hits], list(range(0, 60_000, 1000)))
    same = [cli.out("grep", "level=ERROR | groupBy(n) | sort(n, limit=20)", "a.json", "b.json.gz",
                    "--threads", threads) for threads in (1, 2, 7)]
    equal(same[0] == same[1] == same[2] and same[0].count("\n") == 20, True)
    served = cli.out("search", "shop", "groupBy(level) | sort(level)", "--start", "0", "-o", "tsv")
    equal(cli.out("grep", "groupBy(level) | sort(level)", "a.json", "b.json.gz", "-o", "tsv"),
          served)


def queries(cli, work):
    cli.run("query", "lint", "-", text="count()")
    equal("^" in cli.run("query", "lint", "-", text="count(", expect=USAGE).stderr, True)
    equal(cli.out("query", "fmt", "-", text="a=1|count()"), cli.out("query", "fmt", "a=1 | count()"))
    cli.run("query", "fmt", "| |", expect=USAGE)
    equal("groupBy()" in cli.out("query", "functions"), True)
    equal("function" in cli.out("query", "functions", "groupby"), True)
    equal("groupBy" in cli.run("query", "functions", "gropBy", expect=USAGE).stderr, True)


def explain(cli, work):
    ask = ("query", "explain", "shop", "level=ERROR | groupBy(n) | sort(_count)", "-s", 0)
    lines = cli.out(*ask, "--run").splitlines()
    names = [line[:14].strip() for line in lines]
    for name in ("query", "by segment", "aggregate", "once at last", "fields read", "run"):
        equal((name, name in names), (name, True))
    equal(" 300 events, 100 matched, 100 rows" in lines[names.index("run")], True)
    equal(json.loads(cli.out(*ask, "--json"))["isAggregate"], True)
    equal("^" in cli.run("query", "explain", "shop", "count(", expect=USAGE).stderr, True)
    cli.run("query", "explain", "nowhere", "*", expect=FAILED)


def profiles(cli, work):
    address = cli.env["HUMIO_ADDRESS"]
    other = copy.copy(cli)
    other.env = {**cli.env, "HUMIO_ADDRESS": ""}
    dead = f"http://127.0.0.1:{free_port()}"
    equal(other.out("profile", "list").splitlines(), ["name  address  token  default"])
    other.run("repo", "list", "--profile", "none", expect=FAILED)
    other.run("profile", "add", "here", "--address", address)
    other.run("profile", "add", "dead", "--address", dead, "--token", "-", text="secret\n")
    other.run("profile", "add", "bad", "--address", "nonsense", expect=USAGE)
    equal([line.split() for line in other.out("profile", "list").splitlines()[1:]],
          [["dead", dead, "yes"], ["here", address, "yes"]])
    kept = work / "config" / "logwood" / "profiles.json"
    equal((kept.stat().st_mode & 0o777, json.loads(kept.read_text())["default"]), (0o600, "here"))
    other.run("repo", "list")
    other.run("repo", "list", "--profile", "dead", expect=NETWORK)
    other.run("repo", "list", "--address", dead, expect=NETWORK)
    other.run("repo", "list", "--profile", "here", "--address", dead, expect=USAGE)
    cli.run("repo", "list", "--profile", "dead", expect=NETWORK)
    other.run("profile", "use", "dead")
    other.run("repo", "list", expect=NETWORK)
    cli.run("repo", "list")  # The environment stands above the default.
    other.run("profile", "use", "none", expect=FAILED)
    other.run("profile", "remove", "dead")
    other.run("profile", "remove", "dead", expect=FAILED)
    kept.write_text("{")
    equal("profiles.json: line 1" in other.run("repo", "list", expect=USAGE).stderr, True)
    kept.unlink()


def terminals(cli, work):
    """Colours and a pager on a terminal, and nothing of both elsewhere."""
    ask = ("search", "shop", "n=0 OR n=1", "--start", 0, "--no-progress")
    error, info = json.dumps(LINES[0]), json.dumps(LINES[1])
    coloured = f"{info}\n\x1b[31m{error}\x1b[0m\n"
    for more in ((), ("--all",)):
        equal(cli.on_terminal(*ask, *more, PAGER=""), (coloured, OK))
        equal(cli.on_terminal(*ask, *more, PAGER="cat > paged"), ("", OK))
        equal((work / "paged").read_text(), coloured)
        equal(cli.on_terminal(*ask, *more, PAGER="cat > none", LOGWOOD_PAGER="head -n 1")[0],
              coloured.splitlines()[0] + "\n")
    plain = f"{info}\n{error}\n"
    equal(cli.on_terminal(*ask, PAGER="", NO_COLOR="1"), (plain, OK))
    equal(cli.on_terminal(*ask, "--color", "never", "--no-pager", PAGER="cat > none"), (plain, OK))
    equal(cli.out(*ask, "-o", "text"), plain)
    equal(cli.out(*ask, "-o", "text", "--color", "always"), coloured)
    equal(cli.on_terminal("grep", "count()", "a.json", PAGER="cat > none"),
          ("\x1b[1m_count\x1b[0m\n   200\n", OK))
    equal(cli.on_terminal("query", "functions", PAGER="true")[1], OK)
    equal((work / "none").exists(), False)


def segments(cli, work, data):
    checkpoints = list((data / "digest").glob("*.ckpt"))
    merged = list((data / "segments").rglob("*.seg"))
    equal(len(checkpoints) > 0, True)
    verified = cli.out("segment", "verify", *checkpoints, *merged)
    equal(verified.count(": ok, "), len(checkpoints) + len(merged))
    dumped = cli.out("segment", "dump", checkpoints[0])
    for word in ("checkpoint of epoch", "row group", "@rawstring", "(coordinates)", "tail: offset"):
        equal((word, word in dumped), (word, True))
    damaged = work / "damaged.ckpt"
    whole = checkpoints[0].read_bytes()
    for place in (3, len(whole) // 3, len(whole) // 2, len(whole) - 60, len(whole) - 5):
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1:])
        found = cli.run("segment", "verify", damaged, checkpoints[0], expect=FAILED).stdout
        equal((place, "DAMAGED" in found, ": ok" in found), (place, True, True))
    damaged.write_bytes(whole[:len(whole) // 2])
    cli.run("segment", "verify", damaged, expect=FAILED)
    cli.run("segment", "dump", "a.json", expect=FAILED)
    cli.run("segment", "dump", "nothing", expect=FAILED)


# What is typed, and what that becomes.
COMPLETIONS = [("logwood sea", "search"), ("logwood repo cr", "create"),
               ("logwood search --form", "--format"),
               ("logwood search shop query --format js", "json"),
               ("logwood search --address x --form", "--format"),
               ("logwood ingest shop a.j", "a.json"), ("logwood serve --dat", "--data"),
               ("logwood segment ver", "verify")]


def complete_in_bash(work, line):
    script = ('source complete.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _logwood; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", script, "bash", *line.split(" ")], capture_output=True,
                          text=True, check=True, cwd=work)
    equal(done.stderr, "")
    return done.stdout.split("\n")[:-1]


def complete_in_fish(work, line):
    done = subprocess.run(["fish", "--no-config", "-c",
                           "source complete.fish; complete -C $argv[1]", line],
                          capture_output=True, text=True, check=True, cwd=work)
    equal(done.stderr, "")
    return [found.split("\t")[0] for found in done.stdout.splitlines()]


class Zsh:
    """A zsh on a terminal, as its completion works nowhere else."""

    def __init__(self, work):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(work)
            os.execvpe("zsh", ["zsh", "-f", "-i"], {**os.environ, "TERM": "dumb", "PS1": ""})
        self.send("source ./complete.zsh; print re''ady\n")
        self.read_until("ready")

    def send(self, text):
        os.write(self.terminal, text.encode())

    def read_until(self, end, timeout_s=30):
        """What comes up to `end`, or in that time."""
        found, deadline = "", time.monotonic() + timeout_s
        while end not in found and time.monotonic() < deadline:
            if select.select([self.terminal], [], [], 0.1)[0]:
                found += os.read(self.terminal, 65536).decode(errors="replace")
        return found

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def complete_in_zsh(work):
    zsh = Zsh(work)
    try:
        for line, wanted in COMPLETIONS:
            whole = line[:line.rindex(" ") + 1] + wanted
            zsh.send(line + "\t")
            seen = zsh.read_until(whole)
            equal((line, whole in seen), (line, True))
            zsh.send("\x15")  # The line is emptied.
    finally:
        zsh.close()


def completion(cli, work):
    cli.run("completion", "tcsh", expect=USAGE)
    for shell in ("bash", "zsh", "fish"):
        path = work / f"complete.{shell}"
        path.write_text(cli.out("completion", shell))
        if not shutil.which(shell):
            print(f"completion: SKIPPED for {shell}, which is not installed", flush=True)
        elif shell == "zsh":
            complete_in_zsh(work)
        else:
            complete = complete_in_bash if shell == "bash" else complete_in_fish
            for line, wanted in COMPLETIONS:
                equal((line, complete(work, line)), (line, [wanted]))
            equal("grep" in complete(work, "logwood "), True)
        if shutil.which(shell):
            subprocess.run([shell, "-n", path], check=True)


def wrong_usage(cli, work):
    for arguments in ((), ("nonsense",), ("search",), ("search", "shop"), ("repo",),
                      ("search", "shop", "*", "--nonsense"), ("segment", "dump")):
        cli.run(*arguments, expect=USAGE)
    for arguments in (("--help",), ("search", "--help"), ("--version",), ("serve", "--help")):
        equal(len(cli.out(*arguments)) > 0, True)


def misspelt(cli, work):
    for arguments, wanted in ((("serach", "x"), "did you mean `search`?"),
                              (("repo", "craete", "x"), "did you mean `create`?"),
                              (("xyzzy",), "there is no verb `xyzzy`\n"),
                              (("--nonsense",), "there is no option `--nonsense`"),
                              (("demo-logs", "--events", "-5"), "--events"),
                              (("grep", "x", "a.json", "-n", "-1"), "--limit")):
        wrong = cli.run(*arguments, expect=USAGE)
        equal((arguments, wanted in wrong.stderr, wrong.stdout), (arguments, True, ""))


def no_server(cli, work):
    away = Cli(cli.binary, f"http://127.0.0.1:{free_port()}", work)
    for arguments in (("repo", "list"), ("search", "shop", "*"), ("ingest", "shop", "a.json"),
                      ("tail", "shop"), ("search", "shop", "*", "--all")):
        done = away.run(*arguments, expect=NETWORK)
        equal("cannot connect" in done.stderr, True)
    for address in ("https://127.0.0.1:1", "nonsense", "http://127.0.0.1:x", "http://:80"):
        cli.run("repo", "list", "--address", address, expect=USAGE)


class Moody(http.server.BaseHTTPRequestHandler):
    """Answers ingest requests with what `answers` says, then 200; notes keys and bodies."""
    protocol_version = "HTTP/1.1"
    answers, seen = [], []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.headers["Idempotency-Key"], body))
        status, text = self.answers.pop(0) if self.answers else (200, "{}")
        if status == 0:  # The connection breaks.
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


def retries(cli, work):
    """A request is sent again, the same one, while its answer leaves that open; else given up."""
    (work / "two").write_text("1\n2\n")
    busy, unknown = '{"stored":"no"}', '{"stored":"unknown"}'
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Moody) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = Cli(cli.binary, f"http://127.0.0.1:{server.server_port}", work)
        for answers, code in (([(503, busy), (503, unknown), (500, unknown)], OK),
                              ([(503, busy), (0, ""), (429, "")], OK),
                              ([(400, "no")], USAGE), ([(401, "who")], REFUSED),
                              ([(403, "you may not")], REFUSED), ([(404, "")], FAILED)):
            Moody.answers, Moody.seen = list(answers), []
            Moody.seen.clear()
            client.run("ingest", "r", "two", expect=code)
            equal(len(set(Moody.seen)), 1)
            equal(len(Moody.seen), len(answers) + (code == OK))
        keys = {Moody.seen[0][0]}
        for _ in range(2):
            Moody.seen.clear()
            client.run("ingest", "r", "two")
            keys.add(Moody.seen[0][0])
        equal(len(keys), 3)  # Each run has its own.
        Moody.seen.clear()
        Moody.answers = [(503, unknown)] * 3
        running = client.start("ingest", "r", "two", "--checkpoint", "moody")
        wait_for(lambda: len(Moody.seen) >= 2, "a second try")
        running.kill()
        running.wait()
        with open(work / "two", "a") as file:
            file.write("3\n")
        client.run("ingest", "r", "two", "--checkpoint", "moody")
        bodies = [body for _, body in dict.fromkeys(Moody.seen)]
        equal([json.loads(body)[0]["messages"] for body in bodies], [["1", "2"], ["3"]])
        server.shutdown()


def interrupts(cli, work):
    running = cli.start("grep", "x")  # Waits for standard input.
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    equal(running.wait(10), INTERRUPTED)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--binary", required=True)
    binary = os.path.abspath(options.parse_args().binary)
    with tempfile.TemporaryDirectory(prefix="logwood-cli-") as directory:
        work, data = pathlib.Path(directory) / "work", pathlib.Path(directory) / "data"
        work.mkdir()
        server = Server(binary, str(data), f"{directory}/log",
                        {"FLUSH_BLOCK_SECONDS": "1", "LOGWOOD_CHECKPOINT_INTERVAL_MS": "100"})
        server.start()
        cli = Cli(binary, server.address, work)
        try:
            for part in (wrong_usage, misspelt, repositories, tokens, parsers, ingest, multiline, follow,
                         search, grep, closed_pipe, queries, explain, profiles, terminals,
                         completion, no_server, retries, interrupts):
                print(part.__name__, flush=True)
                part(cli, work)
            cli.run("ingest", "shop", "a.json", "--parser", "json")
            deadline = time.monotonic() + 60
            while not list((data / "digest").glob("*.ckpt")) and time.monotonic() < deadline:
                time.sleep(0.1)
            server.stop()
            print("segments", flush=True)
            segments(cli, work, data)
        finally:
            server.kill()
    print("cli: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
