"""A bank's balances: statements continue each other, and the last one fits the journal."""

from datetime import date

import pytest

from fondaco import orders, payments
from fondaco.kernel import Row
from fondaco.kernel.ids import show
from fondaco.orders import take_bank_file
from fondaco.payments.providers import BadBankFile
from fondaco.payments.providers.bank import reference_of
from tests.bank.letters import OWN, entry, statement
from tests.bank.test_bank_files import file_of, paid_out, take
from tests.world import World


async def _breaks(world: World) -> list[Row]:
    return await world.rows(
        "select provider, difference, state from payments.break"
        " where provider like 'bank balance%' order by provider"
    )


def _day(n: int, opening: int, moved: int, *entries: str, no: int = 0) -> bytes:
    own = entries or (entry(abs(moved), f"D{n}", credit=moved > 0),)
    return statement(
        *own, moved=moved, name=f"D{n}", opening=opening, day=f"2026-01-{n:02}", no=no
    )  # fmt: skip


async def test_a_gap_is_a_break_until_the_missing_statement_is_taken(world: World) -> None:
    assert (await take(world, _day(1, 100_00, 5_00))).apart == ""
    late = await take(world, _day(3, 112_00, 1_00))
    assert late.apart == (
        "It opens with 112.00 EUR, but the statement before, D1 of 2026-01-01, closed with"
        " 105.00 EUR: what moved between them is in a statement that was not taken."
    )
    [row] = await _breaks(world)
    assert tuple(row) == ("bank balance D3", 7_00, "open")
    assert (await take(world, _day(2, 105_00, 7_00))).apart == ""
    [row] = await _breaks(world)
    assert tuple(row) == ("bank balance D3", 7_00, "cleared")


async def test_an_overlap_is_a_break(world: World) -> None:
    await take(world, _day(1, 100_00, 5_00))
    assert "began, too" in (await take(world, _day(2, 100_00, 9_00))).apart
    [row] = await _breaks(world)
    assert tuple(row) == ("bank balance D2", -5_00, "open")


async def test_statements_of_a_day_go_by_their_number(world: World) -> None:
    for name, opening, no in (("B", 110_00, 2), ("A", 100_00, 1), ("C", 120_00, 3)):
        body = statement(
            entry(10_00, name, credit=True), moved=10_00, name=name, opening=opening, no=no
        )
        assert (await take(world, body)).apart == ""


async def test_taking_a_statement_again_changes_no_balance(world: World) -> None:
    for _ in range(2):
        assert (await take(world, _day(1, 100_00, 5_00))).apart == ""
    rows = await world.rows("select opening, closing from payments.bank_statement")
    assert [tuple(row) for row in rows] == [(100_00, 105_00)]


async def test_a_statement_with_other_balances_is_refused(world: World) -> None:
    await take(world, _day(1, 100_00, 5_00))
    with pytest.raises(BadBankFile, match=r"^line 5: the statement D1 .* was taken before"):
        await take_bank_file(world.database, _day(1, 100_00, 6_00), OWN)
    with pytest.raises(BadBankFile, match=r"taken before, from 100\.00 EUR to 105\.00 EUR"):
        await take_bank_file(world.database, _day(1, 99_00, 6_00), OWN)


async def test_the_bank_fits_the_journal(world: World) -> None:
    """What was sent, what came from buyers, a fee and a gap explain the closing balance."""
    assert await payments.bank_positions(world.database) == []
    _, payout = await paid_out(world)
    await file_of(world)
    lamp = await world.offer(await world.seller(), 50_00)
    placed = await world.place(lamp, tenders=(orders.Tender("bank", "transfer"),))
    reference = f"{reference_of(placed.payments[0])}"
    await take(
        world,
        _day(
            1, 1_000_00, -51_70, entry(97_20, "E1", show("out", payout)),
            entry(50_00, "E2", credit=True, text=reference), entry(4_50, "E3", text="Fee"),
        ),
    )  # fmt: skip
    _, other = await paid_out(world, 9_00)
    await file_of(world)
    await take(world, _day(2, 950_00, 1_00))
    [found] = await payments.bank_positions(world.database)
    told = {name: getattr(found, name) for name in found.__struct_fields__}
    assert told == {
        "account": OWN, "currency": "EUR", "statement": "D2", "day": date(2026, 1, 2),
        "closing": 951_00, "booked": -97_20, "before": 1_000_00, "transfers": 50_00,
        "elsewhere": 0, "unmatched": -3_50, "gaps": 1_70, "on_its_way": 9_00,
    }  # fmt: skip
    assert found.rest == 0
    wish = payments.PayoutFact(payout=other, paid=True, amount=9_00, currency="EUR")
    await world.do(payments.record_payout, wish)
    [found] = await payments.bank_positions(world.database)
    assert (found.rest, found.on_its_way) == (9_00, 0)


async def test_other_providers_payouts_are_not_the_banks(world: World) -> None:
    seller = await world.seller()
    await world.sell(await world.offer(seller, 10_00))
    made = await world.do(payments.pay_out, payments.PayOut(seller=seller, currency="EUR"))
    await payments.send_payouts(world.database, {}, "stripe", [made.id])
    fact = payments.PayoutFact(payout=made.id, paid=True, amount=made.amount, currency="EUR")
    await world.do(payments.record_payout, fact)
    await take(world, statement(moved=0))
    [found] = await payments.bank_positions(world.database)
    assert (found.booked, found.elsewhere, found.rest) == (-made.amount, -made.amount, 0)
