"""Check: the invariants of every domain, all read as of one instant.

Clean at every instant, also in the middle of a load and after a crash: a command commits
everything it does in one transaction, so no snapshot sees half of one.
"""

from typing import Final

import msgspec

from fondaco import (
    aftercare,
    billing,
    campaigns,
    kernel,
    ledger,
    orders,
    parties,
    payments,
    risk,
    search,
    shipping,
    stock,
)
from fondaco.kernel import Database, Invariant, Row, Tx
from fondaco.kernel.patience import LONG_S, take_time
from fondaco.kernel.sql import Statement

INVARIANTS: Final[list[Invariant]] = [
    invariant
    for domain in (
        kernel,
        ledger,
        parties,
        stock,
        search,
        risk,
        payments,
        shipping,
        campaigns,
        orders,
        aftercare,
        billing,
    )
    for invariant in domain.INVARIANTS
]  # fmt: skip
"""Every rule of the house, from the bottom up."""

EXAMPLES: Final = 3

# A plan made on statistics from before a load must not fall into a loop over rows.
_SESSION: Final = [
    Statement(
        f"check.{name}",
        f"select set_config(name, '{value}', true) from pg_settings where name = '{name}'",  # noqa: S608
        (),
    )
    for name, value in (
        ("enable_nestloop", "off"),
        ("work_mem", "64MB"),
    )
]


class Finding(msgspec.Struct, frozen=True):
    """One invariant and the rows that break it: how many, and the first few as text."""

    domain: str
    name: str
    rule: str
    rows: int
    examples: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether the rule holds."""
        return self.rows == 0


async def check(database: Database) -> list[Finding]:
    """Every invariant with the rows that break it, all as of one instant; trade goes on.

    Raises Unavailable when the database is gone.
    """
    async with database.transaction(snapshot=True) as tx:
        return await check_in(tx)


async def check_in(tx: Tx) -> list[Finding]:
    """Every invariant, as an open transaction sees it. Its session settings last till its end."""
    await take_time(tx)
    for setting in _SESSION:
        await tx.fetch(setting)
    return [await _find(tx, invariant) for invariant in INVARIANTS]


async def _find(tx: Tx, invariant: Invariant) -> Finding:
    statement = invariant.statement
    text = f"select count(*) over () as in_all, found.* from ({statement.text}) found"  # noqa: S608
    # past `tx.fetch`, whose own limit is that of other statements
    rows = await tx.connection.fetch(f"{text} limit {EXAMPLES}", timeout=LONG_S + 1)
    return Finding(
        invariant.domain,
        invariant.name,
        invariant.rule,
        rows[0]["in_all"] if rows else 0,
        tuple(map(_told, rows)),
    )


def _told(row: Row) -> str:
    return " ".join(f"{name}={value}" for name, value in dict(row).items() if name != "in_all")
