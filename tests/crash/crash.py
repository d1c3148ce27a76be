#!/usr/bin/env python3
"""Kills or unplugs a loaded server again and again; no acknowledged event may be lost, doubled or
invented.

  crash.py kill     --binary B --rounds N [--failpoints]   kill -9 at random moments or failpoints
  crash.py powercut --binary B --rounds N [--filesystem ext4|xfs]   cuts the data disk's power (root)

With --mutant NAME the server runs with a deliberate fault (a build with failpoints is needed) and
the run succeeds only if the checker finds it: nofsync_file, nofsync_dir, ack_before_fsync."""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

from ledger import Ledger, Load
from server import Server

# Checkpoints, merges and snapshots run all the time, so that faults hit them.
BUSY = {"LOGWOOD_CHECKPOINT_INTERVAL_MS": "150", "LOGWOOD_MERGE_INPUTS_MIN": "4",
        "LOGWOOD_SNAPSHOT_EVERY_CHANGES": "10", "LOGWOOD_DELETION_GRACE_MS": "200"}
FAILPOINTS = [
    "log.before_write", "log.after_write_before_sync", "log.after_sync_before_ack",
    "digest.before_checkpoint_write", "digest.after_checkpoint_write_before_register",
    "digest.after_register_before_release", "store.mid_merge_write",
    "store.after_merge_write_before_register", "store.after_merge_register", "store.before_unlink",
    "file.after_write_before_sync", "file.after_sync_before_rename",
    "file.after_rename_before_dirsync", "global.after_snapshot_before_trim",
]


def sh(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


class PlainDirectory:
    def __init__(self, base):
        self.mount = os.path.join(base, "data")
        os.makedirs(self.mount)

    def cut(self, server):
        server.kill()

    def close(self):
        pass


class LoopDisk:
    """A file system of its own on a loop device, whose unsynced state can be thrown away."""

    def __init__(self, base, filesystem):
        self.mount, self.image = os.path.join(base, "mnt"), os.path.join(base, "disk.img")
        os.makedirs(self.mount)
        sh("truncate", "-s", "3G", self.image)
        sh(f"mkfs.{filesystem}", "-q", *(["-F"] if filesystem == "ext4" else ["-f"]), self.image)
        self.device = sh("losetup", "-f", "--show", self.image)
        sh("mount", self.device, self.mount)

    def cut(self, server):
        sh("xfs_io", "-x", "-c", "shutdown", self.mount)
        server.kill()
        sh("umount", self.mount)
        sh("mount", self.device, self.mount)

    def close(self):
        subprocess.run(["umount", "-l", self.mount], check=False)
        subprocess.run(["losetup", "-d", self.device], check=False)


def one_round(server, disk, ledger, rng, args, number):
    env = dict(BUSY)
    if args.mutant:
        env["LOGWOOD_FAILPOINTS"] = f"{args.mutant}=on"
    if args.failpoints:
        name = FAILPOINTS[number % len(FAILPOINTS)]
        env["LOGWOOD_FAILPOINTS"] = f"{name}=abort:{rng.randint(1, 6)}"
    server.start(env)
    load = Load(ledger, server)
    deadline = time.monotonic() + rng.uniform(0.3, 1.5 if not args.failpoints else 6)
    while time.monotonic() < deadline and server.is_running():
        time.sleep(0.01)
    hit = not server.is_running()
    disk.cut(server)
    load.stop()
    return hit


def final_check(server, ledger):
    server.start(BUSY)
    anomalies = ledger.check(server.export(ledger.repo, "select([client, seq, @rawstring])"))
    server.kill()
    return anomalies


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mode", choices=["kill", "powercut"])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--check-every", type=int, default=10, help="rounds between full checks")
    parser.add_argument("--failpoints", action="store_true")
    parser.add_argument("--filesystem", default="ext4", choices=["ext4", "xfs"])
    parser.add_argument("--mutant", choices=["nofsync_file", "nofsync_dir", "ack_before_fsync"])
    parser.add_argument("--seed", type=int, default=int(time.time()))
    args = parser.parse_args()
    rng = random.Random(args.seed)
    base = tempfile.mkdtemp(prefix="logwood-crash-")
    disk = PlainDirectory(base) if args.mode == "kill" else LoopDisk(base, args.filesystem)
    total, rounds, hits, anomalies, began = 0, 0, 0, {}, time.monotonic()
    ledger = server = None
    try:
        for number in range(args.rounds):
            if ledger is None:
                data = os.path.join(disk.mount, f"data-{number}")
                server = Server(os.path.abspath(args.binary), data, os.path.join(base, "server.log"))
                server.start(BUSY)
                server.create_repo("ledger")
                server.kill()
                ledger = Ledger("ledger")
            hits += one_round(server, disk, ledger, rng, args, number)
            rounds += 1
            if (number + 1) % args.check_every == 0 or number + 1 == args.rounds or args.mutant:
                anomalies = final_check(server, ledger)
                if anomalies:
                    break
            if (number + 1) % args.check_every == 0:
                total += sum(ledger.counts().values())
                shutil.rmtree(server.data)
                ledger = None
    finally:
        if server and server.is_running():
            server.kill()
        disk.close()
    if ledger:
        total += sum(ledger.counts().values())
    print(json.dumps({
        "mode": args.mode, "mutant": args.mutant, "seed": args.seed, "rounds": rounds,
        "failpoints_hit": hits if args.failpoints else None, "events": total,
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
