"""The trial balance of a past instant is a plain sum of the postings until then."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fondaco import kernel, ledger
from fondaco.kernel import Database, SetClock
from fondaco.ledger import Journal, Posting
from tests.scratch import NOON

ACCOUNTS = ("psp_receivable", "escrow", "commission", "payable", "bank")
CURRENCIES = ("EUR", "JPY", "USD")
SPAN = 20
"""Seconds that a run's journals are dealt over; few, so that many fall on one instant."""

SECONDS = st.integers(0, SPAN)
POSTINGS = st.builds(
    lambda sides, currency, amount: (*sides, currency, amount),
    st.permutations(ACCOUNTS).map(lambda order: order[:2]),
    st.sampled_from(CURRENCIES),
    st.integers(1, 10**12),
)
JOURNALS = st.tuples(SECONDS, st.lists(POSTINGS, min_size=1, max_size=4))
BATCHES = st.lists(st.lists(JOURNALS, min_size=1, max_size=6), min_size=1, max_size=4)

Batch = list[tuple[int, list[tuple[str, str, str, int]]]]
Sums = dict[tuple[str, str], tuple[int, int]]


def added_up(batches: Sequence[Batch], until: int) -> Sums:
    """Debits and credits by account and currency of what was posted by then, in plain Python."""
    debits: Counter[tuple[str, str]] = Counter()
    credits: Counter[tuple[str, str]] = Counter()
    for batch in batches:
        for second, postings in batch:
            for debit, credit, currency, amount in postings if second <= until else ():
                debits[debit, currency] += amount
                credits[credit, currency] += amount
    return {key: (debits[key], credits[key]) for key in debits | credits}


class Books:
    """A ledger that earlier runs posted to as well, so that one's own sums are differences."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def post(self, batches: Sequence[Batch], begin: datetime) -> None:
        """Each batch in one transaction, its journals in the past or future of those before."""
        for batch in batches:
            journals = [
                Journal(
                    self._database.mint(), 1, "test", begin + timedelta(seconds=second),
                    [
                        Posting(
                            ledger.account(debit)(1), ledger.account(credit)(2), currency, amount
                        )
                        for debit, credit, currency, amount in postings
                    ],
                )
                for second, postings in batch
            ]  # fmt: skip
            async with self._database.transaction() as tx:
                await ledger.post(tx, journals)

    async def at(self, instant: datetime) -> Sums:
        lines = await ledger.trial_balance_at(self._database, instant)
        return {(one.account, one.currency): (one.debits, one.credits) for one in lines}


def less(all_: Sums, before: Sums) -> Sums:
    """What came on top, without accounts where nothing did."""
    rest = {
        key: (debits - before.get(key, (0, 0))[0], credits - before.get(key, (0, 0))[1])
        for key, (debits, credits) in all_.items()
    }
    return {key: sums for key, sums in rest.items() if sums != (0, 0)}


def test_the_books_of_a_past_instant_are_the_sum_until_then(scratch_url: str) -> None:
    begin = NOON  # each run has a span of its own, later than those of the runs before it

    async def perform(batches: Sequence[Batch], instants: Sequence[int]) -> None:
        nonlocal begin
        begin += timedelta(seconds=SPAN + 2)
        database = await kernel.connect(scratch_url, clock=SetClock(NOON))
        try:
            books = Books(database)
            before = await books.at(begin - timedelta(seconds=1))
            await books.post(batches, begin)
            for second in (*instants, -1, SPAN):
                instant = begin + timedelta(seconds=second)
                told = less(await books.at(instant), before)
                assert told == added_up(batches, second)
                just_before = less(await books.at(instant - timedelta(microseconds=1)), before)
                assert just_before == added_up(batches, second - 1)
                for currency in CURRENCIES:
                    sums = [sums for key, sums in told.items() if key[1] == currency]
                    assert sum(d for d, _ in sums) == sum(c for _, c in sums)
        finally:
            await database.close()

    @settings(
        max_examples=30, deadline=None, print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(BATCHES, st.lists(SECONDS, max_size=3))
    def run(batches: list[Batch], instants: list[int]) -> None:
        asyncio.run(perform(batches, instants))

    run()
