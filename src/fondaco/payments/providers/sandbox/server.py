"""The sandbox as a process of its own: HTTP in front of a desk. Loopback only, no sign-in."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

import msgspec
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar, MediaType, Request, Response, Router, get, post, put
from litestar.di import Provide
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import Body, FromPath, Parameter

from fondaco.kernel.ports import claim
from fondaco.payments.providers.base import (
    MAX_BATCH,
    Action,
    Capture,
    Charge,
    Fact,
    Key,
    ReportLine,
    Return,
    Transfer,
    Unknown,
)
from fondaco.payments.providers.sandbox.book import MAX_PAGE, Total
from fondaco.payments.providers.sandbox.desk import NO_ANSWER, Desk, DisputeError
from fondaco.payments.providers.sandbox.modes import Dispute, Mode, Token
from fondaco.payments.providers.sandbox.postman import Postman

_Limit = Body(max_items=MAX_BATCH)
Charges = Annotated[list[Charge], _Limit]
Captures = Annotated[list[Capture], _Limit]
Returns = Annotated[list[Return], _Limit]
Transfers = Annotated[list[Transfer], _Limit]
Keys = Annotated[list[Key], _Limit]


@dataclass(frozen=True)
class House:
    """What the handlers share. `instance` tells this process from another at its address."""

    desk: Desk
    postman: Postman | None
    instance: str


class Page(msgspec.Struct):
    """A page of the ledger; `next` is the `after` of the next one."""

    totals: list[Total]
    webhooks_waiting: int
    webhooks_given_up: int
    rows: list[Fact]
    next: int | None


@post("/charges", status_code=200)
async def charges(data: Charges, house: House) -> Response[bytes]:
    """Capture payments."""
    slow = any(one.token == Token.SLOW for one in data)
    return await _answer(house, house.desk.charge(data), slow=slow)


@post("/holds", status_code=200)
async def holds(data: Charges, house: House) -> Response[bytes]:
    """Hold money."""
    return await _answer(house, house.desk.authorise(data))


@post("/captures", status_code=200)
async def captures(data: Captures, house: House) -> Response[bytes]:
    """Take held money."""
    return await _answer(house, house.desk.capture(data))


@post("/voids", status_code=200)
async def voids(data: Keys, house: House) -> Response[bytes]:
    """End charges that have taken no money."""
    return await _answer(house, house.desk.void(data))


@post("/refunds", status_code=200)
async def refunds(data: Returns, house: House) -> Response[bytes]:
    """Give money back."""
    return await _answer(house, house.desk.refund(data))


@post("/payouts", status_code=200)
async def payouts(data: Transfers, house: House) -> Response[bytes]:
    """Send money out."""
    return await _answer(house, house.desk.pay_out(data))


@post("/lookup", status_code=200)
async def look_up(data: Keys, house: House) -> Response[bytes]:
    """What became of each key; null if it never came here."""
    return await _answer(house, house.desk.look_up(data))


@post("/report", status_code=200)
async def report(data: date, house: House) -> list[ReportLine]:
    """What moved money on a day."""
    return house.desk.report(data)


@get("/pages/{key:str}", media_type=MediaType.HTML)
async def page(key: FromPath[str], house: House) -> str:
    """Where a buyer pays a charge that sent him here."""
    if key not in house.desk.book.pages([key]):
        raise NotFoundException("There is nothing to pay here.")
    return _PAGE


@post("/pages/{key:str}", status_code=200)
async def act(
    key: FromPath[str], house: House, pays: Annotated[bool, Parameter(query="pays")] = True
) -> Fact:
    """The buyer pays, or goes away for good."""
    fact = house.desk.act(key, pays)
    if fact is None:
        raise NotFoundException("There is nothing to pay here.")
    _wake(house)
    return fact


@post("/disputes", status_code=200)
async def disputes(data: Dispute, house: House) -> Fact:
    """A buyer's bank disputes a charge, or ends its dispute."""
    try:
        fact = house.desk.dispute(data)
    except DisputeError as error:
        raise ClientException(str(error), status_code=409) from None
    _wake(house)
    return fact


