"""Posting: balanced by its shape, never changed, and never below zero where it is guarded."""

import random
from collections.abc import Sequence

import asyncpg
import pytest

from fondaco import kernel, ledger
from fondaco.kernel import Database, Row
from fondaco.kernel.ids import bucket_of
from fondaco.kernel.sql import compile_statement
from fondaco.ledger import Journal, Posting
from tests.scratch import NOON

PSP = ledger.account("psp_receivable")
COMMISSION = ledger.account("commission")
ESCROW = ledger.account("escrow", guarded=True)
PAYABLE = ledger.account("payable", guarded=True)

_ENTRIES = compile_statement(
    "entries",
    """
    select j.kind, e.no, e.account, e.subject, e.currency, e.amount
    from ledger.journal j join ledger.entry e on e.bucket = j.bucket and e.journal = j.id
    where j.root = :root order by j.id, e.no, e.amount desc
    """,
)
_CHANGES = {
    "update": "update ledger.{} set bucket = bucket",
    "delete": "delete from ledger.{}",
    "truncate": "truncate ledger.{} cascade",
}


async def post(database: Database, root: int, *postings: Posting, kind: str = "test") -> None:
    async with database.transaction() as tx:
        await ledger.post(tx, [Journal(root, 1, kind, NOON, list(postings))])


async def entries(database: Database, root: int) -> list[Row]:
    return await database.fetch(_ENTRIES, root=root)


async def held(
    database: Database, *subjects: int, account: ledger.model.AccountOf = ESCROW
) -> list[int]:
    keys = [account.key(subject, "EUR") for subject in subjects]
    async with database.transaction() as tx:
        found = await ledger.lock(tx, keys)
    return [found[key] for key in keys]


@pytest.fixture
def root(scratch: Database) -> int:
    return scratch.mint()


async def test_a_posting_is_one_debit_and_one_credit(scratch: Database, root: int) -> None:
    await post(
        scratch,
        root,
        Posting(PSP(7), ESCROW(root), "EUR", 1200),
        Posting(ESCROW(root), COMMISSION(root), "EUR", 120),
        kind="sale",
    )
    assert [tuple(row) for row in await entries(scratch, root)] == [
        ("sale", 1, "psp_receivable", 7, "EUR", 1200),
        ("sale", 1, "escrow", root, "EUR", -1200),
        ("sale", 2, "escrow", root, "EUR", 120),
        ("sale", 2, "commission", root, "EUR", -120),
    ]
    assert await held(scratch, root) == [1080]


async def test_a_journal_of_nothing_is_not_written(scratch: Database, root: int) -> None:
    await post(scratch, root)
    assert await entries(scratch, root) == []


async def test_a_balance_that_would_fall_below_zero_is_refused(
    scratch: Database, root: int
) -> None:
    await post(scratch, root, Posting(PSP(7), ESCROW(root), "EUR", 100))
    with pytest.raises(asyncpg.CheckViolationError, match="balance_amount_check"):
        await post(scratch, root, Posting(ESCROW(root), PSP(7), "EUR", 101))
    assert await held(scratch, root) == [100]
    assert len(await entries(scratch, root)) == 2, "nothing of the journal stays"
    await post(scratch, root, Posting(ESCROW(root), PSP(7), "EUR", 100))
    assert await held(scratch, root) == [0]


async def test_a_balance_that_was_never_filled_cannot_be_drawn_on(
    scratch: Database, root: int
) -> None:
    with pytest.raises(AssertionError, match="does not exist"):
        await post(scratch, root, Posting(ESCROW(root), PSP(7), "EUR", 1))
    assert await entries(scratch, root) == []


async def test_a_balance_of_one_currency_does_not_cover_another(
    scratch: Database, root: int
) -> None:
    await post(scratch, root, Posting(PSP(7), ESCROW(root), "USD", 500))
    with pytest.raises(AssertionError, match="does not exist"):
        await post(scratch, root, Posting(ESCROW(root), PSP(7), "EUR", 1))


async def test_what_comes_and_goes_in_one_batch_counts_by_its_sum(
    scratch: Database, root: int
) -> None:
    await post(
        scratch,
        root,
        Posting(ESCROW(root), PSP(7), "EUR", 40),
        Posting(PSP(7), ESCROW(root), "EUR", 100),
        Posting(ESCROW(root), PAYABLE(root), "EUR", 60),
    )
    assert await held(scratch, root) == [0]
    assert await held(scratch, root, account=PAYABLE) == [60]


async def test_an_unguarded_account_has_no_balance_row_and_may_fall(
    scratch: Database, root: int
) -> None:
    await post(scratch, root, Posting(PSP(root), COMMISSION(root), "EUR", 5))
    assert await held(scratch, root, account=PSP) == [0]


@pytest.mark.parametrize("table", ["journal", "posting"])
@pytest.mark.parametrize("change", _CHANGES)
async def test_nothing_posted_can_be_changed(
    scratch: Database, root: int, table: str, change: str
) -> None:
    await post(scratch, root, Posting(PSP(7), ESCROW(root), "EUR", 100))
    statement = compile_statement("change", _CHANGES[change].format(table))
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
        await scratch.fetch(statement)


