"""The driver against small local servers: every answer and every fault is counted."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from fondaco.bench import ceiling
from fondaco.bench.http_driver import Job, Request, drive, drive_apart, run
from fondaco.bench.http_wire import NUMBER, encode

Reply = Callable[[int, bytes, asyncio.StreamWriter], Awaitable[bool]]


@asynccontextmanager
async def server(reply: Reply) -> AsyncIterator[int]:
    """A server whose `reply` gets the request's place and body; false means hang up."""
    seen = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = await reader.readexactly(int(head.split(b"content-length: ")[1].split()[0]))
                seen += 1
                if not await reply(seen - 1, body, writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


async def created(place: int, body: bytes, writer: asyncio.StreamWriter) -> bool:
    writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
    return True


def post(number: int) -> bytes:
    return encode("POST", "/", "h", {}, b"%d" % number)


async def test_every_request_is_sent_once_and_answered() -> None:
    bodies: dict[int, bytes] = {}
    async with server(created) as port:
        load = await drive(
            "127.0.0.1",
            port,
            post,
            clients=7,
            total=100,
            on_response=lambda number, status, body: bodies.__setitem__(number, body),
        )
    assert bodies == {number: b"%d" % number for number in range(100)}
    assert load.statuses == {201: 100}
    assert len(load.latencies) == 100
    assert all(0 < latency <= load.seconds for latency in load.latencies)
    assert (load.errors, load.reconnects) == ({}, 0)


async def test_an_iterator_ends_the_load() -> None:
    async with server(created) as port:
        load = await drive("127.0.0.1", port, iter([post(1), post(2), post(3)]), clients=2)
    assert load.statuses == {201: 3}


async def test_time_ends_the_load() -> None:
    async with server(created) as port:
        load = await drive("127.0.0.1", port, post, clients=2, seconds=0.05)
    assert load.statuses[201] == len(load.latencies) > 0


async def test_a_refusal_is_an_answer() -> None:
    async def refuse_odd(place: int, body: bytes, writer: asyncio.StreamWriter) -> bool:
        status = b"201 Created" if place % 2 == 0 else b"409 Conflict"
        writer.write(b"HTTP/1.1 %b\r\ncontent-length: 0\r\n\r\n" % status)
        return True

    async with server(refuse_odd) as port:
        load = await drive("127.0.0.1", port, post, clients=1, total=10)
    assert load.statuses == {201: 5, 409: 5}


async def test_a_dropped_request_is_an_error_and_the_client_goes_on() -> None:
    async def drop_every_fifth(place: int, body: bytes, writer: asyncio.StreamWriter) -> bool:
        return place % 5 != 4 and await created(place, body, writer)

    async with server(drop_every_fifth) as port:
        load = await drive("127.0.0.1", port, post, clients=2, total=20)
    assert load.statuses == {201: 16}
    assert load.errors == {"dropped": 4}
    assert 3 <= load.reconnects <= 4, "the last drop may leave nothing to reconnect for"


async def test_hanging_up_after_an_answer_is_no_error() -> None:
    async def last_words(place: int, body: bytes, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        return False

    async with server(last_words) as port:
        load = await drive("127.0.0.1", port, post, clients=1, total=3)
    assert load.statuses == {200: 3}
    assert (load.errors, load.reconnects) == ({}, 2)


async def test_silence_and_noise_are_errors() -> None:
    async def odd(place: int, body: bytes, writer: asyncio.StreamWriter) -> bool:
        if place == 0:
            return True
        if place == 1:
            writer.write(b"what?\r\n\r\n")
            return True
        return await created(place, body, writer)

    async with server(odd) as port:
        load = await drive("127.0.0.1", port, post, clients=1, total=3, timeout_s=0.05)
    assert load.statuses == {201: 1}
    assert load.errors == {"timeout": 1, "garbled": 1}


async def test_an_answer_in_many_segments_is_one_answer() -> None:
    async def crumbs(place: int, body: bytes, writer: asyncio.StreamWriter) -> bool:
        for part in (b"HTTP/1.1 200 OK\r\ncont", b"ent-length: 4\r\n\r\n", b"ab", b"cd"):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.001)
        return True

    async with server(crumbs) as port:
        load = await drive("127.0.0.1", port, post, clients=2, total=4)
    assert load.statuses == {200: 4}


async def test_what_a_callback_raises_ends_the_load() -> None:
    def refuse(number: int, status: int, body: bytes) -> None:
        raise LookupError("sold twice")

    async with server(created) as port:
        with pytest.raises(LookupError, match="sold twice"):
            await drive("127.0.0.1", port, post, clients=3, total=50, on_response=refuse)


async def test_no_server_is_said_at_once() -> None:
    async with server(created) as port:
        pass
    with pytest.raises(OSError, match="Connect call failed"):
        await drive("127.0.0.1", port, post, clients=2, total=1)


async def test_a_job_numbers_its_requests_and_counts_texts() -> None:
    bodies: list[bytes] = []

    async def note(place: int, body: bytes, writer: asyncio.StreamWriter) -> bool:
        bodies.append(body)
        return await created(place, body, writer)

    requests = [Request("POST", "/", {"x": "y"}, f"{kind} {NUMBER}") for kind in ("a", "b")]
    async with server(note) as port:
        told = await run(
            Job("127.0.0.1", port, requests, clients=1, total=3, first=40, count={"of a": "a "})
        )
    assert bodies == [b"a 000000000040", b"b 000000000041", b"a 000000000042"]
    assert told.counted == {"of a": 2}
    assert told.peak_rss_bytes > 0


async def test_a_process_of_its_own_tells_the_same() -> None:
    async with server(created) as port:
        job = Job("127.0.0.1", port, [Request("POST", "/", body="x")], clients=3, total=12)
        told = await drive_apart(job)
    assert told.statuses == {201: 12}
    assert told.cpu_seconds > 0


async def test_a_failing_process_says_why() -> None:
    async with server(created) as port:
        pass
    with pytest.raises(RuntimeError, match="ConnectionRefusedError"):
        await drive_apart(Job("127.0.0.1", port, [Request("GET", "/")], clients=1, total=1))


async def test_the_ceiling_is_measured_with_nothing_behind() -> None:
    told = await ceiling.ceiling(clients=4, seconds=0.1)
    assert told.statuses == {201: told.answers}
    assert told.errors == {}
