"""Installs the pinned client libraries, once for each list of versions."""
import hashlib
import importlib.metadata
import json
import os
import pathlib
import shutil
import subprocess
import sys

INSTALL_TIMEOUT_S = 600


class Packages:
    """A list of packages installed into a folder. `missing` says why they are not there."""

    def __init__(self, listing, folder):
        self.listing, self.folder, self.missing = listing, folder, ""

    def install(self):
        wanted = hashlib.sha256(self.listing.read_bytes()).hexdigest()
        stamp = self.folder / "installed"
        if stamp.exists() and stamp.read_text() == wanted:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for command in self.steps():
            try:
                done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True,
                                      timeout=INSTALL_TIMEOUT_S)
            except (OSError, subprocess.TimeoutExpired) as error:
                self.missing = f"{command[0]}: {error}"
                return
            if done.returncode != 0:
                lines = (done.stderr + done.stdout).splitlines()
                why = next((line for line in lines if "error" in line.lower()), "")
                self.missing = f"`{' '.join(map(str, command[:3]))}` failed: {why}"
                return
        stamp.write_text(wanted)


class PythonPackages(Packages):
    def steps(self):
        yield [sys.executable, "-m", "venv", "."]
        yield [*self.command(), "-m", "pip", "install", "--quiet", "--retries", "1",
               "--disable-pip-version-check", "-r", str(self.listing)]

    def command(self):
        return [str(self.folder / "bin" / "python")]

    def env(self):
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(self.listing.parent)}

    def version(self, package):
        if package == "rsyslog":
            done = subprocess.run(["/usr/sbin/rsyslogd", "-v"], capture_output=True, text=True)
            return done.stdout.split()[1]
        found = importlib.metadata.distributions(
            name=package, path=map(str, self.folder.glob("lib/python*/site-packages")))
        return next(iter(found)).version


class NodePackages(Packages):
    def steps(self):
        shutil.copy(self.listing, self.folder / "package.json")
        yield ["npm", "install", "--no-audit", "--no-fund", "--fetch-retries=1"]

    def command(self):
        return ["node"]

    def env(self):
        return {"PATH": os.environ["PATH"], "NODE_PATH": str(self.folder / "node_modules")}

    def version(self, package):
        about = pathlib.Path(self.folder, "node_modules", package, "package.json")
        return json.loads(about.read_text())["version"]
