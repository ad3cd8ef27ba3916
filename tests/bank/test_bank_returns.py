"""Entries that bring back payouts: each is booked or a break of its own, and none is both."""

import pytest

from fondaco.kernel.ids import show
from fondaco.payments.breaks import resolve_break
from fondaco.payments.reconcile_model import BookTo, ResolveBreak
from tests.bank.letters import entry, statement
from tests.bank.test_bank_files import file_of, name, paid_out, state, take
from tests.world import World


async def _breaks(world: World, *references: str) -> list[tuple[str, str, int]]:
    rows = await world.rows(
        "select reference, state, difference from payments.break"
        " where reference = any(:names) order by reference, id", names=list(references),
    )  # fmt: skip
    return [(row["reference"], row["state"], row["difference"]) for row in rows]


async def _sent(world: World) -> tuple[int, int, str]:
    seller, payout = await paid_out(world)
    await file_of(world)
    return seller, payout, show("out", payout)


@pytest.mark.parametrize("second", [97_20, 4_50])
async def test_two_returns_of_what_has_not_left_both_wait(world: World, second: int) -> None:
    """Whichever comes last in the statement, neither is refused for ever."""
    seller, payout, key = await _sent(world)
    one, two = name(), name()
    back = statement(
        entry(97_20, one, key, credit=True), entry(second, two, key, credit=True),
        moved=97_20 + second, name=name(),
    )  # fmt: skip
    missed = (await take(world, back)).unexplained
    assert [(m.reference, "has not left" in m.why) for m in missed] == [(one, True), (two, True)]
    assert await state(world, payout) == "created"
    await take(world, statement(entry(97_20, name(), key), moved=-97_20, name=name()))
    for _ in range(2):
        [left] = (await take(world, back)).unexplained
        assert left.reference == two
        assert await state(world, payout) == "returned"
        assert await world.balance("payable", seller) == 97_20
    breaks = await _breaks(world, one, two)
    assert breaks == [(one, "cleared", 97_20), (two, "open", second)]


async def test_an_explanation_of_one_entry_does_not_hide_another(world: World) -> None:
    _, _, key = await _sent(world)
    one, two, own = name(), name(), name()
    back = statement(
        entry(97_20, one, key, credit=True), entry(4_50, two, key, credit=True),
        moved=101_70, name=own,
    )  # fmt: skip
    await take(world, back)
    [row] = await world.rows("select id from payments.break where reference = :r", r=one)
    closed = ResolveBreak(id=row["id"], note="The earlier statement is to come", by="us")
    await world.do(resolve_break, closed)
    await take(world, statement(entry(97_20, name(), key), moved=-97_20, name=name()))
    [left] = (await take(world, back)).unexplained
    assert left.reference == two
    assert await _breaks(world, one, two) == [(one, "resolved", 97_20), (two, "open", 4_50)]


async def test_a_debit_over_another_amount_shows_no_leaving(world: World) -> None:
    """A fee that names the payout is not the payout: its return waits for the right statement."""
    seller, payout, key = await _sent(world)
    fee, came = name(), name()
    first = statement(
        entry(4_50, fee, key), entry(97_20, came, key, credit=True), moved=92_70, name=name()
    )
    told = {one.reference: one.why for one in (await take(world, first)).unexplained}
    assert told[fee] == "The payout is over 97.20 EUR."
    assert "has not left" in told[came]
    await take(world, statement(entry(97_20, name(), key), moved=-97_20, name=name()))
    assert [one.reference for one in (await take(world, first)).unexplained] == [fee]
    assert await state(world, payout) == "returned"
    assert await world.balance("payable", seller) == 97_20


async def test_what_was_booked_by_hand_is_not_booked_again(world: World) -> None:
    seller, payout, key = await _sent(world)
    came, own = name(), name()
    back = statement(entry(97_20, came, key, credit=True), moved=97_20, name=own)
    await take(world, back)
    [row] = await world.rows("select id from payments.break where reference = :r", r=came)
    booked = ResolveBreak(
        id=row["id"], note="Booked by hand", by="us", book=BookTo.PAYMENT_DIFFERENCE
    )
    await world.do(resolve_break, booked)
    await take(world, statement(entry(97_20, name(), key), moved=-97_20, name=name()))
    done = await take(world, back)
    assert (done.read, done.unexplained) == (1, [])
    assert await state(world, payout) == "paid"
    assert await world.balance("payable", seller) == 0
    assert await _breaks(world, came) == [(came, "resolved", 97_20)]
