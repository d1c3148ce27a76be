#!/usr/bin/env python3
"""A server whose disk is full: its data lies on a small tmpfs that is filled up. It must refuse to
store with 503, `"stored":"no"` and Retry-After, keep answering queries, and store again within 30 s
after there is space. Each event that was acknowledged is found once, each that was refused never;
also after a restart. Ends with 77 where nothing can be mounted.

  full_disk.py --binary build/release/logwood"""
import argparse
import collections
import http.client
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

from server import Asker, Server

REPO = "full"
SIZE_MB = 80
BATCH = 200
RESUME_S = 30
ROUNDS = 2
SKIPPED = 77
ENV = {"LOGWOOD_CHECKPOINT_INTERVAL_MS": "500", "LOGWOOD_LOG_FILE_BYTES": str(2 << 20),
       "LOGWOOD_DELETION_GRACE_MS": "500"}


def words():
    """What does not compress well, and holds nothing that looks like a time."""
    return "".join(random.choices("abcdefghijklmnop", k=120))


class Sender:
    """Sends batches of events with ids of their own and remembers what became of each."""

    def __init__(self, server):
        self.server, self.next_id = server, 0
        self.acknowledged, self.refused, self.unknown = set(), set(), set()

    def send(self):
        """Gives (status, headers, body) of one batch."""
        ids = range(self.next_id, self.next_id + BATCH)
        self.next_id += BATCH
        body = json.dumps([{"type": "kv", "messages": [f"id={i} {words()}" for i in ids]}])
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request("POST", f"/api/v1/repositories/{REPO}/ingest-messages", body)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        fate = (self.acknowledged if answer.status == 200
                else self.refused if '"stored":"no"' in text else self.unknown)
        fate.update(ids)
        return answer.status, answer.headers, text


def fill(path):
    """Takes all space of the file system, up to the last byte."""
    with open(path, "wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                pass


def found_ids(server):
    return collections.Counter(int(row["id"]) for row in server.export(REPO, "id=*"))


def check_found(server, sender, when):
    found = found_ids(server)
    wrong = []
    if lost := sender.acknowledged - found.keys():
        wrong.append(f"{when}: {len(lost)} acknowledged events are lost")
    if shown := sender.refused & found.keys():
        wrong.append(f"{when}: {len(shown)} refused events are there")
    if doubled := [i for i, times in found.items() if times > 1]:
        wrong.append(f"{when}: {len(doubled)} events are there twice")
    return wrong


def check_refusal(answer):
    status, headers, text = answer
    if status != 503 or '"stored":"no"' not in text or "Retry-After" not in headers:
        return [f"on a full disk: {status} {dict(headers)} {text[:300]}"]
    return []


def one_round(server, sender, filler, figures):
    wrong = []
    for _ in range(20):
        answer = sender.send()
        if answer[0] != 200:
            wrong.append(f"with space: {answer[0]} {answer[2][:300]}")
    fill(filler)
    deadline = time.monotonic() + 20
    while (answer := sender.send())[0] == 200 and time.monotonic() < deadline:
        pass  # Files that are allocated already still take something.
    for _ in range(10):
        wrong += check_refusal(answer)
        figures["refused"] += answer[0] == 503
        fill_again = answer[0] == 200
        if fill_again:
            fill(filler.with_suffix(".more"))
        answer = sender.send()
    counted = Asker(server, REPO).count("id=*")
    if counted < len(sender.acknowledged):
        wrong.append(f"on a full disk {counted} of {len(sender.acknowledged)} events are counted")
    wrong += check_found(server, sender, "on a full disk")
    for path in (filler, filler.with_suffix(".more")):
        path.unlink(missing_ok=True)
    started = time.monotonic()
    while sender.send()[0] != 200:
        if time.monotonic() - started > RESUME_S:
            return wrong + [f"nothing is stored {RESUME_S} s after there is space"]
        time.sleep(0.1)
    figures["resumed_after_s"].append(round(time.monotonic() - started, 2))
    return wrong + check_found(server, sender, "with space again")


def run(server, filler):
    server.start()
    server.create_repo(REPO)
    sender = Sender(server)
    figures = {"refused": 0, "resumed_after_s": []}
    wrong = []
    for _ in range(ROUNDS):
        wrong += one_round(server, sender, filler, figures)
    if code := server.stop():
        wrong.append(f"the server ended with {code}")
    server.start()
    wrong += check_found(server, sender, "after a restart")
    figures.update(acknowledged=len(sender.acknowledged), unknown=len(sender.unknown))
    return wrong, figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    arguments = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="logwood-full-"))
    disk = directory / "disk"
    disk.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "none", disk],
                           capture_output=True, text=True)
    if mount.returncode != 0:
        shutil.rmtree(directory)
        print(f"SKIPPED: a tmpfs cannot be mounted: {mount.stderr.strip()}")
        return SKIPPED
    server = Server(os.path.abspath(arguments.binary), str(disk / "data"),
                    directory / "server.log", ENV)
    try:
        wrong, figures = run(server, disk / "filler")
    finally:
        server.kill()
        subprocess.run(["umount", disk], check=True)
    print("\n".join(wrong), file=sys.stderr)
    print(json.dumps({**figures, "wrong": len(wrong)}))
    if wrong:
        return f"see {directory}"
    shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
