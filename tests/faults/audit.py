"""What the deployment's own tables and its provider's book say, for the audit."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from fondaco.kernel import Database
from fondaco.payments.providers.sandbox.book import Book
from fondaco.torture.audit import Facts, sql

QUIET = 90.0
"""Seconds for open refunds and payouts; a provider that did not answer is asked after 60."""


async def quiet(database: Database) -> None:
    """Return once the provider has answered for every payment, refund and payout."""
    async with asyncio.timeout(QUIET):
        while await database.fetch(sql.open_money):  # noqa: ASYNC110 - only the tables know
            await asyncio.sleep(0.1)


def their_facts(path: Path) -> Facts:
    """What the provider's own ledger says that it did. The provider must have ended."""
    book = Book(path, lambda: datetime.now(UTC))
    facts: Facts = {}
    after = 0
    while page := book.page(after, 1000):
        after = page[-1][0]
        facts |= {fact.key: (str(fact.kind), fact.amount, fact.currency) for _, fact in page}
    book.close()
    return facts
