"""Processes that tests start: none of them is waited for without an end."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PATIENCE = 60.0


@contextmanager
def killed_after(seconds: float, process: subprocess.Popen[Any]) -> Iterator[None]:
    """Kill a process that takes longer, so that whoever reads from it comes to an end."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def first_line(process: subprocess.Popen[str]) -> str:
    """What a process says first; fails if it ends, or says nothing in time."""
    assert process.stdout is not None
    with killed_after(PATIENCE, process):
        line = process.stdout.readline()
    assert line, f"it said nothing, and ended with {process.wait(PATIENCE)}"
    return line


def stopped(process: subprocess.Popen[Any], number: int) -> int:
    """Send a signal that asks for an end, and wait; its exit status. One that stays is killed."""
    process.send_signal(number)
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
