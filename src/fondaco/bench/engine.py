"""The engine without HTTP: purchases placed and paid into escrow, whole lives, and growth."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from fondaco import orders
from fondaco.bench.house import RICH, House, build, done
from fondaco.bench.load import percentile
from fondaco.bench.report import Result
from fondaco.kernel import Database
from fondaco.kernel.settings import Settings
from fondaco.shipping import Scan

LANES = Settings().lanes
"""As many batches under way at once as a server has."""


async def place_and_pay(database: Database, house: House, size: int, prefix: str) -> list[Any]:
    """One batch: place purchases, and record that the provider captured their payments."""
    return await buy(database, [house.purchase() for _ in range(size)], prefix)


async def buy(database: Database, wishes: Sequence[orders.Place], prefix: str) -> list[Any]:
    """Place these purchases and record that they are paid."""
    placed = await done(database, orders.place, wishes, prefix)
    facts = [
        orders.RecordPayment(
            payment=one.payments[0], result=orders.Paid.CAPTURED, amount=one.total,
            currency=one.currency,
        )
        for one in placed
    ]  # fmt: skip
    paid = await done(database, orders.record_payment, facts, f"{prefix} paid")
    if not all(one.applied for one in paid):
        raise RuntimeError("a captured payment was not applied")
    return placed


async def live(database: Database, house: House, size: int, prefix: str) -> list[Any]:
    """One batch: the whole life of purchases, to their settlement."""
    placed = await place_and_pay(database, house, size, prefix)
    mine = await bring(database, placed, prefix)
    ends = await done(database, orders.confirm, [
        orders.Confirm(order=order) for order in mine
    ], f"{prefix} confirm")  # fmt: skip
    if not all(one.state == "settled" for one in ends):
        raise RuntimeError("an order was not settled")
    return placed


async def bring(database: Database, placed: Sequence[Any], prefix: str) -> list[int]:
    """Ship and deliver what was bought; the orders."""
    mine = [(order.id, order.seller) for one in placed for order in one.orders]
    parcels = await done(database, orders.ship, [
        orders.Ship(order=order, seller=seller, carrier="bench") for order, seller in mine
    ], f"{prefix} ship")  # fmt: skip
    await done(database, orders.record_scan, [
        orders.RecordScan(parcel=one.parcel, kind=Scan.DELIVERED) for one in parcels
    ], f"{prefix} deliver")  # fmt: skip
    return [order for order, _ in mine]


async def timed(
    database: Database, house: House, load: Any, size: int, total: int, prefix: str
) -> tuple[float, list[float]]:
    """Run `total` purchases in batches on all lanes: purchases a second, seconds per batch."""
    numbers = iter(range(max(total // size, LANES)))
    seconds: list[float] = []

    async def lane() -> None:
        for number in numbers:
            start = time.perf_counter()
            await load(database, house, size, f"{prefix} {number}")
            seconds.append(time.perf_counter() - start)

    start = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(LANES)))
    return len(seconds) * size / (time.perf_counter() - start), seconds


def result(
    name: str,
    variant: int,
    rate: float,
    seconds: Sequence[float],
    floor: float | None,
    **detail: Any,
) -> Result:
    """A result with its ratio to the floor and the latency of its batches."""
    half, late = percentile(seconds, 0.5), percentile(seconds, 0.99)
    return Result(
        name=name,
        variant=variant,
        rate_per_s=rate,
        ratio_to_floor=rate / floor if floor else None,
        p50_ms=None if half is None else half * 1000,
        p99_ms=None if late is None else late * 1000,
        detail=detail,
    )


async def engine(
    database: Database, house: House, floor: float | None, scale: float = 1.0
) -> list[Result]:
    """Place and pay at each batch size; `scale` is how much of the full load to run."""
    results = []
    for size, total in ((1, 400), (10, 4_000), (100, 15_000), (1000, 30_000)):
        await place_and_pay(database, house, size, f"warm {size}")
        wanted = int(total * scale)
        rate, seconds = await timed(database, house, place_and_pay, size, wanted, f"engine {size}")
        results.append(result("engine", size, rate, seconds, floor, lanes=LANES))
    return results


ROUNDS = 4
"""How often a rich load takes turns with a plain one, so that both meet the same machine."""


async def rich(
    database: Database, plain: House, floor: float | None, scale: float = 1.0
) -> list[Result]:
    """Place and pay purchases with coupon, tax and VAT on commission, and plain ones in turn."""
    rich = await build(database, scale, terms=RICH)
    spent = {"plain": 0.0, "rich": 0.0}
    seconds: list[float] = []
    wanted = max(int(20_000 * scale) // ROUNDS // 1000, LANES) * 1000
    for house, name in ((plain, "plain"), (rich, "rich")):
        await place_and_pay(database, house, 1000, f"warm {name}")
    for number in range(ROUNDS):
        for house, name in ((plain, "plain"), (rich, "rich")):
            prefix = f"{name} {number}"
            rate, batches = await timed(database, house, place_and_pay, 1000, wanted, prefix)
            spent[name] += wanted / rate
            seconds += batches if name == "rich" else []
    rates = {name: ROUNDS * wanted / took for name, took in spent.items()}
    detail = {"plain": rates["plain"], "ratio_to_plain": rates["rich"] / rates["plain"]}
    return [result("rich", 1000, rates["rich"], seconds, floor, lanes=LANES, **detail)]


async def life(
    database: Database, house: House, floor: float | None, scale: float = 1.0
) -> list[Result]:
    """Place, pay, ship, deliver, confirm and settle, in batches of a thousand."""
    await live(database, house, 100, "warm life")
    rate, seconds = await timed(database, house, live, 1000, int(12_000 * scale), "life")
    return [result("life", 1000, rate, seconds, floor, lanes=LANES)]
