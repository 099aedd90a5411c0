"""A small ext4 on a loop device whose power can be cut; needs root."""

import fcntl
import os
import struct
import subprocess
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

SHUTDOWN, NOLOGFLUSH = 0x8004587D, 2  # EXT4_IOC_SHUTDOWN: drop the page cache and the unwritten journal


def cut(folder: Path) -> None:
    """Stop the file system under the folder at once: nothing that was not flushed reaches the device any more."""
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", NOLOGFLUSH))
    os.close(descriptor)


class LoopDisk:
    """An image file beside the mount point; `with` unmounts and removes both, whatever happened."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.image, self.mount_point = folder / "disk.img", folder / "disk"
        folder.mkdir(parents=True, exist_ok=True)
        self.mount_point.mkdir()
        with self.image.open("wb") as handle:
            handle.truncate(megabytes << 20)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", str(self.image))

    def __enter__(self) -> Self:
        self.mount()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unmount()
        self.image.unlink()
        self.mount_point.rmdir()

    def mount(self) -> None:
        _run("mount", "-o", "loop", str(self.image), str(self.mount_point))

    def unmount(self) -> None:
        """Unmount, waiting for a killed process to let go of its files; the loop device goes with it."""
        for _time in range(100):
            if not self.mount_point.is_mount():
                return
            if subprocess.run(["umount", str(self.mount_point)], capture_output=True).returncode:
                time.sleep(0.05)
        _run("umount", "--lazy", str(self.mount_point))

    def cut_power(self) -> None:
        """Cut, if a client has not done so itself, and come up again as after a power cut."""
        with suppress(OSError):
            cut(self.mount_point)
        self.come_back()

    def come_back(self) -> None:
        self.unmount()
        self.mount()

    def remount(self, mode: str) -> None:
        _run("mount", "-o", f"remount,{mode}", str(self.mount_point))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")


@cache
def lacking() -> str:
    """Return why no loop disk can be cut here, or nothing."""
    if os.geteuid():
        return "mounting a loop disk needs root"
    missing = [name for name in ("mkfs.ext4", "mount", "umount") if not which(name)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    with TemporaryDirectory(prefix="langnghe-faults-") as name:
        try:
            with LoopDisk(Path(name), 16) as disk:
                disk.cut_power()
        except OSError as error:
            return f"the kernel has no loop device, ext4 or shutdown ioctl: {error}"
    return ""
