"""localstripe as a process, and a stand-in that answers in the shapes which Stripe documents."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest

from fondaco.payments.providers.stripe import Stripe

KEY, SECRET = "sk_test_fondaco", "whsec_fondaco"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a localstripe."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    root = Path(__file__).parents[4]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.payments.providers.stripe.fake", str(port)],
        cwd=root, env={**os.environ, "TMPDIR": str(tmp_path_factory.mktemp("localstripe"))},
    )  # fmt: skip
    try:
        while process.poll() is None:
            try:
                httpx.get(url, trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield url
    finally:
        process.kill()
        process.wait()


@pytest.fixture
async def client(fake: str) -> AsyncIterator[Stripe]:
    client = Stripe(KEY, SECRET, url=fake)
    yield client
    await client.aclose()


class Shapes:
    """A server that answers each path with the next of its scripted answers, the last for ever."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[int, Any]]] = {}
        self.asked: list[tuple[str, dict[str, list[str]], str]] = []
        shapes = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
                self.answer(parse_qs(body))

            def do_GET(self) -> None:
                self.answer(parse_qs(urlsplit(self.path).query))

            def answer(self, given: dict[str, list[str]]) -> None:
                path = f"{self.command} {urlsplit(self.path).path}"
                shapes.asked.append((path, given, self.headers.get("Idempotency-Key") or ""))
                answers = shapes.answers[path]
                status, said = answers.pop(0) if len(answers) > 1 else answers[0]
                body = msgspec.json.encode(said)
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def shapes() -> Iterator[Shapes]:
    shapes = Shapes()
    yield shapes
    shapes.close()


@pytest.fixture
async def scripted(shapes: Shapes) -> AsyncIterator[Stripe]:
    client = Stripe(KEY, SECRET, url=shapes.url)
    yield client
    await client.aclose()
