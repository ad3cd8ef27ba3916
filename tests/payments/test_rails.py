"""Payout rails: whole units where a rail wants them, digits as it writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco import markets, payments
from fondaco.payments.rails import from_wire, on_wire, payable
from tests.world import World

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "ISK", "HUF", "TWD", "UGX", "BHD"])


@pytest.mark.parametrize(
    ("rail", "currency", "owed", "moved", "written"),
    [
        ("stripe", "EUR", 97_25, 97_25, 97_25),
        ("stripe", "JPY", 9725, 9725, 9725),
        ("stripe", "KWD", 97_257, 97_250, 97_250),
        ("stripe", "HUF", 97_25, 97_00, 97_00),
        ("stripe", "TWD", 99, 0, 0),
        ("stripe", "ISK", 97, 97, 97_00),
        ("stripe", "UGX", 97, 97, 97_00),
        ("bank", "HUF", 97_25, 97_25, 97_25),
        ("bank", "KWD", 97_257, 97_257, 97_257),
    ],
)
def test_a_rail_moves_what_it_can_and_the_rest_stays(
    rail: str, currency: str, owed: int, moved: int, written: int
) -> None:
    assert payable(owed, currency, rail) == moved
    assert on_wire(moved, currency, rail) == written
    assert from_wire(written, currency, rail) == moved


@given(st.integers(0, 10**15), CURRENCIES, st.sampled_from(["stripe", "bank", "sandbox"]))
def test_nothing_is_moved_that_is_not_owed(amount: int, currency: str, rail: str) -> None:
    moved = payable(amount, currency, rail)
    assert 0 <= amount - moved < 100
    assert from_wire(on_wire(moved, currency, rail), currency, rail) == moved


async def test_a_payout_is_of_what_the_rail_can_move(world: World) -> None:
    """Of HUF 972.25 in whole units 972.00; the rest stays owed, and no part of a unit is sent."""
    await world.open_market(currency="HUF", fee=markets.Fee(numerator=0))
    seller = await world.seller()
    await world.sell(await world.offer(seller, 972_25))
    wish = payments.PayOut(seller=seller, currency="HUF", rail="stripe", amount=972_25)
    assert await world.refused(payments.pay_out, wish) == payments.PayoutRefusal.NOT_MOVABLE
    wish = payments.PayOut(seller=seller, currency="HUF", rail="stripe")
    assert (await world.do(payments.pay_out, wish)).amount == 972_00
    assert await world.balance("payable", seller) == 25
    assert await world.refused(payments.pay_out, wish) == payments.PayoutRefusal.BELOW_MINIMUM


def test_what_a_rail_cannot_move_or_say_is_refused() -> None:
    with pytest.raises(ValueError, match="in steps of 100"):
        on_wire(97_25, "HUF", "stripe")
    with pytest.raises(ValueError, match="not a whole number of minor units"):
        from_wire(97_25, "ISK", "stripe")
