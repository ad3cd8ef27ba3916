"""The composition root: one process that serves the API, does the due work and keeps the database.

`build` makes the application out of the domains' edge files; `serve` runs it, with its embedded
PostgreSQL and its sandbox provider, until told to stop.
"""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, cast

import msgspec
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar, Request, get
from litestar.datastructures import State
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.params import FromPath
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from fondaco import (
    __version__,
    aftercare,
    billing,
    campaigns,
    catalog,
    kernel,
    markets,
    orders,
    parties,
    payments,
    risk,
    search,
    stock,
)  # fmt: skip
from fondaco.aftercare import api as aftercare_api
from fondaco.billing import api as billing_api
from fondaco.campaigns import api as campaigns_api
from fondaco.catalog import api as catalog_api
from fondaco.insight import api as insight_api
from fondaco.kernel import Database, Gatherer, Jobs, Problem, Sweep
from fondaco.kernel.api import DescribedStructs, answer_problem, public, reads, refuse_open_doors
from fondaco.kernel.api.description import description
from fondaco.kernel.crew import Crew, tell_ready, when_left_alone
from fondaco.kernel.edge import ProblemType, problem_types
from fondaco.kernel.embedded import default_home
from fondaco.kernel.front import Front
from fondaco.kernel.log import configure, logger
from fondaco.kernel.memory import seldom_collecting
from fondaco.kernel.migrate import check, migrate
from fondaco.kernel.ports import claim
from fondaco.kernel.settings import Settings, environment, load
from fondaco.kernel.watchdog import watched
from fondaco.markets import api as markets_api
from fondaco.orders import api as orders_api
from fondaco.parties import api as parties_api
from fondaco.payments import api as payments_api
from fondaco.payments.providers.chosen import chosen
from fondaco.pricing import api as pricing_api
from fondaco.risk import api as risk_api
from fondaco.search import api as search_api
from fondaco.stock import api as stock_api
from fondaco.web import api as web_api

log = logger("serve")

_FOLLOWER: Final = (sys.executable, "-m", "fondaco.serve")

_BACKLOG: Final = 2048
_CONNECTIONS: Final = 16_384
"""How many connections are served at once; the queues behind refuse long before."""

_KEPT: Final = timedelta(days=7)
_REFUSALS: Final = (
    parties.JoinRefusal, parties.KeyRefusal, parties.RevokeRefusal, parties.SettleInRefusal,
    parties.StandingRefusal, orders.ErasureRefusal,
    *markets.REFUSALS,
    *catalog.REFUSALS, stock.LocationRefusal, stock.MoveRefusal, *payments.REFUSALS,
    *risk.REFUSALS, *campaigns.REFUSALS,
    orders.PlaceRefusal, orders.QuoteRefusal, orders.AttemptRefusal,
    orders.OrderRefusal, orders.ScanRefusal,
    *aftercare.REFUSALS, *billing.REFUSALS,
)  # fmt: skip
_PROBLEMS: Final = problem_types(str(code) for refusal in _REFUSALS for code in refusal)
_EDGES: Final = (
    parties_api, markets_api, catalog_api, stock_api, pricing_api, search_api, risk_api,
    campaigns_api, orders_api, payments_api, aftercare_api, insight_api, billing_api, web_api,
)  # fmt: skip
_ROUTES: Final = tuple(route for edge in _EDGES for route in edge.routes)


@get("/health", **public())
async def health() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok", "version": __version__}


@get("/ready", **public())
async def ready(state: State) -> dict[str, str]:
    """The database answers, and has every migration; else 503."""
    await check(state.database)
    return {"status": "ready"}


@get("/problems", **public())
async def all_problems() -> list[ProblemType]:
    """Every kind of problem that an answer may be."""
    return list(_PROBLEMS.values())


@get("/problems/{code:str}", **public(404))
async def one_problem(code: FromPath[str]) -> ProblemType:
    """What a problem's `type` stands for."""
    if code not in _PROBLEMS:
        raise Problem(404, "not_found", "There is no such kind of problem.")
    return _PROBLEMS[code]


@get("/metrics", **reads("admin"), media_type=CONTENT_TYPE_LATEST)
async def metrics() -> bytes:
    """Counters, in Prometheus' form."""
    return generate_latest()


async def admit(request: Request[Any, Any, Any]) -> None:
    """Let nobody in without a key that may do this, except where the handler is public."""
    options = request.route_handler.opt
    if options.get("public"):
        return
    if "scope" not in options:  # the framework's own answer to OPTIONS, which nobody needs here
        allowed = request.app.route_handler_method_map[request.scope["path_template"]]
        headers = {"allow": ", ".join(sorted(set(allowed) - {"OPTIONS"}))}
        raise Problem(405, "method_not_allowed", "Not with this method.", headers=headers)
    door: parties.Door = request.app.state.door
    access = await door.access(request.headers.get("authorization"))
    parties.check(access, options["scope"], options["kinds"])
    request.scope["auth"] = access


