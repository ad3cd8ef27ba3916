"""The server and the provider as processes, forked from one that has their code loaded already.

A server that is killed must be back at once, thousands of times; to load its code anew each time
would take longer than the rest of a schedule.
"""

import multiprocessing
import os
import runpy
import sys
import threading
import time
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from fondaco.kernel.fault import VARIABLE
from fondaco.kernel.settings import Settings

_WARM: Final = "fondaco.torture.warm"
_FEES: Final = '--fees={"numerator":29,"denominator":1000,"fixed":30}'


class Nursery:
    """Forks servers and providers. They end with whoever has it."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__, _WARM])

    def clock(self) -> Any:
        """Seconds by which the servers that are given it go fast, as `value`; 0 to begin with."""
        return self._context.RawValue("d", 0.0)

    def server(
        self, settings: Settings, home: Path, fault: str, clock: Any, log: Path
    ) -> BaseProcess:
        """A server on `settings` that dies at the fault point `fault`, if it is not empty."""
        return self._started(_serve, settings, home, fault, clock, log)

    def provider(
        self, book: Path, port: int, webhook_url: str, secret: str, log: Path
    ) -> BaseProcess:
        """A sandbox provider on `port` of loopback."""
        return self._started(_provide, book, port, webhook_url, secret, log)

    def _started(self, target: Any, *arguments: Any) -> BaseProcess:
        process = self._context.Process(target=target, args=arguments, daemon=True)
        process.start()
        return process


def _serve(settings: Settings, home: Path, fault: str, clock: Any, log: Path) -> None:
    _settle_in(log)
    os.environ[VARIABLE] = fault
    _bend_time(clock)
    from fondaco.serve import serve  # loaded by the nursery

    serve(settings, home)


def _provide(book: Path, port: int, webhook_url: str, secret: str, log: Path) -> None:
    _settle_in(log)
    os.environ["FONDACO_WEBHOOK_SECRET"] = secret
    options = [f"--book={book}", f"--port={port}", f"--webhook-url={webhook_url}", _FEES]
    sys.argv = ["sandbox", *options]
    runpy.run_module("fondaco.payments.providers.sandbox", run_name="__main__")


def _settle_in(log: Path) -> None:
    """Write to the log, and end with the process that wanted this one."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(file, stream)
    for name in [name for name in os.environ if name.startswith("FONDACO_")]:
        del os.environ[name]
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _bend_time(clock: Any) -> None:
    """Make this process's wall clock go fast by what `clock` says at the time."""
    real, real_ns = time.time, time.time_ns
    time.time = lambda: real() + clock.value
    time.time_ns = lambda: real_ns() + int(clock.value * 1e9)
