"""Messages that are wrong in some way, sent to listeners of TCP and UDP: each class says what must be
stored of them, word by word, and which counters must move. See malformed.py."""
import collections
import contextlib
import gzip
import json
import random
import re
import socket
import struct
import time
import zlib

from server import free_port

MESSAGE_MAX = 1 << 20
CHUNK_TIMEOUT_S = 5
PARTIALS_MAX, PARTIAL_BYTES_MAX = 1_000, 256 << 20
SETTLE_S = 60

PROTOCOLS = ("tcp", "udp", "gelf_tcp", "gelf_udp")
Listener = collections.namedtuple("Listener", "name port is_tcp")


def split_stream(stream):
    """What a stream of syslog holds (RFC 6587), the plain way: messages, and whether it is good to
    its end."""
    if not re.match(rb"[1-9][0-9]{0,6} <", stream):
        return trimmed(stream.split(b"\n")), True
    messages = []
    while stream:
        if stream[:1] in b"\n\r\0":
            stream = stream[1:]
            continue
        count = re.match(rb"[0-9]{1,7}", stream)
        if not count:
            return trimmed(messages), False
        rest = stream[count.end():]
        if rest and rest[:1] != b" ":
            return trimmed(messages), False
        size = int(count[0])
        messages.append(rest[1:1 + size])
        stream = rest[1 + size:]
    return trimmed(messages), True


def trimmed(messages):
    found = (message[:MESSAGE_MAX].rstrip(b"\0\r\n") for message in messages)
    return [message for message in found if message]


def chunk(number, count, data, message_id=b"12345678"):
    return b"\x1e\x0f" + message_id + bytes([number, count]) + data


def gelf(text, **more):
    return json.dumps({"version": "1.1", "host": "h", "short_message": text, **more}).encode()


