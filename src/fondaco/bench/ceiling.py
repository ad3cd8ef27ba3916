"""What the load driver itself can do, measured against a server that does nothing.

`python -m fondaco.bench.ceiling` is that server: it prints its port and answers every request
with the same small 201.
"""

import asyncio
import sys
from typing import Final

from fondaco.bench.http_driver import Job, Request, drive_apart
from fondaco.bench.http_wire import NUMBER
from fondaco.bench.load import Summary

_ANSWER_BODY: Final = b'{"id":"pur_0000000000000","state":"paid","amount":14106,"currency":"EUR"}'
_ANSWER: Final = (
    b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    % len(_ANSWER_BODY)
) + _ANSWER_BODY
_LENGTH: Final = b"\r\ncontent-length: "


async def ceiling(clients: int, seconds: float, body_bytes: int = 500) -> Summary:
    """The load that the driver sustains with nothing behind it; POSTs of `body_bytes`."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "fondaco.bench.ceiling", stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    try:
        port = int(await server.stdout.readline())
        headers = {"content-type": "application/json", "idempotency-key": NUMBER}
        body = '{"filler":"'.ljust(body_bytes - 2, "x") + '"}'
        request = Request("POST", "/purchases", headers, body)
        return await drive_apart(Job("127.0.0.1", port, [request], clients, seconds=seconds))
    finally:
        server.kill()
        await server.wait()


class _Bare(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        at = self._buffer.find(_LENGTH) + len(_LENGTH)
        length = int(self._buffer[at : self._buffer.index(b"\r", at)])
        if len(self._buffer) >= head_end + 4 + length and self._transport is not None:
            self._buffer = b""
            self._transport.write(_ANSWER)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Bare, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
