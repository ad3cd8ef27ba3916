"""Just enough of HTTP/1.1 to send prepared requests and to find where an answer ends."""

from collections.abc import Mapping
from typing import Final

import msgspec

NUMBER: Final = "@@@number@@@"
"""Where this stands in a request, `numbered` puts the request's number: 12 digits for 12 signs,
so that the content length stays true."""
_BODYLESS: Final = frozenset({204, 304})


class Garbled(Exception):
    """What came back is not an HTTP/1.1 answer that says where it ends."""


class Answer(msgspec.Struct, frozen=True, gc=False):
    """A whole answer: its body lies between `start` and `end` of the buffer, as sent.

    `closes` is true if the server hangs up after it.
    """

    status: int
    start: int
    end: int
    closes: bool
    chunked: bool


def encode(
    method: str, path: str, host: str, headers: Mapping[str, str], body: bytes = b""
) -> bytes:
    """One request as it goes over the wire, with its content length."""
    lines = [f"{method} {path} HTTP/1.1", f"host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body or method not in ("GET", "HEAD"):
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def numbered(request: bytes, number: int) -> bytes:
    """The encoded request with `NUMBER` replaced by twelve digits."""
    return request.replace(NUMBER.encode(), b"%012d" % number)


def answer_in(buffer: bytes) -> Answer | int:
    """The answer that the buffer holds, or how long the buffer must be before asking again.

    Raises Garbled if it is not HTTP/1.1, or has neither a length nor chunks.
    """
    head_end = buffer.find(b"\r\n\r\n")
    if head_end < 0:
        return len(buffer) + 1
    status = _status(buffer)
    head, start = buffer[: head_end + 2].lower(), head_end + 4
    closes = b"\r\nconnection: close\r\n" in head
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        end = start + _length(head[at + 17 : head.index(b"\r", at + 17)])
    elif status in _BODYLESS:
        end = start
    elif b"\r\ntransfer-encoding: chunked\r\n" in head:
        chunks_end = _end_of_chunks(buffer, start)
        if chunks_end is None:
            return len(buffer) + 1
        return Answer(status, start, chunks_end, closes, chunked=True)
    else:
        raise Garbled("an answer without a length")
    return Answer(status, start, end, closes, chunked=False) if len(buffer) >= end else end


def body_of(buffer: bytes, answer: Answer) -> bytes:
    """The body of an answer, its chunks joined."""
    if not answer.chunked:
        return bytes(buffer[answer.start : answer.end])
    parts, at = [], answer.start
    while size := _length(buffer[at : (line_end := buffer.index(b"\r\n", at))], 16):
        parts.append(buffer[line_end + 2 : line_end + 2 + size])
        at = line_end + 2 + size + 2
    return b"".join(parts)


def _status(buffer: bytes) -> int:
    if not buffer.startswith(b"HTTP/1.1 ") or not buffer[9:12].isdigit():
        raise Garbled(f"not an HTTP/1.1 answer: {bytes(buffer[:20])!r}")
    return int(buffer[9:12])


def _length(digits: bytes, base: int = 10) -> int:
    try:
        return int(digits.partition(b";")[0], base)
    except ValueError:
        raise Garbled(f"a length of {digits[:20]!r}") from None


def _end_of_chunks(buffer: bytes, at: int) -> int | None:
    while (line_end := buffer.find(b"\r\n", at)) >= 0:
        size = _length(buffer[at:line_end], 16)
        at = line_end + 2 + size + 2
        if size == 0:  # no trailers are expected, so the empty line follows at once
            return at if len(buffer) >= at else None
    return None
