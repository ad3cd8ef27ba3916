"""Tax of amounts at exact rates, and tax ids. Minor units; pure."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import msgspec
from stdnum.exceptions import ValidationError
from stdnum.util import get_cc_module

from fondaco.kernel.money import half_up, share
from fondaco.markets import Prices, Rate, Rounding, TaxPolicy

_PREFIXES: Final = {"EL": "GR", "XI": "GB"}
"""Tax id prefixes that are not the ISO code of their country."""


def tax_of(amount: int, rate: Rate, prices: Prices) -> int:
    """The tax in an amount, or on top of it, rounded half up."""
    if prices is Prices.INCLUSIVE:
        return half_up(amount * rate.numerator, rate.denominator + rate.numerator)
    return half_up(amount * rate.numerator, rate.denominator)


def taxes(
    amounts: Sequence[int], rates: Sequence[Rate], prices: Prices, rounding: Rounding
) -> list[int]:
    """The tax of each of an order's amounts.

    Rounded one by one; or the tax of all amounts of one rate is rounded and dealt back to them by
    largest remainder, ties to the earliest.
    """
    if rounding is Rounding.LINE:
        return [tax_of(one, rate, prices) for one, rate in zip(amounts, rates, strict=True)]
    dealt = [0] * len(amounts)
    groups: defaultdict[Rate, list[int]] = defaultdict(list)
    for number, (amount, rate) in enumerate(zip(amounts, rates, strict=True)):
        if amount:
            groups[rate].append(number)
    for rate, numbers in groups.items():
        parts = [amounts[number] for number in numbers]
        for number, part in zip(
            numbers, share(tax_of(sum(parts), rate, prices), parts), strict=True
        ):
            dealt[number] = part
    return dealt


def without_tax(unit_price: int, rate: Rate, prices: Prices) -> int:
    """What somebody pays who is not charged the tax: the price less the tax that is in it."""
    if prices is Prices.EXCLUSIVE:
        return unit_price
    return unit_price - tax_of(unit_price, rate, prices)


class TaxId(msgspec.Struct, frozen=True):
    """A tax id that is well formed: its country (ISO 3166-1) and its normal spelling."""

    country: str
    number: str


def tax_id(text: str) -> TaxId | None:
    """The VAT number with its country's prefix, if it is well formed and its check digits agree.

    Checked without asking anybody, so whether it is still in use is not known.
    """
    prefix = text.strip()[:2].upper()
    country = _PREFIXES.get(prefix, prefix)
    if not (country.isascii() and country.isalpha()):
        return None
    rules = get_cc_module(country.lower(), "vat")
    if rules is None:
        return None
    try:
        number = rules.validate(text)
    except ValidationError:
        return None
    return TaxId(country, number if number.startswith(prefix) else prefix + number)


def reverse_charged(policy: TaxPolicy, buyer: TaxId | None, country: str) -> bool:
    """Whether the buyer owes the tax itself: a business with a tax id of another country than the
    market's, and goods that leave it.
    """
    abroad = buyer is not None and policy.country not in (buyer.country, country)
    return policy.reverse_charge and abroad
