"""Finds the corpora (real logs and queries, kept beside the source tree) and reads them."""
import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "process"))
from server import Server  # noqa: E402

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
ROOT = os.path.join(SOURCE, "..", "shared", "corpora")
SKIPPED = 77  # what CTest knows as "skipped"


def arguments(doc, *options):
    """The command line: --binary, --full and `options`, pairs of add_argument's parameters. Ends
    the process as skipped when the corpora are not there."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--full", action="store_true", help="everything, not CI's slice")
    for name, settings in options:
        parser.add_argument(name, **settings)
    args = parser.parse_args()
    args.binary = os.path.abspath(args.binary)
    return args


def require_corpora():
    """Ends the process as skipped, and says so, when there is nothing to test with."""
    if not os.path.isdir(ROOT) or not shutil.which("zstd"):
        print(f"SKIPPED: needs {os.path.normpath(ROOT)} and zstd")
        sys.exit(SKIPPED)


class Unpacking:
    """The decompressed bytes of a corpus as a file; a context manager."""

    def __init__(self, name):
        self.command = ["zstd", "-dcq", os.path.join(ROOT, name)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE)
        return self.process.stdout

    def __exit__(self, *_):
        self.process.stdout.close()
        self.process.wait()


def read_jsonl(name):
    with Unpacking(name) as text:
        return [json.loads(line) for line in text]


def unpack(name, into):
    """Writes a corpus out for the command line: an archive as its files, else one file."""
    with Unpacking(name) as stream:
        if name.endswith(".tar.zst"):
            with tarfile.open(fileobj=io.BufferedReader(stream), mode="r|") as archive:
                archive.extractall(into, filter="data")
        else:
            with open(os.path.join(into, os.path.basename(name).removesuffix(".zst")), "wb") as out:
                shutil.copyfileobj(stream, out, 1 << 20)


def lines_of(path):
    """The lines that `logwood ingest` sends: without their ends, empty ones left out."""
    with open(path, "rb") as file:
        for line in file:
            line = line.removesuffix(b"\n").removesuffix(b"\r")
            if line:
                yield line


class Workplace:
    """A directory and a server of its own; a context manager. After a failure it is kept."""

    def __init__(self, binary):
        self.base = tempfile.mkdtemp(prefix="logwood-corpora-")
        self.server = Server(binary, os.path.join(self.base, "data"),
                             os.path.join(self.base, "server.log"))

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.server.is_running():
            self.server.kill()
        if kind is None:
            shutil.rmtree(self.base)
        else:
            print(f"kept for a look: {self.base}", file=sys.stderr)
