"""Quotes: exact at sale, and exact in every part that goes back afterwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.catalog import Offer
from fondaco.markets import FeeRule
from fondaco.pricing import Back, commission, given_up, quote_line, units_back

money = st.integers(0, 10**12)
OFFER = Offer(1, 2, 3, 4, 5, "EUR", 4999, 490, True)


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
    quote = quote_line(OFFER, 3, rule(10))
    assert (quote.unit_price, quote.goods, quote.shipping) == (4999, 14_997, 490)
    assert quote.commission == 1500, "rounded once per line, not per unit"


def test_an_agreed_price_takes_the_place_of_the_offer_s() -> None:
    quote = quote_line(OFFER, 2, rule(10), agreed=(4000, 0))
    assert (quote.unit_price, quote.goods, quote.shipping, quote.commission) == (4000, 8000, 0, 800)


def test_units_go_back_to_the_cent_the_earliest_first() -> None:
    assert units_back(1000, 100, 3, 1) == Back(334, 34)
    assert units_back(666, 66, 2, 1) == Back(333, 33)
    assert units_back(333, 33, 1, 1) == Back(333, 33)


@st.composite
def refunds(draw: st.DrawFn) -> tuple[int, int, list[int]]:
    """A line's goods and shipping, and units that go back one refund after the other."""
    units = draw(st.lists(st.integers(1, 20), min_size=1, max_size=10))
    return draw(money), draw(money), units


@given(refunds())
def test_what_goes_back_unit_by_unit_cumulates_to_the_whole(
    line: tuple[int, int, list[int]],
) -> None:
    goods, shipping, steps = line
    goods_left, shipping_left, left = goods, shipping, sum(steps)
    for units in steps:
        back = units_back(goods_left, shipping_left, left, units)
        assert 0 <= back.goods <= goods_left
        assert 0 <= back.shipping <= shipping_left
        goods_left -= back.goods
        shipping_left -= back.shipping
        left -= units
    assert (goods_left, shipping_left, left) == (0, 0, 0)


@given(refunds())
def test_how_it_is_cut_makes_no_difference(line: tuple[int, int, list[int]]) -> None:
    """The same units in one refund or in many: the same money."""
    goods, shipping, steps = line
    total, taken = sum(steps), sum(steps[:-1])
    at_once = units_back(goods, shipping, total, taken)
    goods_back = shipping_back = 0
    left = total
    for units in steps[:-1]:
        back = units_back(goods - goods_back, shipping - shipping_back, left, units)
        goods_back, shipping_back = goods_back + back.goods, shipping_back + back.shipping
        left -= units
    assert at_once == Back(goods_back, shipping_back)


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
