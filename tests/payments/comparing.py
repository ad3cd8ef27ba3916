"""Comparing a provider's day with the books: a report of the test's own making."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from fondaco import payments
from fondaco.kernel.ids import show
from fondaco.payments.breaks import resolve_break
from fondaco.payments.providers.base import Ability, ReportLine
from fondaco.payments.providers.sandbox import LocalSandbox
from fondaco.payments.reconcile_model import BookTo, ReconciliationRecorded, ResolveBreak
from tests.world import World


class Telling(LocalSandbox):
    """A provider that reports what it is told to, at its own pace."""

    abilities = frozenset({Ability.REPORT})

    def __init__(self, name: str, lines: Sequence[ReportLine]) -> None:
        super().__init__()
        self.name = name
        self.lines = list(lines)

    async def report(self, day: date) -> list[ReportLine]:
        """The lines of that day."""
        return [line for line in self.lines if line.at.date() == day]


def told(payment: int, amount: int, at: datetime, fee: int = 0) -> ReportLine:
    """A captured payment, as a provider reports it."""
    return ReportLine(show("pay", payment), "captured", amount, fee, "EUR", at, f"tx {payment}")


def altered(line: ReportLine, by: int) -> ReportLine:
    """The line, over so much more."""
    return msgspec.structs.replace(line, amount=line.amount + by)


async def compared(
    world: World, lines: Sequence[ReportLine], day: date, name: str = "sandbox"
) -> ReconciliationRecorded:
    """What came of comparing these lines with the journal."""
    return await payments.reconcile(world.database, Telling(name, lines), day, pays_out=False)


async def leave_breaks(world: World) -> None:
    """A day of another provider: one break stays open, two are booked."""
    at = world.clock()
    lines = [
        ReportLine("", "account_fee", amount, 0, "EUR", at, f"fee {world.name} {amount}")
        for amount in (-100, -7, 3)
    ]
    await compared(world, lines, at.date(), f"bank of {world.name}"[:50])
    found = await payments.breaks_of(world.database, f"bank of {world.name}"[:50], at.date())
    for row in found:
        if row["difference"] != -100:
            book = BookTo.FEE if row["difference"] < 0 else BookTo.ROUNDING
            wish = ResolveBreak(id=row["id"], note="account fee", by="ann", book=book)
            await world.do(resolve_break, wish)
