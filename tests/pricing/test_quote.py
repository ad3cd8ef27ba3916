"""Quotes: exact at sale, and exact in every part that goes back afterwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.catalog import Offer
from fondaco.markets import FeePolicy, FeeRule
from fondaco.pricing import Part, commission, given_up, list_price, quote_line

money = st.integers(0, 10**12)
OFFER = Offer(1, 2, 3, 4, 5, "EUR", 4999, 490, True, 6)


def rule(numerator: int, denominator: int = 100, floor: int = 0, cap: int | None = None) -> FeeRule:
    return FeeRule(1, 2, None, None, numerator, denominator, floor, cap)


@pytest.mark.parametrize(
    ("goods", "fee", "due"),
    [
        (8498, rule(10), 850),  # 849.8
        (8495, rule(10), 850),  # 849.5: half up
        (8494, rule(10), 849),
        (8498, rule(0), 0),
        (8498, rule(100), 8498),
        (100, rule(10, floor=30), 30),
        (10_000, rule(10, cap=500), 500),
        (20, rule(10, floor=30), 20),  # never more than the price
        (0, rule(10, floor=30), 0),
        (1000, rule(1, 3), 333),
        (1000, rule(10, floor=200, cap=200), 200),
    ],
)
def test_commission(goods: int, fee: FeeRule, due: int) -> None:
    assert commission(goods, fee) == due


@given(money, st.integers(0, 100), money, st.none() | money)
def test_commission_is_never_more_than_the_price(
    goods: int, percent: int, floor: int, over: int | None
) -> None:
    cap = None if over is None else floor + over
    assert 0 <= commission(goods, rule(percent, floor=floor, cap=cap)) <= goods


def test_a_line_is_quantity_times_price_and_one_charge_to_send_it() -> None:
    assert list_price(OFFER, 3) == (4999, 14_997, 490)
    quote = quote_line(4999, Part(14_997), Part(490), rule(10), FeePolicy())
    assert (quote.held, quote.cash) == (15_487, 15_487)
    assert quote.commission == 1500, "rounded once per line, not per unit"


def test_an_agreed_price_takes_the_place_of_the_offer_s() -> None:
    assert list_price(OFFER, 2, (4000, 0)) == (4000, 8000, 0)


def test_commission_is_on_what_the_seller_sells_for() -> None:
    quote = quote_line(
        4999, Part(9998, 1500, 517, 1700), Part(490, 0, 0, 98), rule(10), FeePolicy()
    )
    assert quote.commission == 850, "8,498 after the seller's discount, before the operator's"


@given(money, st.lists(money, min_size=1, max_size=10), st.data())
def test_commission_given_up_cumulates_to_the_whole(
    kept: int, parts: list[int], data: st.DataObject
) -> None:
    goods = sum(parts)
    charged = min(kept, goods)
    given = back = 0
    for part in data.draw(st.permutations(parts)):
        back += part
        now = given_up(charged, goods, back)
        assert now >= given, "it never comes back"
        given = now
    assert given == (charged if goods else 0)


@pytest.mark.parametrize(
    ("charged", "goods", "back", "given"),
    [(850, 8498, 4249, 425), (10, 3, 1, 3), (10, 3, 2, 7), (5, 2, 1, 3), (850, 8498, 0, 0)],
)
def test_commission_is_given_up_in_proportion_half_up(
    charged: int, goods: int, back: int, given: int
) -> None:
    assert given_up(charged, goods, back) == given


def test_commission_on_nothing_is_nothing_to_give_up() -> None:
    assert given_up(0, 0, 0) == 0
