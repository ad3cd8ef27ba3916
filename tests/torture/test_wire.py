"""The wire does to connections what it says, and nothing else."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from fondaco.torture.wire import Ends, Wire, wired


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A wire to a server that answers each line with itself."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(b"echo " + line)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def reach() -> Ends:
        return await asyncio.open_connection("127.0.0.1", port)

    async with wired(reach) as opened:
        yield opened
    server.close()


async def ask(ends: Ends, line: bytes, wait: float = 5.0) -> bytes | None:
    """The answer to a line, empty if the connection broke off, None if nothing came."""
    ends[1].write(line + b"\n")
    try:
        return await asyncio.wait_for(ends[0].readline(), wait)
    except ConnectionError:
        return b""
    except TimeoutError:
        return None


async def end(wire: Wire) -> Ends:
    return await asyncio.open_connection("127.0.0.1", wire.port)


async def test_it_passes_everything_on(wire: Wire) -> None:
    one, other = await end(wire), await end(wire)
    assert await ask(one, b"a") == b"echo a\n"
    assert await ask(other, b"b") == b"echo b\n"


async def test_a_dropped_connection_breaks_off_and_a_new_one_works(wire: Wire) -> None:
    one = await end(wire)
    assert await ask(one, b"a") == b"echo a\n"
    wire.drop()
    assert await ask(one, b"b") == b""
    assert await ask(await end(wire), b"c") == b"echo c\n"


async def test_neither_end_of_a_half_open_connection_hears_of_it(wire: Wire) -> None:
    one = await end(wire)
    assert await ask(one, b"a") == b"echo a\n"
    wire.freeze()
    assert await ask(one, b"b", wait=0.2) is None
    assert await ask(await end(wire), b"c") == b"echo c\n"


async def test_what_is_held_back_comes_after_mending(wire: Wire) -> None:
    one = await end(wire)
    assert await ask(one, b"a") == b"echo a\n"
    wire.cut()
    assert await ask(one, b"b", wait=0.2) is None
    wire.mend()
    assert await asyncio.wait_for(one[0].readline(), 5) == b"echo b\n"


async def test_the_nth_answer_is_lost_once(wire: Wire) -> None:
    one = await end(wire)
    wire.lose(b"echo", 2)
    assert await ask(one, b"a") == b"echo a\n"
    assert await ask(one, b"b") == b""
    assert wire.lost == 1
    assert await ask(await end(wire), b"c") == b"echo c\n"
