#!/usr/bin/env python3
"""Shows why answers given while a file system is shut down do not count.

Three threads append and fdatasync, with nothing of ours between them and the kernel. After a
shutdown it counts the files that lack bytes whose sync had succeeded: once with all syncs, once
with those that succeeded before the shutdown began."""
import json
import os
import random
import sys
import tempfile
import threading
import time

from disks import LoopDisk


class Writer(threading.Thread):
    def __init__(self, path):
        super().__init__()
        self.path, self.synced, self.should_stop = path, 0, False

    def run(self):
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o640)
        try:
            os.fsync(file)
            position = 0
            while not self.should_stop:
                record = b"x" * random.randint(400, 3200)
                os.pwrite(file, record, position)
                os.fdatasync(file)
                position += len(record)
                self.synced = position
        except OSError:
            pass
        finally:
            os.close(file)


def shut_down_once(disk):
    """Gives how many files lack bytes: of all syncs, of those before the shutdown."""
    writers = [Writer(os.path.join(disk.mount, f"file{number}")) for number in range(3)]
    for writer in writers:
        writer.start()
    time.sleep(random.uniform(0.05, 0.3))
    before = [writer.synced for writer in writers]
    disk.unplug()
    for writer in writers:
        writer.should_stop = True
        writer.join()
    disk.plug_out()
    disk.plug_in()
    sizes = [os.path.getsize(w.path) if os.path.exists(w.path) else 0 for w in writers]
    for writer in writers:
        if os.path.exists(writer.path):
            os.remove(writer.path)
    os.sync()
    return (sum(size < writer.synced for size, writer in zip(sizes, writers)),
            sum(size < synced for size, synced in zip(sizes, before)))


def main():
    filesystem, rounds = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="logwood-crash-") as base:
        disk = LoopDisk(base, "disk", filesystem)
        try:
            short = [shut_down_once(disk) for _ in range(rounds)]
        finally:
            disk.close()
    print(json.dumps({"filesystem": filesystem, "shutdowns": rounds, "files": 3 * rounds,
                      "short_of_all_syncs": sum(all_syncs for all_syncs, _ in short),
                      "short_of_syncs_before": sum(before for _, before in short)}))


if __name__ == "__main__":
    main()
