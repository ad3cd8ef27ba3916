"""A sandbox of each kind, and somebody who takes its webhooks."""

import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import msgspec
import pytest

from fondaco.payments.providers import Provider
from fondaco.payments.providers.sandbox import Fees, LocalSandbox, Mode, SandboxProcess, start

FEES = Fees(numerator=29, denominator=1000, fixed=30)
SetMode = Callable[[Mode], None]


@pytest.fixture
def key() -> Callable[[], str]:
    """Makes keys that no other test uses."""
    return lambda: f"pay_{uuid.uuid4().hex}"


@pytest.fixture(scope="module")
def process() -> Iterator[SandboxProcess]:
    """A sandbox process shared by a module's tests."""
    with start(None, fees=FEES) as running:
        yield running


@pytest.fixture
def set_process_mode(process: SandboxProcess) -> Iterator[SetMode]:
    """Tells the process what faults to make; it behaves again after the test."""

    def put(mode: Mode) -> None:
        body = msgspec.json.encode(mode)
        httpx.put(f"{process.url}/mode", content=body, trust_env=False).raise_for_status()

    yield put
    put(Mode())


@pytest.fixture(params=["local", "process"])
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Provider, SetMode]]:
    """The provider in this process and behind HTTP, and how to tell it what faults to make."""
    if request.param == "local":
        local = LocalSandbox(fees=FEES)
        yield local, lambda mode: setattr(local, "mode", mode)
        await local.aclose()
    else:
        client = request.getfixturevalue("process").client()
        yield client, request.getfixturevalue("set_process_mode")
        await client.aclose()


@pytest.fixture
def provider(sandbox: tuple[Provider, SetMode]) -> Provider:
    return sandbox[0]


@pytest.fixture
def set_mode(sandbox: tuple[Provider, SetMode]) -> SetMode:
    return sandbox[1]


class Receiver:
    """An HTTP server that keeps what it gets and answers as told: statuses first, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.answer = b""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("content-length", str(len(receiver.answer)))
                self.end_headers()
                self.wfile.write(receiver.answer)

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
def receiver() -> Iterator[Receiver]:
    """Takes webhooks, or stands for a provider that talks nonsense."""
    receiver = Receiver()
    yield receiver
    receiver.close()
