"""The front of the server: every request gets an id, a time limit, safe headers and a count."""

import asyncio
import re
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import msgspec
import structlog
from prometheus_client import Histogram

from fondaco.kernel import edge
from fondaco.kernel.log import logger
from fondaco.kernel.metrics import REQUEST_SECONDS

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

log = logger("front")

_SAFE: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_SECURITY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
_SLOW: Final = 1.0
"""Seconds after which an answer is worth a line in the log."""

_LATE: Final = (
    "No answer in time. The command may still take effect: send it again with the same key."
)


class Front:
    """An ASGI application around another. `idle` waits until everything taken is answered."""

    def __init__(self, app: App, timeout: float) -> None:
        self._app, self._timeout = app, timeout
        self._open = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._prefix = secrets.token_hex(4)
        self._count = 0
        self._seconds: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._open += 1
        self._idle.clear()
        try:
            await self._answer(scope, receive, send)
        finally:
            self._open -= 1
            if not self._open:
                self._idle.set()

    async def idle(self) -> None:
        """Return once no request is under way."""
        await self._idle.wait()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        id_ = self._id(scope)
        structlog.contextvars.bind_contextvars(request=id_.decode())
        status, method = 0, scope["method"]
        bare = method == "HEAD"
        if bare:  # answered as GET is, without the body: no handler has to know
            scope = {**scope, "method": "GET"}

        async def send_on(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _dressed(message["headers"], id_)
            elif bare:
                message = {**message, "body": b""}
            await send(message)

        try:
            async with asyncio.timeout(self._timeout):
                await self._app(scope, receive, send_on)
        except TimeoutError:
            if not status:
                await _problem(send_on, 504, "timeout", _LATE)
        except Exception:  # the application answers its own errors; this is the last resort
            log.exception("request failed")
            if not status:
                await _problem(send_on, 500, "internal_error", "That is our fault; it was logged.")
        route = scope.get("path_template") or "(none)"
        self._note(method, route, status, time.perf_counter() - started)

    def _note(self, method: str, route: str, status: int, took: float) -> None:
        key = (method, route, status)
        if (seconds := self._seconds.get(key)) is None:
            seconds = self._seconds[key] = REQUEST_SECONDS.labels(method, route, status)
        seconds.observe(took)
        if took > _SLOW or status in (500, 504):
            log.warning("slow or failed", method=method, route=route, status=status, seconds=took)

    def _id(self, scope: Scope) -> bytes:
        for name, value in scope["headers"]:
            if name == b"x-request-id" and _SAFE.fullmatch(value):
                return bytes(value)
        self._count += 1
        return b"%s-%d" % (self._prefix.encode(), self._count)


def _dressed(headers: Any, id_: bytes) -> list[tuple[bytes, bytes]]:
    """The headers, the safe ones that are not set yet, and the request's id. GET allows HEAD."""
    dressed = [
        (name, value.replace(b"GET", b"GET, HEAD") if name == b"allow" else value)
        for name, value in headers
    ]
    names = {name for name, _ in dressed}
    dressed += [pair for pair in _SECURITY if pair[0] not in names]
    dressed.append((b"x-request-id", id_))
    return dressed


async def _problem(send: Send, status: int, code: str, detail: str) -> None:
    body = msgspec.json.encode(edge.document(status, code, detail))
    headers = [
        (b"content-type", edge.PROBLEM_JSON.encode()),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def free_port(host: str) -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
