"""Commission by policy: its base, the VAT on it, and never more than the seller gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.markets import FeePolicy, FeeRule
from fondaco.pricing import line_fee, vat_on

TEN = FeeRule(1, 2, None, None, 10, 100, 0, None)
money = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("policy", "charged"),
    [
        (FeePolicy(), (12_10, 0)),
        (FeePolicy(net_of_tax=True), (10_00, 0)),
        (FeePolicy(net_of_tax=True, vat_numerator=21), (10_00, 2_10)),
        (FeePolicy(vat_numerator=21), (12_10, 2_54)),  # 2.541
    ],
)
def test_121_with_21_percent_tax_inside(policy: FeePolicy, charged: tuple[int, int]) -> None:
    assert line_fee(121_00, 21_00, TEN, policy) == charged


def test_vat_rounds_half_up() -> None:
    assert vat_on(10, FeePolicy(vat_numerator=25)) == 3


@given(money, money, st.integers(0, 100), money, st.integers(0, 100))
def test_commission_and_vat_fit_into_what_the_seller_gets(
    net: int, tax: int, percent: int, floor: int, vat: int
) -> None:
    tax = min(tax, net)
    rule = FeeRule(1, 2, None, None, percent, 100, floor, None)
    amount, on_it = line_fee(net, tax, rule, FeePolicy(vat_numerator=vat))
    assert amount >= 0
    assert on_it >= 0
    assert amount + on_it <= net - tax
