#!/usr/bin/env python3
"""Kills or unplugs a loaded server again and again; no acknowledged event may be lost, doubled or
invented, and the server must start and answer in full after each fault.

  crash.py kill     --binary B --rounds N [--failpoints]   kill -9 at random moments or failpoints
  crash.py powercut --binary B --rounds N [--filesystem ext4|xfs] [--disks 2]   cuts power (root)

Failpoints and mutants need the program `logwood_failpoints`. With --mutant NAME the server runs
with a deliberate fault, and the run succeeds only if the checker finds it: nofsync_file,
nofsync_dir, ack_before_fsync. The last line is a JSON object of figures. Exit code 77: disks
cannot be cut here."""
import argparse
import collections
import http.client
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time

from disks import PlainDirectory, Power, can_cut

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "process"))
from ledger import Ledger, Load  # noqa: E402
from server import Server  # noqa: E402

SKIPPED = 77
FAILPOINT_EXIT = 137
# The name, and how often it may be reached before the process ends there.
FAILPOINTS = {
    "log.before_append": 300, "log.after_write_before_sync": 300, "log.after_sync_before_ack": 300,
    "log.after_rename_before_dirsync": 12, "ingest.after_ack_before_200": 300,
    "file.after_write_before_sync": 12, "file.after_sync_before_rename": 12,
    "file.after_rename_before_dirsync": 12, "digest.before_checkpoint_write": 8,
    "digest.after_checkpoint_write_before_register": 8, "digest.after_register_before_release": 8,
    "global.before_snapshot_write": 3, "global.after_snapshot_before_trim": 3,
    "store.mid_merge_write": 8, "store.after_merge_sync_before_rename": 3,
    "store.after_merge_write_before_register": 2, "store.after_merge_register": 2,
    "store.before_unlink": 6,
}
FAILPOINT_WAIT_S = 5
START_TIMEOUT_S = 20


def busy(rng):
    """Settings with which checkpoints, rotations, merges, snapshots and deletions never rest."""
    return {"LOGWOOD_CHECKPOINT_INTERVAL_MS": str(rng.choice([20, 60, 150])),
            "LOGWOOD_LOG_FILE_BYTES": str(rng.choice([1 << 12, 1 << 15, 1 << 18])),
            "LOGWOOD_MERGE_INPUTS_MIN": str(rng.choice([2, 4, 8])),
            "LOGWOOD_MERGE_INTERVAL_MS": "30",
            "LOGWOOD_SNAPSHOT_EVERY_CHANGES": str(rng.choice([3, 10, 30])),
            "LOGWOOD_DELETION_GRACE_MS": "100"}


