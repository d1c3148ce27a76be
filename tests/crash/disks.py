"""Where a server's data lies, and how it loses its power."""
import os
import shutil
import subprocess
import tempfile


def sh(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def can_cut():
    """Whether file systems can be made, mounted and shut down here."""
    tools = ("xfs_io", "mkfs.ext4", "mkfs.xfs", "losetup", "mount", "umount")
    if os.geteuid() != 0 or not all(shutil.which(tool) for tool in tools):
        return False
    try:
        with tempfile.TemporaryDirectory(prefix="logwood-crash-") as base:
            LoopDisk(base, "probe", "ext4").close()
        return True
    except subprocess.CalledProcessError:
        return False


class PlainDirectory:
    """No disk of its own: a cut is a kill -9."""

    def __init__(self, base):
        self.base = os.path.join(base, "data")
        os.makedirs(self.base)

    def new_data(self, name):
        return os.path.join(self.base, name)

    def cut(self, server):
        server.kill()

    def close(self):
        pass


class LoopDisk:
    """A file system on a loop device, of which everything not synced can be thrown away."""

    def __init__(self, base, name, filesystem):
        self.mount, self.image = os.path.join(base, name), os.path.join(base, name + ".img")
        os.makedirs(self.mount)
        sh("truncate", "-s", "1G", self.image)
        sh(f"mkfs.{filesystem}", "-q", *(["-F"] if filesystem == "ext4" else ["-f"]), self.image)
        self.device = sh("losetup", "-f", "--show", self.image)
        try:
            self.plug_in()
        except subprocess.CalledProcessError:
            self.close()
            raise

    def unplug(self):
        sh("xfs_io", "-x", "-c", "shutdown", self.mount)

    def plug_out(self):
        sh("umount", self.mount)

    def plug_in(self):
        sh("mount", self.device, self.mount)

    def close(self):
        subprocess.run(["umount", "-l", self.mount], check=False, capture_output=True)
        subprocess.run(["losetup", "-d", self.device], check=False)


class Power:
    """One disk for all data, or two: the commit log and metadata on the first, checkpoint and
    segment files on the second. A journal orders all that happens on one file system, so a missing
    sync of a directory is only seen when the promise about it is kept on another."""

    def __init__(self, base, filesystem, count, rng):
        self.rng = rng
        self.disks = []
        try:
            for number in range(count):
                self.disks.append(LoopDisk(base, f"disk{number}", filesystem))
        except subprocess.CalledProcessError:
            self.close()
            raise

    def new_data(self, name):
        data = os.path.join(self.disks[0].mount, name)
        os.makedirs(data)
        if len(self.disks) > 1:
            for part in ("digest", "segments"):
                target = os.path.join(self.disks[1].mount, name, part)
                os.makedirs(target)
                os.symlink(target, os.path.join(data, part))
        os.sync()
        return data

    def cut(self, server):
        """Takes the power from all disks and the process.

        A file system that is being shut down answers a sync under way with success, which no dead
        machine does. So the caller counts no answer from here on as given; and with two disks, where
        the other would still carry out what follows from such an answer, the process is stopped
        before. Half of the cuts of one disk hit a process that goes on."""
        if server.is_running() and (len(self.disks) > 1 or self.rng.random() < 0.5):
            server.freeze()
        for disk in self.rng.sample(self.disks, len(self.disks)):
            disk.unplug()
        server.kill()
        for disk in self.disks:
            disk.plug_out()
        for disk in self.disks:
            disk.plug_in()

    def close(self):
        for disk in self.disks:
            disk.close()
