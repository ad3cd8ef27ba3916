"""Parts of a line: what escrow holds, what the buyer pays, and exact pieces that go back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.pricing import NOTHING, Part

money = st.integers(0, 10**12)


@st.composite
def parts(draw: st.DrawFn) -> Part:
    price = draw(money)
    seller_off = draw(st.integers(0, price))
    platform_off = draw(st.integers(0, price - seller_off))
    return Part(price, seller_off, platform_off, draw(st.integers(0, price - seller_off)))


def test_what_is_held_and_what_the_buyer_pays() -> None:
    part = Part(9998, 1500, 517, 1700)
    assert (part.net, part.held(added=True), part.cash(added=True)) == (8498, 10_198, 9681)
    assert (part.held(added=False), part.cash(added=False)) == (8498, 7981)


@pytest.mark.parametrize(
    ("whole", "units", "of", "first"),
    [
        (Part(1000), 1, 3, Part(334)),
        (Part(666), 1, 2, Part(333)),
        (Part(9998, 1500, 517, 1700), 1, 2, Part(4999, 750, 259, 850)),
        (Part(3000, 0, 183, 600), 1, 3, Part(1000, 0, 61, 200)),
        (Part(2, 1, 1, 1), 1, 2, Part(1, 1, 0, 0)),
    ],
)
def test_units_go_back_to_the_cent_the_earliest_first(
    whole: Part, units: int, of: int, first: Part
) -> None:
    assert whole.first(units, of) == first


@given(parts(), st.lists(st.integers(1, 20), min_size=1, max_size=10))
def test_units_cumulate_to_the_whole_however_they_are_cut(whole: Part, steps: list[int]) -> None:
    left, units = whole, sum(steps)
    for step in steps:
        back = left.first(step, units)
        assert min(back) >= 0
        assert min(left.less(back)) >= 0
        assert max(back.platform_off, back.tax) <= back.net, "no unit costs less than nothing"
        left, units = left.less(back), units - step
    assert left == NOTHING
    some = sum(steps[:-1])
    taken = whole.less(whole.first(some, sum(steps))) if some else whole
    assert taken == whole.less(_in_steps(whole, steps[:-1], sum(steps)))


def _in_steps(whole: Part, steps: list[int], units: int) -> Part:
    left = whole
    for step in steps:
        left, units = left.less(left.first(step, units)), units - step
    return whole.less(left)


@given(parts(), st.booleans(), st.data())
def test_an_amount_takes_its_share_of_each_and_never_too_much(
    whole: Part, added: bool, data: st.DataObject
) -> None:
    left = whole
    for _ in range(3):
        cash = data.draw(st.integers(0, left.cash(added=added)))
        if not cash:
            continue
        back = left.worth(cash, added=added)
        assert back.cash(added=added) == cash
        assert min(back) >= 0
        assert min(left.less(back)) >= 0
        left = left.less(back)
    assert left.worth(left.cash(added=added), added=added) == left
    assert left.plus(whole.less(left)) == whole
