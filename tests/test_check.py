"""Check: clean where all is well, also in the middle of a load, and no fault escapes it."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from fondaco import check, kernel, orders
from fondaco.check import Finding
from fondaco.kernel import Statement
from fondaco.shipping import Scan
from tests.fresh import fresh_database
from tests.planted import PLANTED
from tests.scratch import copied
from tests.traded import trade
from tests.world import World, open_world

NAMES: Final = [f"{rule.domain}.{rule.name}" for rule in check.INVARIANTS]
DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "internals" / "invariants.md"
FAULTS: Final = [(name, statement) for name in NAMES for statement in PLANTED.get(name, [])]
# Constraints and triggers go, so that only the invariant can notice; all comes back at the end.
_UNGUARD: Final = """
do $$ declare one record; begin
    for one in select conrelid::regclass as owner, conname as name from pg_constraint c
        join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
        where c.contype in ('c', 'f') and n.nspname not in ('pg_catalog', 'information_schema')
    loop execute format('alter table %s drop constraint %I', one.owner, one.name); end loop;
end $$;
alter table ledger.journal disable trigger user;
alter table ledger.posting disable trigger user;
alter table payments.payout disable trigger user;
alter table billing.document disable trigger user;
alter table billing.line disable trigger user;
"""


class _Undo(Exception):
    """Ends a transaction without a trace."""


@pytest.fixture(scope="module")
def traded_url(server_url: str, run_folder: Path, template: str) -> Iterator[str]:
    """A database in which everything has happened once."""

    async def build() -> None:
        async with open_world(url) as world:
            await trade(world)

    with copied(server_url, run_folder, template) as url:
        asyncio.run(build())
        yield url


async def test_a_rule_may_take_longer_than_any_other_statement(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = "select * from (select pg_sleep(1.6)::text as waited offset 0) s where waited is null"
    rule = kernel.Invariant("test", "slow", Statement("test.slow", slow, ()), "It takes its time.")
    monkeypatch.setattr(check, "INVARIANTS", [rule])
    async with fresh_database(server_url) as url:
        database = await kernel.connect(url, statement_timeout=0.5)  # and 1 s more for the client
        try:
            [finding] = await check.check(database)
        finally:
            await database.close()
    assert finding.clean


async def test_a_traded_world_is_clean(traded_url: str) -> None:
    async with open_world(traded_url) as world:
        findings = await check.check(world.database)
        states = await world.rows("select distinct state from orders.orders")
    assert [one for one in findings if not one.clean] == []
    assert [f"{one.domain}.{one.name}" for one in findings] == NAMES
    expected = {"created", "paid", "shipped", "delivered", "settled", "expired", "cancelled"}
    assert {row["state"] for row in states} == expected


async def test_a_world_of_many_buckets_is_clean(server_url: str) -> None:
    async with fresh_database(server_url) as url, open_world(url, buckets=8) as world:
        await trade(world)
        findings = await check.check(world.database)
        spread = await world.rows("select count(distinct bucket) as n from ledger.journal")
    assert [one for one in findings if not one.clean] == []
    assert spread[0]["n"] > 1


def test_every_invariant_has_a_planted_fault() -> None:
    assert sorted(NAMES) == sorted(PLANTED)
    assert all(PLANTED.values())


def test_every_invariant_says_which_rule_it_is_of() -> None:
    assert [
        rule.name for rule in check.INVARIANTS if not re.match(r"I\d+(, I\d+)*: ", rule.rule)
    ] == []


def test_the_documentation_names_every_invariant_under_its_numbers() -> None:
    rows = re.findall(r"^\| ([\d, to]+) \|.*\| (.+) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    told = {
        (number, name)
        for numbers, names in rows
        for number in _numbers(numbers)
        for name in re.findall(r"`([\w.]+)`", names)
    }
    coded = {
        (int(number), f"{rule.domain}.{rule.name}")
        for rule in check.INVARIANTS
        for number in re.findall(r"I(\d+)", rule.rule.partition(":")[0])
    }
    assert sorted(told & coded) == sorted(coded), "each where its comment says"
    assert {number for number, _ in told} == set(range(1, 24)), "every rule is covered"
    assert {name for _, name in told} == set(NAMES)


def _numbers(text: str) -> list[int]:
    ends = [int(number) for number in re.findall(r"\d+", text)]
    return list(range(ends[0], ends[-1] + 1))


@pytest.mark.parametrize(("name", "fault"), FAULTS)
async def test_a_planted_fault_is_found(traded_url: str, name: str, fault: str) -> None:
    findings: list[Finding] = []
    database = await kernel.connect(traded_url, pool_size=1)
    with suppress(_Undo):
        async with database.transaction() as tx:
            await tx.connection.execute(_UNGUARD)
            planted = await tx.connection.execute(fault)
            findings = await check.check_in(tx)
            raise _Undo
    await database.close()
    assert not planted.endswith(" 0"), "the fault met no row"
    [found] = [one for one in findings if f"{one.domain}.{one.name}" == name]
    assert found.rows > 0
    assert len(found.examples) == min(found.rows, check.EXAMPLES)
    assert all("=" in example for example in found.examples)


async def test_every_instant_of_a_load_is_clean(traded_url: str) -> None:
    """Lanes place, pay, ship, deliver, confirm and give back, while checks look on."""
    async with open_world(traded_url, pool_size=6) as world:
        offers = [
            await world.offer(await world.seller(), price=999 + n, shipping=n, units=500)
            for n in range(4)
        ]
        trading = asyncio.gather(*(_lane(world, offers, lane) for lane in range(3)))
        looks = 0
        while not trading.done() or not looks:
            findings = await check.check(world.database)
            assert [one for one in findings if not one.clean] == []
            looks += 1
        await trading
        assert [one for one in await check.check(world.database) if not one.clean] == []


async def _lane(world: World, offers: list[int], lane: int) -> None:
    for turn in range(6):
        pairs = [(offers[n % 4], offers[(n + lane + 1) % 4]) for n in range(20)]
        wishes = [world.basket(one, (other, 2)) for one, other in pairs if one != other]
        placed = await world.batch(orders.place, wishes)
        paid = [one for one in placed if isinstance(one, orders.Placed)]
        assert len(paid) == len(wishes)
        facts = [
            orders.RecordPayment(
                payment=one.payments[0], result=orders.Paid.CAPTURED,
                amount=one.total, currency=one.currency,
            )
            for one in paid
        ]  # fmt: skip
        await world.batch(orders.record_payment, facts[turn:])
        ids = [order.id for one in paid[turn:] for order in one.orders]
        await world.batch(orders.refund, [orders.Refund(order=id_) for id_ in ids[:5]])
        shipped = await world.batch(
            orders.ship, [orders.Ship(order=id_, carrier="Post") for id_ in ids[5:]]
        )
        scans = [
            orders.RecordScan(parcel=one.parcel, kind=Scan.DELIVERED) for one in shipped[turn:]
        ]
        await world.batch(orders.record_scan, scans)
        await world.batch(orders.confirm, [orders.Confirm(order=id_) for id_ in ids[5:]])