def build(
    settings: Settings, database: Database, providers: payments.Providers, home: Path | None = None
) -> Litestar:
    """The application over an open database. Its state has what the handlers share."""
    home = home or Path(settings.home or default_home())
    providers = {**payments.store_credit(database), **providers}
    gatherer = Gatherer(
        database, limit=settings.batch_limit, lanes=settings.lanes,
        queue_limit=settings.queue_limit,
    )  # fmt: skip
    door = parties.Door(database)
    app = Litestar(
        [health, ready, metrics, all_problems, one_problem, *_ROUTES],
        before_request=admit,
        exception_handlers={Exception: answer_problem},
        middleware=_limits(settings, door),
        openapi_config=description(__version__),
        plugins=[DescribedStructs()],
        request_max_body_size=settings.body_limit,
        logging_config=None,
        state=State({
            "database": database, "gatherer": gatherer, "door": door, "providers": providers,
            "payer": settings.payer, "bank_schemas": settings.bank_schemas,
            "checkout": orders.Checkout(gatherer, providers),
            **web_api.state(database, home),
        }),
    )  # fmt: skip
    refuse_open_doors(app)
    return app


def _limits(settings: Settings, door: parties.Door) -> list[Any]:
    if not settings.rate_limit:
        return []

    def who(request: Request[Any, Any, Any]) -> str:
        address = request.client.host if request.client else ""
        return door.known(request.headers.get("authorization")) or address

    return [RateLimitConfig(("minute", settings.rate_limit), identifier_for_request=who).middleware]


def describe() -> bytes:
    """The API's description, as GET /api answers it: OpenAPI 3.1 in JSON, indented."""
    app = build(Settings(), cast("Database", None), {})  # nothing is asked of the database
    plain = msgspec.json.encode(app.openapi_schema.to_schema(), enc_hook=str)
    return msgspec.json.format(plain, indent=2) + b"\n"


def serve(
    settings: Settings, home: Path | None = None, ready: Callable[[str], None] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is told the address once requests are answered.

    `home` is the data folder. On a signal nothing new is taken, and everything that was taken is
    answered. Raises EmbeddedError, MigrationError, PortTaken, SandboxError or Unavailable if it
    cannot start.
    """
    configure(settings.log_level, settings.log_format)
    asyncio.run(_serve(settings, home or Path(settings.home or default_home()), ready))


async def _serve(
    settings: Settings, home: Path, ready: Callable[[str], None] | None, *, leads: bool = True
) -> None:
    port = claim(settings.host, settings.port) if leads else settings.port
    address = f"http://{settings.host}:{port}"
    async with (
        nullcontext(settings.database_url) if settings.database_url else watched(home) as url,
        chosen(settings, home, address) as choice,
    ):
        await migrate(url)
        database = await kernel.connect(
            url, buckets=settings.buckets, pool_size=settings.pool_size,
            statement_timeout=settings.statement_timeout,
        )  # fmt: skip
        app = build(settings, database, choice.providers, home)
        front = Front(app, settings.request_timeout)
        if leads:
            claim(settings.host, port)  # again: somebody may have come while this one got ready
        jobs = _jobs(database, app.state.providers if leads else None, choice.payer)
        await jobs.start()
        server = Server(
            front, settings.host, port, interface=Interfaces.ASGINL, log_enabled=False,
            websockets=False, backlog=_BACKLOG, backpressure=_CONNECTIONS,
        )  # fmt: skip
        shared = choice.settings.with_(port=port, home=str(home), workers=1, database_url=url)
        crew = Crew(settings.workers - 1, _FOLLOWER, environment(shared))
        await crew.start()
        await _run(server, front, crew, address, ready, leads)
        await app.state.gatherer.close()
        await jobs.stop()
        await database.close()


def follow() -> None:
    """Answer requests beside the process that started this one, under its settings."""
    settings = load()
    configure(settings.log_level, settings.log_format)
    home = Path(settings.home or default_home())
    asyncio.run(_serve(settings, home, lambda _: tell_ready(), leads=False))


async def _run(
    server: Server, front: Front, crew: Crew, address: str,
    ready: Callable[[str], None] | None, leads: bool,
) -> None:  # fmt: skip
    stop = asyncio.Event()
    if not leads:
        when_left_alone(stop.set)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    serving = asyncio.create_task(server.serve())
    await asyncio.sleep(0)
    log.info("serving", address=address)
    if ready is not None:
        ready(address)
    with seldom_collecting():
        await asyncio.wait(
            [serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED
        )
    log.info("stopping")
    server.stop()  # type: ignore[no-untyped-call]
    await asyncio.gather(serving, crew.stop())
    await front.idle()


def _jobs(database: Database, providers: payments.Providers | None, payer: str) -> Jobs:
    """The background work; without providers only what each process does for itself."""
    lease = Sweep("kernel.lease", Database.renew_lease)
    if providers is None:
        return Jobs(database, [], [lease])
    subscribers = [
        *payments.subscribers(providers, payer), aftercare.SUBSCRIBER, search.SUBSCRIBER,
    ]  # fmt: skip

    async def prune(of: Database) -> int:
        return await kernel.prune(of, of.clock() - _KEPT, [one.name for one in subscribers])

    sweeps = [
        *payments.sweeps(providers, payer), *orders.sweeps(providers), *aftercare.sweeps(),
        risk.SWEEP, search.SWEEP, billing.SWEEP, Sweep("kernel.outbox", prune), lease,
    ]  # fmt: skip
    return Jobs(database, subscribers, sweeps)


if __name__ == "__main__":
    follow()
