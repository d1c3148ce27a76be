"""A server of its own for each measurement, and what it costs: CPU, memory, disk."""
import glob
import os
import re
import shutil
import subprocess
import tempfile
import time

import paths  # noqa: F401
from server import Server

REPO = "bench"
# A load that has ended is merged after 2 s, and replaced files go soon; all else is as shipped.
SETTINGS = {"LOGWOOD_MERGE_QUIET_SECONDS": "2", "LOGWOOD_DELETION_GRACE_MS": "1000"}
MERGED_WITHIN_S = 1800


class Node:
    """A fresh server with one repository; a context manager that removes both."""

    def __init__(self, binary):
        self.binary = binary

    def __enter__(self):
        self.base = tempfile.mkdtemp(prefix="logwood-bench-")
        self.data = os.path.join(self.base, "data")
        self.server = Server(self.binary, self.data, os.path.join(self.base, "log"), SETTINGS)
        self.server.start()
        self.server.create_repo(REPO)
        self.rss_before = 0
        return self

    def __exit__(self, *_):
        self.server.kill()
        shutil.rmtree(self.base)

    def restart(self, drop_cache=False):
        """Stops and starts the server; gives what was done about the page cache."""
        self.rss_before = self.peak_rss()
        if self.server.stop():
            raise RuntimeError(f"the server did not stop in peace, see {self.server.log_path}")
        way = self.drop_cache() if drop_cache else "kept"
        self.server.start()
        return way

    def drop_cache(self):
        """Takes the data out of the page cache: the whole cache where that is permitted, else the
        pages of the data's files, which leaves what other processes have mapped."""
        subprocess.run(["sync"], check=True)
        try:
            with open("/proc/sys/vm/drop_caches", "w") as file:
                file.write("3")
            return "drop_caches"
        except OSError:
            for path in glob.glob(f"{self.data}/**", recursive=True):
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return "posix_fadvise"

    def cpu_s(self):
        """User and system time from the start on, to 10 ms, with threads that have ended."""
        with open(f"/proc/{self.server.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def fine_cpu_s(self):
        """The same to the microsecond, of the threads that are there: for short work."""
        total = 0
        for path in glob.glob(f"/proc/{self.server.process.pid}/task/*/schedstat"):
            with open(path) as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def peak_rss(self):
        """The most resident bytes of any process so far."""
        with open(f"/proc/{self.server.process.pid}/status") as file:
            peak = int(re.search(r"VmHWM:\s+(\d+) kB", file.read())[1]) * 1024
        return max(peak, self.rss_before)

    def wait_merged(self):
        """Waits until no open block and no mini is left; gives the metrics."""
        deadline = time.monotonic() + MERGED_WITHIN_S
        while time.monotonic() < deadline:
            metrics = self.server.metrics()
            if not metrics["logwood_open_blocks_bytes"] and \
                    not metrics['logwood_segments{kind="mini"}']:
                return metrics
            time.sleep(0.2)
        raise RuntimeError(f"minis are left after {MERGED_WITHIN_S} s")


class Profile:
    """Samples a process with perf, where there is one; a context manager."""

    def __init__(self, pid, path):
        self.command = ["perf", "record", "-q", "-e", "cpu-clock", "-F", "499", "-p", str(pid),
                        "-o", path]
        self.path, self.process = path, None

    def __enter__(self):
        if shutil.which("perf"):
            self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL,
                                            stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.send_signal(2)
            self.process.wait()

    def top_ten(self):
        """The functions that most samples fell into, as [percent, name]."""
        if not self.process:
            return []
        report = subprocess.run(["perf", "report", "-i", self.path, "--stdio", "--no-children",
                                 "-g", "none", "--sort", "symbol"], capture_output=True, text=True)
        line = re.compile(r"^\s+([\d.]+)%\s+\[[.k]\] (.+?)(?:\s{2,}.*)?$", re.MULTILINE)
        rows = line.findall(report.stdout)
        return [[float(percent), name] for percent, name in rows[:10]]
