"""Full runs: all orders that are due at once are settled, then every seller is paid."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from fondaco import orders, payments
from fondaco.bench import house, wire
from fondaco.bench.engine import LANES, bring, buy
from fondaco.bench.house import House, done
from fondaco.bench.report import Result
from fondaco.kernel import Database, SetClock, deliver_all, subscribe
from fondaco.kernel.embedded import Embedded
from fondaco.payments.providers.sandbox import LocalSandbox

SETTLING: Final = "settlements"
PAYING: Final = "payouts"
ORDERS: Final = 100_000
SELLERS: Final = 10_000
_BATCH: Final = 1000
_TURNS: Final = "payments.payout_turns"


async def bench(home: Path, progress: Callable[[str], None], scale: float = 1.0) -> list[Result]:
    """Settle 100,000 delivered orders of 10,000 sellers, then pay these at their turn.

    By the sweeps and subscribers of a server, one batch after another as there, with the sandbox
    in this process. What led there is not in the time.
    """
    sellers = max(int(SELLERS * scale), house.SELLERS)
    purchases = max(int(ORDERS * scale) // 2 // _BATCH, 1) * _BATCH
    async with house.database(home) as (server, database):
        clock = SetClock(database.clock())
        database.clock = clock
        progress(f"runs: delivering {2 * purchases:,} orders of {sellers:,} sellers")
        built = await house.build(database, scale, sellers=sellers)
        every_day = payments.SetPayoutPolicy(currency="EUR", every=payments.PayoutEvery.DAY)
        await done(database, payments.set_payout_policy, [every_day], "policy")
        await _deliver_orders(database, built, purchases)
        clock.advance(days=20)
        progress("runs: settling them all")
        settled = await _settle(server, database)
        progress("runs: paying all sellers")
        return [settled, await _pay(server, database, clock)]


async def _deliver_orders(database: Database, built: House, purchases: int) -> None:
    """Two orders of each purchase, dealt evenly over the sellers."""
    starts = iter(range(0, purchases, _BATCH))

    async def lane() -> None:
        for start in starts:
            wishes = [built.in_turn(number) for number in range(start, start + _BATCH)]
            await bring(database, await buy(database, wishes, f"runs {start}"), f"runs {start}")

    await asyncio.gather(*(lane() for _ in range(LANES)))


async def _settle(server: Embedded, database: Database) -> Result:
    """Everything that is due, until nothing is."""
    count = 0
    with wire.watched(server) as watch:
        began = time.perf_counter()
        while batch := await orders.sweep_due(database):
            count += batch
        seconds = time.perf_counter() - began
    usage = msgspec.to_builtins(watch.usage)
    return Result(SETTLING, count, count / seconds, detail={"seconds": seconds, "usage": usage})


async def _pay(server: Embedded, database: Database, clock: SetClock) -> Result:
    """Every seller's turn, until none is due; the payouts sent, and recorded as arrived."""
    provider = LocalSandbox(now=clock)
    providers = {provider.name: provider}
    subscribers = payments.subscribers(providers, provider.name)
    await subscribe(database, subscribers)
    await deliver_all(database, subscribers)  # what the orders told
    [turns] = [one for one in payments.sweeps(providers, provider.name) if one.name == _TURNS]
    await turns.run(database)  # gives each seller a turn, at the midnight to come
    clock.advance(days=1)
    count = 0
    with wire.watched(server) as watch:
        began = time.perf_counter()
        while batch := await turns.run(database):
            count += batch
        taken = time.perf_counter() - began
        await deliver_all(database, subscribers)
        seconds = time.perf_counter() - began
    detail = {"seconds": seconds, "turns_s": taken, "usage": msgspec.to_builtins(watch.usage)}
    return Result(PAYING, count, count / seconds, detail=detail)
