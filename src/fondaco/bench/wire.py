"""The real server under load from outside: one purchase a request, bulk, and one hot SKU."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil

from fondaco import parties
from fondaco.bench import house
from fondaco.bench.ceiling import ceiling
from fondaco.bench.http_driver import Job, Request, drive_apart
from fondaco.bench.http_wire import NUMBER
from fondaco.bench.load import Summary
from fondaco.bench.processes import Watch
from fondaco.bench.report import Result
from fondaco.kernel import Database
from fondaco.kernel.embedded import Embedded
from fondaco.kernel.ids import show
from fondaco.kernel.sql import Statement

CLIENTS = (1, 32, 256)
WORKERS = min(len(psutil.Process().cpu_affinity()) if psutil.LINUX else os.cpu_count() or 1, 5)
"""Server processes: one for each core, as far as the embedded database has connections."""

SECONDS = 12.0
BULK_CLIENTS = 4
ATTEMPTS = 50_000


class Served(msgspec.Struct, frozen=True):
    """A running server and what a load needs to trade with it."""

    port: int
    pid: int
    secret: str


def watched(server: Embedded, **others: int) -> Watch:
    """Watch PostgreSQL, this process or the server, and whatever else is named."""
    roots = {"fondaco": os.getpid(), **others}
    return Watch({**roots, "postgresql": server.pid} if server.pid else roots)


async def bench(
    home: Path,
    wanted: tuple[str, ...],
    base: float,
    progress: Callable[[str], None],
    scale: float = 1.0,
) -> list[Result]:
    """Build a house, serve it in a process of its own, and load it."""
    results: list[Result] = []
    async with house.database(home) as (server, database):
        progress("building a house to serve")
        built = await house.build(database, scale)
        secret = await _key(database)
        async with _serving(home, secret) as served:
            if "http" in wanted:
                results += await _http(served, server, built, base, SECONDS * scale, progress)
            if "bulk" in wanted:
                progress("bulk: NDJSON of 1,000")
                results.append(await _bulk(served, server, built, base, SECONDS * scale))
            if "hot" in wanted:
                progress("hot: 1,000 units, 50,000 attempts")
                results.append(
                    await _hot(served, server, database, built, base, int(ATTEMPTS * scale))
                )
    return results


async def _key(database: Database) -> str:
    """An API key of an operator, kept by its hash like any other."""
    organise = parties.Organise(kind=parties.Kind.OPERATOR, name="Bench operator")
    [operator] = await house.done(database, parties.organise, [organise], "operator")
    secret, hash_, prefix = parties.new_secret()
    issue = parties.IssueKey(
        hash=hash_, prefix=prefix, party=operator.id, kind=parties.Kind.OPERATOR,
        scopes=tuple(parties.Scope), expires_at=database.clock() + timedelta(days=1),
    )  # fmt: skip
    await house.done(database, parties.issue_key, [issue], "key")
    return secret


@asynccontextmanager
async def _serving(home: Path, secret: str) -> AsyncIterator[Served]:
    """`fondaco serve` in a process of its own, from ready to stopped."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "fondaco", "serve", "--data", str(home), "--port", str(port),
        stdout=asyncio.subprocess.PIPE,
        env={
            **os.environ, "FONDACO_LOG_LEVEL": "warning", "PYTHONUNBUFFERED": "1",
            "FONDACO_WORKERS": str(WORKERS),
        },
    )  # fmt: skip
    try:
        assert process.stdout is not None
        if not await process.stdout.readline():  # it tells its address once all processes serve
            raise RuntimeError("the server ended before it was ready")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            for _ in range(200):
                if await _answers(client):
                    break
                await asyncio.sleep(0.05)
        yield Served(port, process.pid, secret)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.communicate()


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/ready")).status_code == 200
    except httpx.TransportError:
        return False


def _body(built: house.House) -> dict[str, object]:
    wish = built.purchase()
    return {
        "market": show("mkt", wish.market),
        "buyer": show("per", wish.buyer),
        "lines": [
            {"offer": show("off", line.offer), "quantity": line.quantity} for line in wish.lines
        ],
        "payment": {"token": "tok_ok"},
    }


