"""Amounts in another currency: exact but for the one rounding, whatever the digits."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.kernel.money import exponent
from fondaco.markets import Rate
from fondaco.pricing import exchange

CODES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "ISK"])


@pytest.mark.parametrize(
    ("amount", "of", "into", "rate", "worth"),
    [
        (90_00, "EUR", "USD", Rate(11, 10), 99_00),
        (90_00, "EUR", "USD", Rate(12, 10), 108_00),
        (1_00, "EUR", "JPY", Rate(1565, 10), 157),  # half a yen counts as one
        (157, "JPY", "EUR", Rate(10, 1565), 1_00),
        (1_00, "EUR", "KWD", Rate(333, 1000), 333),
        (0, "EUR", "USD", Rate(11, 10), 0),
    ],
)
def test_an_amount_is_exchanged(amount: int, of: str, into: str, rate: Rate, worth: int) -> None:
    assert exchange(amount, of, into, rate) == worth


@given(st.integers(0, 10**15), CODES, CODES, st.integers(1, 10**6), st.integers(1, 10**6))
def test_it_is_within_half_a_minor_unit_of_the_exact_worth(
    amount: int, of: str, into: str, numerator: int, denominator: int
) -> None:
    exact = Fraction(amount, 10 ** exponent(of)) * numerator / denominator * 10 ** exponent(into)
    worth = exchange(amount, of, into, Rate(numerator, denominator))
    assert abs(worth - exact) <= Fraction(1, 2)
