"""A small disk that may be filled up."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SIZE: Final = 640 << 20
"""Bytes: room for the embedded server's least, its log and some schedules."""

_FILLER: Final = "filler"
_CHUNK: Final = b"\0" * (1 << 20)


class Volume:
    """A folder for PostgreSQL, and one `aside` for what must not meet a full disk.

    `why_not` says why it is no small disk of its own, where it is none.
    """

    def __init__(self, folder: Path, aside: Path, why_not: str) -> None:
        self.folder, self.aside = folder, aside
        self.why_not = why_not

    def fill(self) -> None:
        """Take every byte that is left."""
        with (self.folder / _FILLER).open("ab", buffering=0) as filler:
            for size in (len(_CHUNK), 4096):
                with contextlib.suppress(OSError):
                    while filler.write(_CHUNK[:size]) == size:
                        pass

    def free(self) -> None:
        """Give back what `fill` took."""
        (self.folder / _FILLER).unlink(missing_ok=True)


@contextmanager
def volume() -> Iterator[Volume]:
    """An empty folder that PostgreSQL's own account may enter; a small disk where that can be had.

    That takes a tmpfs, which only root may mount, and not in every container.
    """
    whole = Path(tempfile.mkdtemp(prefix="fondaco-torture-"))
    whole.chmod(0o711)
    folder, aside = whole / "disk", whole / "aside"
    folder.mkdir(mode=0o711)
    aside.mkdir(mode=0o700)
    why_not = _mounted(folder)
    folder.chmod(0o711)
    try:
        yield Volume(folder, aside, why_not)
    finally:
        if not why_not:
            subprocess.run([shutil.which("umount") or "umount", "--lazy", folder], check=False)
        shutil.rmtree(whole, ignore_errors=True)


def _mounted(folder: Path) -> str:
    """Mount a small disk at `folder`; why that cannot be, or nothing."""
    if sys.platform != "linux" or (mount := shutil.which("mount")) is None:
        return "needs Linux, for a small disk in memory"
    if os.geteuid() != 0:
        return "needs root, to mount a small disk"
    options = f"size={SIZE},mode=0711"
    command = [mount, "-t", "tmpfs", "-o", options, "fondaco-torture", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"cannot mount a small disk: {done.stderr.strip()}" if done.returncode else ""