def _request(served: Served, path: str, key: str, kind: str, body: str) -> Request:
    headers = {
        "Authorization": f"Bearer {served.secret}",
        "Content-Type": kind,
        "Idempotency-Key": key,
    }
    return Request("POST", path, headers, body)


async def _http(
    served: Served, server: Embedded, built: house.House, base: float,
    seconds: float, progress: Callable[[str], None],
) -> list[Result]:  # fmt: skip
    requests = [
        _request(
            served, "/api/purchases", f"http-{n}-{NUMBER}", "application/json",
            json.dumps(_body(built)),
        )
        for n in range(400)
    ]  # fmt: skip
    results, first = [], 0
    for clients in CLIENTS:
        progress(f"http: {clients} clients")
        await drive_apart(_job(served, requests, clients, 2.0, first))
        bare = await ceiling(clients, 2.0)
        with watched(server, serve=served.pid) as watch:
            load = await drive_apart(_job(served, requests, clients, seconds, first + 500_000))
        first += 1_000_000
        results.append(_result("http", clients, load, load.rate_per_s, base, watch, bare))
    return results


def _job(served: Served, requests: list[Request], clients: int, seconds: float, first: int) -> Job:
    return Job("127.0.0.1", served.port, requests, clients, seconds=seconds, first=first)


async def _bulk(
    served: Served, server: Embedded, built: house.House, base: float, seconds: float
) -> Result:
    requests = [
        _request(
            served, "/api/purchases/bulk", f"bulk-{n}-{NUMBER}", "application/x-ndjson",
            "\n".join(
                json.dumps(_body(built))
                for _ in range(1000)
            ),
        )
        for n in range(20)
    ]  # fmt: skip
    await drive_apart(_job(served, requests, BULK_CLIENTS, 2.0, 0))
    with watched(server, serve=served.pid) as watch:
        load = await drive_apart(_job(served, requests, BULK_CLIENTS, seconds, 500_000))
    rate = load.statuses.get(200, 0) * 1000 / load.seconds
    return _result("bulk", 1000, load, rate, base, watch, None)


async def _hot(
    served: Served, server: Embedded, database: Database, built: house.House, base: float,
    attempts: int,
) -> Result:  # fmt: skip
    body = {**_body(built), "lines": [{"offer": show("off", built.scarce), "quantity": 1}]}
    request = _request(
        served, "/api/purchases", f"hot-{NUMBER}", "application/json", json.dumps(body)
    )
    job = Job("127.0.0.1", served.port, [request], 256, total=attempts)
    with watched(server, serve=served.pid) as watch:
        load = await drive_apart(job)
    row = (await database.fetch(_SOLD, offer=built.scarce))[0]
    found = _result("hot", 256, load, load.rate_per_s, base, watch, None)
    detail = {**found.detail, **dict(row), "units": 1000, "attempts": attempts}
    return msgspec.structs.replace(found, detail=detail)


_SOLD = Statement(
    "bench.sold",
    """select coalesce(sum(l.quantity) filter (where o.state = 'paid'), 0)::int as sold,
        count(*) filter (where p.captured > 0 and o.state <> 'paid')::int as charged_in_vain
    from orders.line l join orders.orders o on o.bucket = l.bucket and o.id = l."order"
    join payments.payment p on p.bucket = o.bucket and p.purchase = o.purchase
    where l.offer = $1""",
    ("offer",),
)


def _result(
    name: str, variant: int, load: Summary, rate: float, base: float, watch: Watch,
    bare: Summary | None,
) -> Result:  # fmt: skip
    detail: dict[str, Any] = {
        "workers": WORKERS,
        "statuses": load.statuses,
        "errors": load.errors,
        "driver_cpu_seconds": load.cpu_seconds,
        "driver_peak_rss_bytes": load.peak_rss_bytes,
        "seconds": load.seconds,
        "usage": msgspec.to_builtins(watch.usage),
    }
    if bare is not None:
        detail["ceiling"] = bare.rate_per_s
    return Result(
        name=name,
        variant=variant,
        rate_per_s=rate,
        ratio_to_floor=rate / base if base else None,
        p50_ms=load.p50_ms,
        p99_ms=load.p99_ms,
        detail=detail,
    )
