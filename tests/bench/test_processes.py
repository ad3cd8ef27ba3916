"""CPU and memory are booked to the group that used them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from fondaco.bench.processes import Watch
from tests.processes import first_line

BURN = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n"


@contextmanager
def child(code: str) -> Iterator[subprocess.Popen[str]]:
    """A process that waits for a line, runs the code, says so, and waits again."""
    script = f"import subprocess, sys\ninput()\n{code}\nprint('done', flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    assert first_line(process) == "done\n"


def test_each_group_gets_its_own_cpu_and_memory() -> None:
    with (
        child(f"held = bytearray(64 << 20)\n{BURN}") as busy,
        child("") as idle,
        Watch({"busy": busy.pid, "idle": [idle.pid]}, every_s=0.05) as watch,
    ):
        go(busy)
        go(idle)
    assert watch.usage["busy"].cpu_seconds > 0.2 > watch.usage["idle"].cpu_seconds
    assert watch.usage["busy"].peak_rss_bytes > 64 << 20 > watch.usage["idle"].peak_rss_bytes


def test_children_that_ended_are_counted() -> None:
    with (
        child(f"subprocess.run([sys.executable, '-c', {BURN!r}], check=True)") as parent,
        Watch({"family": parent.pid}, every_s=0.05) as watch,
    ):
        go(parent)
    assert watch.usage["family"].cpu_seconds > 0.2
    assert watch.usage["family"].processes == 2


def test_a_child_that_is_a_group_of_its_own_is_not_counted_twice() -> None:
    others = len(psutil.Process().children(recursive=True))  # what tests before this one keep
    with (
        child(f"held = bytearray(64 << 20)\n{BURN}") as busy,
        Watch({"here": os.getpid(), "busy": busy.pid}, every_s=0.05) as watch,
    ):
        go(busy)
    assert watch.usage["busy"].cpu_seconds > 0.2
    assert watch.usage["here"].processes == 1 + others