@pytest.mark.parametrize(
    ("posting", "constraint"),
    [
        (Posting(PSP(7), ESCROW(8), "EUR", 0), "posting_amount_check"),
        (Posting(PSP(7), COMMISSION(8), "EUR", -1), "posting_amount_check"),
        (Posting(PSP(7), PSP(7), "EUR", 1), "posting_check"),
        (Posting(ledger.account("pocket")(7), PSP(7), "EUR", 1), "debit_in_chart"),
        (Posting(PSP(7), ledger.account("pocket")(7), "EUR", 1), "credit_in_chart"),
        (Posting(PSP(7), COMMISSION(8), "euro", 1), "posting_currency_check"),
        (Posting(PSP(7), ledger.account("bank", guarded=True)(8), "EUR", 1), "account_is_guarded"),
    ],
)
async def test_the_database_refuses_a_posting_that_is_none(
    scratch: Database, root: int, posting: Posting, constraint: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match=constraint):
        await post(scratch, root, posting)
    assert await entries(scratch, root) == []


async def test_whoever_locks_a_balance_makes_others_wait(scratch: Database, root: int) -> None:
    await post(scratch, root, Posting(PSP(7), ESCROW(root), "EUR", 100))
    key = ESCROW.key(root, "EUR")
    async with scratch.transaction() as mine:
        assert await ledger.lock(mine, [key, key]) == {key: 100}
        async with scratch.transaction() as theirs:
            await theirs.connection.execute("set local lock_timeout = '50ms'")
            with pytest.raises(asyncpg.LockNotAvailableError):
                await ledger.lock(theirs, [key])


async def test_the_trial_balance_is_zero_in_every_currency(scratch: Database, root: int) -> None:
    await post(scratch, root, Posting(PSP(7), ESCROW(root), "CHF", 100))
    await post(scratch, root, Posting(ESCROW(root), COMMISSION(root), "CHF", 30))
    lines = {
        line.account: (line.debits, line.credits, line.balance)
        for line in await ledger.trial_balance(scratch)
        if line.currency == "CHF"
    }
    assert lines == {
        "psp_receivable": (100, 0, 100),
        "escrow": (30, 100, -70),
        "commission": (0, 30, -30),
    }


def dealt(dice: random.Random, orders: Sequence[int], sellers: Sequence[int]) -> list[Posting]:
    """Some postings that only ever put money onto guarded accounts."""
    accounts = [ESCROW(dice.choice(orders)), PAYABLE(dice.choice(sellers))]
    return [
        Posting(PSP(dice.choice(orders)), dice.choice(accounts), "EUR", dice.randint(1, 10**12))
        for _ in range(dice.randint(1, 4))
    ]


async def test_balances_are_what_a_clerk_would_write_down(scratch: Database) -> None:
    dice = random.Random(5)
    orders, sellers = [scratch.mint() for _ in range(9)], [scratch.mint() for _ in range(3)]
    clerk: dict[tuple[str, int], int] = {}
    for _ in range(20):
        journals = [
            Journal(dice.choice(orders), 1, "test", NOON, dealt(dice, orders, sellers))
            for _ in range(dice.randint(1, 30))
        ]
        for posting in (posting for journal in journals for posting in journal.postings):
            name = (posting.credit.name, posting.credit.subject)
            clerk[name] = clerk.get(name, 0) + posting.amount
        async with scratch.transaction() as tx:
            await ledger.post(tx, journals)
    for account, subjects in ((ESCROW, orders), (PAYABLE, sellers)):
        written = [clerk.get((account.name, subject), 0) for subject in subjects]
        assert await held(scratch, *subjects, account=account) == written


async def test_journals_go_to_the_bucket_of_their_root(scratch_url: str) -> None:
    many = await kernel.connect(scratch_url, buckets=8)
    roots = [many.mint(bucket) for bucket in (5, 0, 7)]
    async with many.transaction(5) as tx:
        journals = [
            Journal(root, 1, "test", NOON, [Posting(PSP(root), ESCROW(root), "EUR", 10)])
            for root in roots
        ]
        await ledger.post(tx, journals)
    bucket = compile_statement("bucket", "select bucket from ledger.journal where root = :root")
    found = [(await many.fetch(bucket, root=root))[0]["bucket"] for root in roots]
    assert found == [5, 0, 7] == [bucket_of(root, 8) for root in roots]
    assert await held(many, *roots) == [10, 10, 10]
    await many.close()


async def test_an_asset_is_guarded_the_other_way_round(scratch: Database, root: int) -> None:
    debt = ledger.account("receivable", guarded=True, asset=True)
    await post(scratch, root, Posting(debt(root), PAYABLE(root), "EUR", 100))
    await post(scratch, root, Posting(PAYABLE(root), debt(root), "EUR", 30))
    assert await held(scratch, root, account=debt) == [70]
    with pytest.raises(AssertionError, match="does not exist"):
        await post(scratch, root + 64, Posting(PAYABLE(root), debt(root + 64), "EUR", 1))
    with pytest.raises(asyncpg.CheckViolationError, match="balance_amount_check"):
        await post(scratch, root, Posting(PAYABLE(root), debt(root), "EUR", 71))
