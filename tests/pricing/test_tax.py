"""Tax of amounts: exact, rounded half up once, and dealt so that parts sum to the whole."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.markets import NO_TAX, Prices, Rate, Remitter, Rounding, TaxPolicy
from fondaco.pricing import TaxId, reverse_charged, tax_id, tax_of, taxes, without_tax

VAT_21, VAT_20, VAT_5_5 = Rate(21, 100), Rate(1, 5), Rate(11, 200)
RATES = st.sampled_from([NO_TAX, VAT_21, VAT_20, VAT_5_5, Rate(1, 1), Rate(21, 2000)])
AMOUNTS = st.lists(st.tuples(st.integers(0, 10**15), RATES), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("amount", "rate", "prices", "tax"),
    [
        (121_00, VAT_21, Prices.INCLUSIVE, 21_00),
        (100_00, VAT_21, Prices.EXCLUSIVE, 21_00),
        (84_98, VAT_20, Prices.EXCLUSIVE, 17_00),  # 16.996
        (4_90, VAT_20, Prices.EXCLUSIVE, 98),
        (50, Rate(1, 100), Prices.EXCLUSIVE, 1),  # half a cent counts as one
        (49, Rate(1, 100), Prices.EXCLUSIVE, 0),
        (0, VAT_20, Prices.INCLUSIVE, 0),
        (99_99, NO_TAX, Prices.INCLUSIVE, 0),
        (3, Rate(1, 1), Prices.INCLUSIVE, 2),
    ],
)
def test_tax_is_rounded_half_up(amount: int, rate: Rate, prices: Prices, tax: int) -> None:
    assert tax_of(amount, rate, prices) == tax


@given(st.integers(0, 10**15), RATES)
def test_tax_is_within_half_a_unit_of_the_exact_share(amount: int, rate: Rate) -> None:
    share = Fraction(rate.numerator, rate.denominator)
    on_top = tax_of(amount, rate, Prices.EXCLUSIVE)
    within = tax_of(amount, rate, Prices.INCLUSIVE)
    assert abs(on_top - amount * share) <= Fraction(1, 2)
    assert abs(within - amount * share / (1 + share)) <= Fraction(1, 2)
    assert 0 <= within <= amount


def test_rounding_by_line_and_by_order_differ_by_the_odd_cents() -> None:
    amounts, rates = [1_12, 1_12, 1_12], [VAT_20] * 3  # 0.224 each, 0.672 together
    assert taxes(amounts, rates, Prices.EXCLUSIVE, Rounding.LINE) == [22, 22, 22]
    assert taxes(amounts, rates, Prices.EXCLUSIVE, Rounding.ORDER) == [23, 22, 22]


@given(AMOUNTS, st.sampled_from(Prices))
def test_tax_of_an_order_is_rounded_once_per_rate_and_dealt(
    given_: list[tuple[int, Rate]], prices: Prices
) -> None:
    amounts, rates = [one for one, _ in given_], [rate for _, rate in given_]
    dealt = taxes(amounts, rates, prices, Rounding.ORDER)
    for rate in set(rates):
        mine = [n for n, one in enumerate(rates) if one == rate]
        whole = tax_of(sum(amounts[n] for n in mine), rate, prices)
        assert sum(dealt[n] for n in mine) == whole
    by_line = taxes(amounts, rates, prices, Rounding.LINE)
    assert all(abs(one - other) <= 1 for one, other in zip(dealt, by_line, strict=True))
    assert all(0 <= tax <= amount for tax, amount in zip(dealt, amounts, strict=True))


def test_who_is_not_charged_pays_the_price_without_its_tax() -> None:
    assert without_tax(121_00, VAT_21, Prices.INCLUSIVE) == 100_00
    assert without_tax(121_00, VAT_21, Prices.EXCLUSIVE) == 121_00


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("DE136695976", TaxId("DE", "DE136695976")),
        ("de 136 695 976", TaxId("DE", "DE136695976")),
        ("ATU13585627", TaxId("AT", "ATU13585627")),
        ("EL 094259216", TaxId("GR", "EL094259216")),
        ("GB 980 7806 84", TaxId("GB", "GB980780684")),
        ("DE136695975", None),  # the last digit is wrong
        ("DE13669597", None),
        ("ZZ123", None),
        ("12345", None),
        ("", None),
        ("..", None),
    ],
)
def test_a_tax_id_is_checked_to_its_check_digits(text: str, known: TaxId | None) -> None:
    assert tax_id(text) == known


@pytest.mark.parametrize(
    ("number", "country", "switched_on", "free"),
    [
        ("ATU13585627", "AT", True, True),
        ("ATU13585627", "FR", True, True),
        ("ATU13585627", "DE", True, False),  # the goods stay in the market's country
        ("DE136695976", "AT", True, False),
        ("ATU13585627", "AT", False, False),
    ],
)
def test_only_a_foreign_business_is_not_charged(
    number: str, country: str, switched_on: bool, free: bool
) -> None:
    policy = TaxPolicy(
        prices=Prices.INCLUSIVE, remitter=Remitter.SELLER, country="DE", reverse_charge=switched_on
    )
    assert reverse_charged(policy, tax_id(number), country) is free
    assert reverse_charged(policy, None, country) is False