@get("/ledger")
async def ledger(
    house: House,
    after: int = 0,
    limit: Annotated[int, Parameter(ge=1, le=MAX_PAGE)] = 100,
) -> Page:
    """Totals, and the facts in the order they happened."""
    book = house.desk.book
    rows = book.page(after, limit)
    waiting, given_up = book.db.execute(
        "select count(due), count(*) - count(due) from webhook"
    ).fetchone()
    following = rows[-1][0] if len(rows) == limit else None
    return Page(book.totals(), waiting, given_up, [fact for _, fact in rows], following)


@get("/mode")
async def get_mode(house: House) -> Mode:
    """The faults it makes now."""
    return house.desk.mode


@put("/mode")
async def put_mode(data: Mode, house: House) -> Mode:
    """Behave like this from now on; what is left out goes back to its default."""
    house.desk.mode = data
    return data


@get("/health")
async def health(house: House) -> dict[str, str]:
    """Ready."""
    return {"instance": house.instance}


_SERVICES: Final = (charges, holds, captures, voids, refunds, payouts, look_up, report)
_PAGE: Final = """<!doctype html>
<title>Sandbox</title>
<h1>Pay in the sandbox</h1>
<form method="post" action="?pays=true"><button>Pay</button></form>
<form method="post" action="?pays=false"><button>Do not pay</button></form>
"""


def build(house: House) -> Litestar:
    """The application."""

    def refuse_in_outage(_: Request[Any, Any, Any]) -> Response[bytes] | None:
        return Response(b"", status_code=503) if house.desk.mode.outage else None

    @asynccontextmanager
    async def deliver(_: Litestar) -> AsyncIterator[None]:
        task = asyncio.create_task(house.postman.run()) if house.postman else None
        yield
        if task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        house.desk.book.close()

    service = Router("/", route_handlers=_SERVICES, before_request=refuse_in_outage)
    return Litestar(
        [service, page, act, disputes, ledger, get_mode, put_mode, health],
        dependencies={"house": Provide(lambda: house, sync_to_thread=False)},
        lifespan=[deliver],
        openapi_config=None,
        logging_config=None,
    )


async def serve(app: Litestar, port: int, watch_stdin: bool) -> None:
    """Serve on loopback until told to stop; with `watch_stdin`, also when stdin ends.

    Raises PortTaken where somebody listens already.
    """
    port = claim("127.0.0.1", port)
    server = Server(app, "127.0.0.1", port, interface=Interfaces.ASGI, log_enabled=False)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    if watch_stdin:
        stop = lambda: loop.call_soon_threadsafe(server.stop)  # noqa: E731
        threading.Thread(target=_end_with_parent, args=(stop,), daemon=True).start()
    await server.serve()


def _end_with_parent(stop: Callable[[], object]) -> None:
    # stdin ends when the parent does, however it does. Read by number: a thread that waits inside
    # sys.stdin would hold its lock when the interpreter shuts down.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    threading.Timer(3, os._exit, (0,)).start()
    stop()


def _wake(house: House) -> None:
    if house.postman:
        house.postman.wake()


async def _answer(
    house: House, outcomes: Sequence[Fact | Action | Unknown | None], slow: bool = False
) -> Response[bytes]:
    """Late if told so; a request none of whose items is answered gets no answer at all."""
    _wake(house)
    mode = house.desk.mode
    if delay := mode.slow_ms + (mode.slow_token_ms if slow else 0):
        await asyncio.sleep(delay / 1000)
    if outcomes and all(isinstance(o, Unknown) and o.reason == NO_ANSWER for o in outcomes):
        return Response(b"", status_code=504)
    return Response(msgspec.json.encode(outcomes), media_type=MediaType.JSON)
