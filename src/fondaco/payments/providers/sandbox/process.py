"""Starts the sandbox as a process that ends with this one."""

import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx
import msgspec

from fondaco.payments.providers import signing
from fondaco.payments.providers.sandbox.client import Sandbox
from fondaco.payments.providers.sandbox.modes import Fees, Mode

SECRET: Final = "FONDACO_WEBHOOK_SECRET"  # noqa: S105 - the variable's name
MISCONFIGURED: Final = 2
"""Exit status of a sandbox that would fail again, on any port."""

PORT_TAKEN: Final = 3
"""Exit status of a sandbox that somebody else's listener kept from its port."""

_COMMAND: Final = (sys.executable, "-m", "fondaco.payments.providers.sandbox")
_PATIENCE: Final = 30.0
_ATTEMPTS: Final = 5


class SandboxError(Exception):
    """The sandbox did not start; its own words are on stderr."""


class SandboxProcess:
    """A running sandbox. Also a context manager that stops it on leaving."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, secret: str) -> None:
        self.process = process
        self.url = url
        self.secret = secret

    @property
    def port(self) -> int:
        """The port on loopback, for starting it again at the same address."""
        return int(self.url.rpartition(":")[2])

    def client(self, timeout: float = 5.0) -> Sandbox:
        """A new client; close it before the sandbox is stopped."""
        return Sandbox(self.url, self.secret, timeout=timeout)

    def stop(self) -> None:
        """End it and wait until it is gone. Twice is fine."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL: it loses its memory, but not its book."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start(
    path: Path | None,
    port: int = 0,
    *,
    webhook_url: str | None = None,
    secret: str | None = None,
    mode: Mode | None = None,
    fees: Fees | None = None,
) -> SandboxProcess:
    """A sandbox on loopback whose book is the file `path`, once it answers. Blocks until then.

    `port` 0 takes a free one; `path` None keeps the book in memory; `secret` None makes one up.
    Raises SandboxError if it does not start, e.g. because the port or the book is taken.
    """
    secret = secret or signing.new_secret()
    options = [f"--mode={_json(mode or Mode())}", f"--fees={_json(fees or Fees())}"]
    if path is not None:
        options.append(f"--book={path}")
    if webhook_url is not None:
        options.append(f"--webhook-url={webhook_url}")
    # A port found free may be taken by another before the sandbox has it: then try the next.
    for _ in range(1 if port else _ATTEMPTS):
        if running := _start(port or _free_port(), options, secret):
            return running
    where = f" on port {port}; does somebody else listen there?" if port else ""
    raise SandboxError(f"the sandbox did not start{where}")


def _start(port: int, options: list[str], secret: str) -> SandboxProcess | None:
    instance = secrets.token_hex(8)
    process = subprocess.Popen(
        [*_COMMAND, *options, f"--port={port}", f"--instance={instance}", "--watch-stdin"],
        stdin=subprocess.PIPE,
        env={**os.environ, SECRET: secret},
        start_new_session=True,  # Ctrl-C is for the parent, which still needs its provider
    )
    running = SandboxProcess(process, f"http://127.0.0.1:{port}", secret)
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        if (answered := _instance(running.url)) == instance:
            return running
        if answered is not None:
            break  # somebody else's sandbox has the port
        time.sleep(0.02)
    running.kill()
    if process.returncode == MISCONFIGURED:
        raise SandboxError(
            "the sandbox cannot open its book, see above: while a server runs on this data folder"
            " it holds the book, so stop it first, or use the API"
        )
    return None


def _instance(url: str) -> str | None:
    try:
        answer = httpx.get(f"{url}/health", timeout=1, trust_env=False)
        return str(answer.json()["instance"])
    except (httpx.RequestError, ValueError, TypeError, KeyError):
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _json(value: Mode | Fees) -> str:
    return msgspec.json.encode(value).decode()