class Bench:
    """A server with a listener of each protocol, and ways to send to them."""

    def __init__(self, server, repo, seed):
        self.server, self.repo, self.random = server, repo, random.Random(seed)
        self.marks = 0
        self.of_class, self.listeners = "", {}

    def begin(self, of_class):
        """Opens listeners of which the events can be told from those of other classes."""
        for listener in self.listeners.values():
            self.server.request(
                "DELETE", f"/api/v1/repositories/{self.repo}/listeners/{listener.name}")
        self.of_class = of_class
        self.listeners = {protocol: self.open(protocol) for protocol in PROTOCOLS}

    def open(self, protocol):
        port, name = free_port(), f"{self.of_class}-{protocol}"
        body = {"name": name, "protocol": protocol, "port": port,
                "tags": {"listener": protocol, "class": self.of_class},
                "parser": None if "gelf" in protocol else "syslog"}
        path = f"/api/v1/repositories/{self.repo}/listeners"
        status, text = self.server.request("POST", path, json.dumps(body),
                                           {"Content-Type": "application/json"})
        if status != 201:
            raise RuntimeError(f"listener {name}: {status} {text!r}")
        deadline = time.monotonic() + SETTLE_S
        while json.loads(self.server.request("GET", f"{path}/{name}")[1])["problem"]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{name} does not open")
            time.sleep(0.02)
        return Listener(name, port, "tcp" in protocol)

    def mark(self):
        self.marks += 1
        return f"lmark{self.marks:06}"

    def line(self, text=""):
        return f"<34>1 2026-01-02T03:04:05Z host app - - - {self.mark()} {text}".encode()

    @contextlib.contextmanager
    def stream(self, protocol):
        with socket.create_connection(("127.0.0.1", self.listeners[protocol].port), 30) as peer:
            peer.settimeout(30)
            yield peer

    def send_stream(self, protocol, content):
        """Sends all and closes; that the server closed first is no error here."""
        with self.stream(protocol) as peer:
            with contextlib.suppress(ConnectionError):
                for at in range(0, len(content), 1 << 16):
                    peer.sendall(content[at:at + (1 << 16)])
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(4096):
                    pass

    def send_datagrams(self, protocol, datagrams):
        """Slow enough for a kernel with small buffers, and in order."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.connect(("127.0.0.1", self.listeners[protocol].port))
            for number, datagram in enumerate(datagrams):
                peer.send(datagram)
                if number % 20 == 19:
                    time.sleep(0.002)

    def counters(self):
        metrics = self.server.metrics()
        return {name: metrics.get(f"logwood_listener_{name}_total", 0) for name in
                ("messages", "messages_cut", "messages_dropped", "datagrams_lost", "chunks_dropped",
                 "framing_errors", "crowded_out")}

    def connections(self):
        return self.server.metrics()["logwood_listener_connections_open"]

    def stored(self, protocol):
        """How often each text is found of what came through a listener."""
        rows = self.server.stream(self.repo, f"#class={self.of_class} #listener={protocol}")
        return collections.Counter(row["@rawstring"] for row in rows)


# --- syslog over TCP ------------------------------------------------------------------------------
def damaged_streams(bench, rounds):
    """Lines and frames with random damage: what is stored is what the plain reader finds."""
    expected, errors = [], 0
    for number in range(rounds):
        lines = [bench.line("x" * bench.random.randint(0, 60)) for _ in range(5)]
        framed = [str(len(line)).encode() + b" " + line for line in lines]
        stream = bytearray(b"\n".join(lines) + b"\n" if number % 2 else b"".join(framed))
        for _ in range(bench.random.randint(1, 3)):
            at = bench.random.randrange(len(stream) + 1)
            kind = bench.random.randrange(5)
            if kind == 0:
                del stream[at:]
            elif kind == 1:
                del stream[at:at + bench.random.randint(1, 20)]
            elif kind == 2:
                stream[at:at] = bench.random.choice([b"\n", b"\r\n", b"9", b" ", b"<", b"0 ", b"\t"])
            elif kind == 3:
                stream[at:at] = stream[at:at + bench.random.randint(1, 90)]
            else:
                stream[at:at] = bytes(bench.random.choices(b"abc<>[]=\"\\ 0123456789", k=9))
        bench.send_stream("tcp", bytes(stream))
        messages, is_good = split_stream(bytes(stream))
        expected += messages
        errors += not is_good
    return {"tcp": expected}, {"framing_errors": errors}


def wrong_counts(bench, rounds):
    """Counts that are no numbers, too large or lie; frames whose end never comes."""
    line = bench.line()
    tails = [b"x", b"-5 <1>a", b"99999999 <1>a", b" <1>a", b"5", b"12345678901234567890 <1>",
             b"9999999 " + bench.line(), b"7 <1>a", b"0 0 0 ", b"\n\n\r\n", b"3 <1>\xff\xfe",
             b"1\n<1>a"]
    expected, errors = [], 0
    for tail in tails:
        stream = f"{len(line)} ".encode() + line + tail
        bench.send_stream("tcp", stream)
        messages, is_good = split_stream(stream)
        expected += messages
        errors += not is_good
    return {"tcp": expected}, {"framing_errors": errors}


def strange_lines(bench, rounds):
    """Lines that are no syslog are events all the same."""
    heads = [b"", b"<", b"<>", b"<-1>", b"<99999>", b"<1", b"<191>1", b"<1>2 ", b"<34>1 - - - - - ",
             b"<34>1 2026-13-45T99:99:99Z h a - - - ", b"<34>1 - h a - - [", b'<34>1 - h a - - [a b="',
             b'<34>1 - h a - - [a b="\\"]', b"<34>1 - h a - - [a][b][c", b"<1>Feb 31 25:61:61 h a: ",
             b"<34>1 - h a - - [a@1 " + b'x="y" ' * 500 + b"]", b"[" * 300, b"<1>" * 300,
             b"\xef\xbb\xbf<34>1 - - - - - "]
    lines = [head + bench.mark().encode() for head in heads for _ in range(max(rounds // 20, 1))]
    bench.send_stream("tcp", b"\n".join(lines) + b"\n\n\0\n\r\n")
    return {"tcp": lines}, {}


def endless_line(bench, rounds):
    """A line that does not end is cut; what comes behind it is read again."""
    begin, after = bench.line(), bench.line()
    stream = begin + b"y" * (20 << 20 if rounds > 100 else 3 << 20)
    bench.send_stream("tcp", stream + b"\n" + after + b"\n")
    large = bench.line()
    bench.send_stream("tcp", b"9000000 " + large + b"z" * (9_000_000 - len(large)) + b"4 <1>a")
    return {"tcp": [stream[:MESSAGE_MAX], after, (large + b"z" * MESSAGE_MAX)[:MESSAGE_MAX],
                    b"<1>a"]}, {"messages_cut": 2}


def many_without_end(bench, rounds):
    """Many connections of which each keeps a megabyte that never ends. Those beyond the limit are
    closed, and their messages are dropped."""
    count = 320 if rounds > 100 else 290
    begin, piece = bench.counters(), b"w" * (1 << 18)
    with contextlib.ExitStack() as stack:
        peers = [stack.enter_context(bench.stream("tcp")) for _ in range(count)]
        for peer in peers:
            with contextlib.suppress(ConnectionError):
                for _ in range(4):
                    peer.sendall(piece)
        deadline = time.monotonic() + SETTLE_S
        while bench.connections() == count and time.monotonic() < deadline:
            time.sleep(0.05)
        good = bench.line()
        bench.send_stream("tcp", good + b"\n")
    wait_until(lambda: bench.connections() == 0, "all connections are closed")
    closed = bench.counters()["crowded_out"] - begin["crowded_out"]
    if not 0 < closed <= count - (PARTIAL_BYTES_MAX >> 20) + 8:
        raise AssertionError(f"{closed} of {count} connections were closed")
    # What a peer has sent when it goes is its last message.
    kept = [b"w" * MESSAGE_MAX] * int(count - closed)
    return {"tcp": [good, *kept]}, {"crowded_out": closed, "messages_dropped": closed}


def slow_senders(bench, rounds):
    """A byte now and then, and half a message from one who is gone."""
    line, half = bench.line(), bench.line()
    with bench.stream("tcp") as slow, bench.stream("tcp") as gone:
        gone.sendall(half)
        for at in range(0, len(line), 7):
            slow.sendall(line[at:at + 7])
            time.sleep(0.01)
        slow.sendall(b"\n")
        wait_until(lambda: bench.stored("tcp")[line.decode()] == 1, "the slow line is stored")
    return {"tcp": [line, half]}, {}


# --- datagrams ------------------------------------------------------------------------------------
def strange_datagrams(bench, rounds):
    """Empty, huge and random datagrams."""
    sent = [b"", b"\0", b"\n\r\n", bench.line() + b"v" * 60_000, bench.line() + b"\nsecond\n",
            b"<" * 2000, bench.line() + b"\0\0\0"]
    for _ in range(rounds):
        line = bytearray(bench.line())
        for _ in range(bench.random.randint(1, 4)):
            at = bench.random.randrange(30, len(line))  # Behind the time, which is searched by.
            line[at] = bench.random.choice(b"<>[]\"= \\0123456789abc")
        sent.append(bytes(line))
    bench.send_datagrams("udp", sent)
    return {"udp": trimmed(sent)}, {}


def damaged_gelf(bench, rounds):
    """What is no GELF is kept as it came."""
    sent = [b"{", b"[]", b"null", b'{"a":' * 3000, b'{"short_message":1e999}', b"{}", b'{"a":"b"}x',
            b'"' * 100, b"{\"a\":\"\\ud800\"}", b"x" * 60_000]
    for _ in range(rounds):
        message = bytearray(gelf(bench.mark(), _a=1, level=3, timestamp=1_700_000_000.5))
        for _ in range(bench.random.randint(1, 3)):
            message[bench.random.randrange(len(message))] = bench.random.choice(b'{}[]",:\\ae0 ')
        sent.append(bytes(message))
    bench.send_datagrams("gelf_udp", sent)
    bench.send_stream("gelf_tcp", b"\0".join(sent) + b"\0\0\0\n\0")
    return {"gelf_udp": sent, "gelf_tcp": sent}, {}


def damaged_packing(bench, rounds):
    """Compressed messages that are cut, lie, or become more than a message may be."""
    text = gelf(bench.mark() + " " * 300)
    for pack in (gzip.compress, zlib.compress):
        packed = pack(text)
        bench.send_datagrams("gelf_udp", [packed, packed[:-5], packed[:len(packed) // 2],
                                          packed + b"more", packed[:20] + b"!" + packed[21:],
                                          pack(b"\0" * (64 << 20)), pack(b"{" * (3 << 20))])
    # What cannot be unpacked is no text: how it is shown is not told here, but it is counted.
    return {"gelf_udp": [text, text]}, {"messages": 14}


def bombs(bench, rounds):
    """Datagrams of a kilobyte that become a megabyte each."""
    count = 3_000 if rounds > 100 else 600
    text = gelf(bench.mark() + "u" * (MESSAGE_MAX - 200))
    bench.send_datagrams("gelf_udp", [zlib.compress(text, 9)] * count)
    return {}, {"messages": count}


def chunks_that_cannot_be(bench, rounds):
    """Heads that are too short, counts of none or too many, numbers beyond the count, contradictions;
    chunks in any order and twice are good ones."""
    message = gelf(bench.mark() + "t" * 3000)
    pieces = [message[at:at + 100] for at in range(0, len(message), 100)]
    good = [chunk(i, len(pieces), piece, b"goodgood") for i, piece in enumerate(pieces)]
    doubled = good[:-1] * 2
    bench.random.shuffle(doubled)
    doubled.append(good[-1])
    bad = [b"\x1e\x0f", b"\x1e\x0f1234567", chunk(0, 0, b"x"), chunk(1, 1, b"x"), chunk(0, 129, b"x"),
           chunk(255, 255, b"x"), b"\x1e\x0f12345678\0"]
    bench.send_datagrams("gelf_udp", [*bad, chunk(0, 3, b"a", b"contrary"),
                                      chunk(1, 2, b"b", b"contrary"), *doubled])
    time.sleep(CHUNK_TIMEOUT_S + 1)
    last = gelf(bench.mark())
    bench.send_datagrams("gelf_udp", [last])
    # The message of `contrary` never became whole.
    return {"gelf_udp": [message, last]}, {"chunks_dropped": len(bad) + 2}


def chunks_that_never_complete(bench, rounds):
    """Of many messages a large chunk is missing; memory does not grow with them."""
    count = 5_000 if rounds > 100 else 2_500
    datagrams = [chunk(0, 2, b"s" * 20_000, struct.pack("<Q", number)) for number in range(count)]
    bench.send_datagrams("gelf_udp", datagrams)
    time.sleep(CHUNK_TIMEOUT_S + 1)
    last = gelf(bench.mark())
    bench.send_datagrams("gelf_udp", [last])
    return {"gelf_udp": [last]}, {"chunks_dropped": count}


CLASSES = [damaged_streams, wrong_counts, strange_lines, endless_line, many_without_end, slow_senders,
           strange_datagrams, damaged_gelf, damaged_packing, bombs, chunks_that_cannot_be,
           chunks_that_never_complete]


def wait_until(condition, what):
    deadline = time.monotonic() + SETTLE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {SETTLE_S} s: {what}")
        time.sleep(0.05)


def difference(expected, stored):
    """What is missing, and what should not be there; only of texts, as others are shown changed."""
    def texts(counter):
        return collections.Counter({text: count for text, count in counter.items()
                                    if text.isprintable()})
    missing, surplus = texts(expected - stored), texts(stored - expected)
    return [f"{name}: {[text[:90] for text in list(found)[:3]]} ({sum(found.values())})"
            for name, found in (("not stored", missing), ("stored, but never sent", surplus)) if found]


def run_class(bench, of_class, rounds):
    """Gives what was wrong."""
    bench.begin(of_class.__name__)
    counted = bench.counters()
    expected, moves = of_class(bench, rounds)
    expected = {name: collections.Counter(message.decode(errors="replace") for message in messages)
                for name, messages in expected.items()}
    moves.setdefault("messages", sum(found.total() for found in expected.values()))
    for name in ("messages_cut", "messages_dropped", "chunks_dropped", "framing_errors"):
        moves.setdefault(name, 0)

    def moved():
        now = bench.counters()
        return {name: now[name] - counted[name] for name in now}

    deadline = time.monotonic() + SETTLE_S
    while time.monotonic() < deadline:
        found = moved()
        if all(found[name] + found["datagrams_lost"] >= count for name, count in moves.items()):
            break
        time.sleep(0.05)
    time.sleep(0.3)  # What is too much comes late.
    found = moved()
    if found["datagrams_lost"]:
        return [], found  # Of a kernel that loses datagrams nothing can be asked but to live.
    problems = [f"{name} moved by {found[name]:.0f}, not {count}" for name, count in moves.items()
                if found[name] != count]
    for name, messages in expected.items():
        problems += difference(messages, bench.stored(name))
    return problems, found


def run(server, repo, rounds, seed):
    """(problems, a line of figures for each class)"""
    bench = Bench(server, repo, seed)
    problems, figures = [], []
    before = memory(server, "VmRSS")
    for of_class in CLASSES:
        name, start = of_class.__name__, time.monotonic()
        with open(f"/proc/{server.process.pid}/clear_refs", "w", encoding="utf-8") as file:
            file.write("5")  # The peak begins anew.
        try:
            wrong, found = run_class(bench, of_class, rounds)
        except (AssertionError, OSError, RuntimeError) as error:
            wrong, found = [repr(error)], {}
        figures.append({"class": name, "s": round(time.monotonic() - start, 1),
                        "grown_mb": round((memory(server, "VmHWM") - before) / 1e6),
                        **{key: int(value) for key, value in found.items() if value}})
        problems += [f"{name}: {problem}" for problem in wrong]
        if not server.is_running():
            return problems + [f"the server ended after {name}"], figures
    return problems, figures


def memory(server, name):
    if not server.is_running():
        return 0
    with open(f"/proc/{server.process.pid}/status", encoding="utf-8") as file:
        return int(re.search(rf"{name}:\s+(\d+) kB", file.read())[1]) * 1024