class Rig:
    """One server and its ledger; both begin anew every `fresh_every` rounds."""

    def __init__(self, args, base, rng, disk):
        self.args, self.base, self.rng, self.disk = args, base, rng, disk
        self.rounds = self.events = self.acknowledged = 0
        self.hits = collections.Counter()
        self.server = self.ledger = None

    def mutant(self):
        return {"LOGWOOD_FAILPOINTS": f"{self.args.mutant}=on"} if self.args.mutant else {}

    def begin_anew(self):
        data = self.disk.new_data(f"data-{self.rounds}")
        self.server = Server(os.path.abspath(self.args.binary), data,
                             os.path.join(self.base, "server.log"))
        self.ledger = Ledger("ledger")
        self.server.start(busy(self.rng))
        self.server.create_repo(self.ledger.repo)
        self.server.kill()

    def count_events(self):
        counts = self.ledger.counts()
        self.events += sum(counts.values())
        self.acknowledged += counts["ok"]

    def end(self):
        self.count_events()
        self.server.kill()
        shutil.rmtree(self.server.data)
        self.ledger = None

    def round(self):
        """One start, one fault. Gives the anomalies found after it."""
        if self.ledger is None:
            self.begin_anew()
        env, name = {**busy(self.rng), **self.mutant()}, None
        if self.args.failpoints:
            name = list(FAILPOINTS)[self.rounds % len(FAILPOINTS)]
            env["LOGWOOD_FAILPOINTS"] = f"{name}=abort:{self.rng.randint(1, FAILPOINTS[name])}"
        self.rounds += 1
        if self.server.start(env, must_come_up=name is None):
            self.fault(FAILPOINT_WAIT_S if name else self.rng.uniform(0.1, 0.8))
        else:
            self.disk.cut(self.server)
        if self.server.process.poll() == FAILPOINT_EXIT:
            self.hits[name] += 1
        elif not name and not self.is_cut_by_us():
            return {"ended": [f"the server ended by itself: {self.server.process.poll()}"]}
        anomalies = self.check()
        if not anomalies and self.rounds % self.args.fresh_every == 0:
            self.end()
        return anomalies

    def fault(self, seconds):
        load = Load(self.ledger, self.server)
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline and self.server.is_running():
                time.sleep(0.005)
            self.ledger.is_unplugged = self.args.mode == "powercut"
            self.disk.cut(self.server)
        finally:
            load.stop()
        self.ledger.is_unplugged = False

    def is_cut_by_us(self):
        return self.server.process.poll() == -9

    def last_words(self):
        """What the server logged last that is worse than news."""
        with open(self.server.log_path, encoding="utf-8", errors="replace") as log:
            lines = [line.strip() for line in log if '"severity":"info"' not in line]
        return lines[-1] if lines else ""

    def check(self):
        """Starts without faults (a mutant stays) and compares with the ledger."""
        try:
            self.server.start({**busy(self.rng), **self.mutant()}, timeout_s=START_TIMEOUT_S)
        except RuntimeError as error:
            return {"does-not-start": [f"{error}: {self.last_words()}"]}
        try:
            rows = self.server.export(self.ledger.repo, "select([client, seq, @rawstring])")
        except (RuntimeError, OSError, http.client.HTTPException) as error:
            return {"no-answer": [f"{error!r}: {self.last_words()}"]}
        finally:
            self.server.kill()
        return self.ledger.check(rows)


def run(args, base, rng):
    """Rounds until one finds an anomaly, or all are done."""
    anomalies = {}
    is_kill = args.mode == "kill"
    disk = PlainDirectory(base) if is_kill else Power(base, args.filesystem, args.disks, rng)
    rig = Rig(args, base, rng, disk)
    try:
        while rig.rounds < args.rounds and not anomalies:
            anomalies = rig.round()
        if rig.ledger:
            rig.count_events()
    finally:
        if rig.server:
            rig.server.kill()
        if anomalies and not args.mutant:
            shutil.copytree(rig.server.data, os.path.join(base, "kept"), symlinks=False)
        disk.close()
    return rig, anomalies


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mode", choices=["kill", "powercut"])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--fresh-every", type=int, default=8, help="rounds on one data directory")
    parser.add_argument("--failpoints", action="store_true")
    parser.add_argument("--filesystem", default="ext4", choices=["ext4", "xfs"])
    parser.add_argument("--disks", type=int, default=1, choices=[1, 2])
    parser.add_argument("--mutant", choices=["nofsync_file", "nofsync_dir", "ack_before_fsync"])
    parser.add_argument("--seed", type=int, default=int(time.time()))
    return parser.parse_args()


def main():
    args = parse_arguments()
    if args.mode == "powercut" and not can_cut():
        print("SKIPPED: no root, no loop devices or no xfs_io, so no power can be cut")
        return SKIPPED
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    base = tempfile.mkdtemp(prefix="logwood-crash-")
    rig, anomalies = run(args, base, random.Random(args.seed))
    print(json.dumps({
        "mode": args.mode, "filesystem": None if args.mode == "kill" else args.filesystem,
        "disks": args.disks, "mutant": args.mutant, "seed": args.seed, "rounds": rig.rounds,
        "events": rig.events, "acknowledged": rig.acknowledged,
        "failpoints_hit": sum(rig.hits.values()), "hits": dict(rig.hits),
        "anomalies": {kind: len(found) for kind, found in anomalies.items()},
        "examples": {kind: str(found[:3]) for kind, found in anomalies.items()},
        "seconds": round(time.monotonic() - began, 1)}))
    if bool(anomalies) == bool(args.mutant):
        shutil.rmtree(base)
        return 0
    print(f"kept for a look: {base}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
