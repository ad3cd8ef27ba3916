"""Money: parts always sum to the whole, and rounding is the one that is named."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.kernel.money import MAX_AMOUNT, exponent, half_up, share, show

amounts = st.integers(-MAX_AMOUNT, MAX_AMOUNT)
weights = st.lists(st.integers(0, MAX_AMOUNT), min_size=1, max_size=50)


@given(amounts, weights)
def test_shares_sum_to_the_whole(amount: int, over: list[int]) -> None:
    parts = share(amount, over)
    assert len(parts) == len(over)
    assert sum(parts) == amount


@given(st.integers(0, MAX_AMOUNT), weights)
def test_a_share_is_within_one_unit_of_the_exact_part(amount: int, over: list[int]) -> None:
    if total := sum(over):
        for part, weight in zip(share(amount, over), over, strict=True):
            assert abs(part - Fraction(amount * weight, total)) < 1


@given(st.integers(0, MAX_AMOUNT), weights)
def test_nothing_is_dealt_to_a_zero_weight(amount: int, over: list[int]) -> None:
    if any(over):
        parts = share(amount, over)
        assert all(part == 0 for part, weight in zip(parts, over, strict=True) if weight == 0)


@given(amounts, weights)
def test_a_negative_amount_is_dealt_like_its_opposite(amount: int, over: list[int]) -> None:
    assert share(-amount, over) == [-part for part in share(amount, over)]


@pytest.mark.parametrize(
    ("amount", "over", "parts"),
    [
        (700, [8498, 3000], [517, 183]),  # the platform coupon of money.md's example
        (100, [1, 1, 1], [34, 33, 33]),  # ties to the earliest
        (2, [1, 1, 1], [1, 1, 0]),
        (10, [0, 0, 0], [4, 3, 3]),  # no weight at all: evenly
        (1, [1, 2], [0, 1]),  # the largest remainder first
        (0, [5, 7], [0, 0]),
        (5, [9], [5]),
    ],
)
def test_largest_remainder(amount: int, over: list[int], parts: list[int]) -> None:
    assert share(amount, over) == parts


@pytest.mark.parametrize("over", [[], [1, -1], [-1]])
def test_weights_must_be_there_and_not_negative(over: list[int]) -> None:
    with pytest.raises(ValueError, match=r"nothing to deal|negative"):
        share(100, over)


@given(amounts, st.integers(1, MAX_AMOUNT))
def test_half_up_is_the_nearest_integer(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    assert abs(half_up(numerator, denominator) - exact) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(1, 2, 1), (3, 2, 2), (5, 2, 3), (-1, 2, -1), (-3, 2, -2), (1, 3, 0), (2, 3, 1), (0, 7, 0)],
)
def test_halves_go_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert half_up(numerator, denominator) == rounded


@pytest.mark.parametrize("denominator", [0, -1])
def test_half_up_needs_a_positive_denominator(denominator: int) -> None:
    with pytest.raises(ValueError, match="denominator"):
        half_up(1, denominator)


@pytest.mark.parametrize(
    ("currency", "digits"), [("EUR", 2), ("BRL", 2), ("JPY", 0), ("KWD", 3), ("ISK", 0)]
)
def test_digits_after_the_point(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize("code", ["", "eur", "EURO", "XXX", "DEM", "E R"])
def test_an_unknown_currency_is_an_error(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        exponent(code)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (123456, "EUR", "1,234.56 EUR"),
        (5, "EUR", "0.05 EUR"),
        (-5, "EUR", "-0.05 EUR"),
        (-123456, "EUR", "-1,234.56 EUR"),
        (0, "EUR", "0.00 EUR"),
        (1234567, "JPY", "1,234,567 JPY"),
        (1234567, "KWD", "1,234.567 KWD"),
        (1002, "KWD", "1.002 KWD"),
    ],
)
def test_amounts_as_people_read_them(amount: int, currency: str, shown: str) -> None:
    assert show(amount, currency) == shown
