"""Money: integer minor units with an ISO 4217 currency, and exact division.

No float and no Decimal: 12.30 EUR is 1230 and "EUR".
"""

from collections.abc import Sequence
from typing import Final

MAX_AMOUNT: Final = 10**15
"""Largest amount taken from outside, in minor units; sums of many still fit 64 bits."""

_NO_DIGITS: Final = frozenset(
    """
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
    """.split()  # noqa: SIM905 - a list of codes reads better as text
)
_THREE_DIGITS: Final = frozenset(
    """
    BHD IQD JOD KWD LYD OMR TND
    """.split()  # noqa: SIM905 - a list of codes reads better as text
)
_TWO_DIGITS: Final = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN
    BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR
    LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD
    PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
    SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - a list of codes reads better as text
)


def exponent(currency: str) -> int:
    """Digits after the point: EUR 2, JPY 0, KWD 3. Raises ValueError for an unknown code."""
    if currency in _TWO_DIGITS:
        return 2
    if currency in _NO_DIGITS:
        return 0
    if currency in _THREE_DIGITS:
        return 3
    raise ValueError(f"{currency!r} is not an ISO 4217 currency in use")


def in_use(currency: str) -> bool:
    """Whether this is the code of a currency in use."""
    return currency in _TWO_DIGITS or currency in _NO_DIGITS or currency in _THREE_DIGITS


def show(amount: int, currency: str) -> str:
    """For people: `show(123456, "EUR")` is `1,234.56 EUR`."""
    digits = exponent(currency)
    sign, whole = "-" if amount < 0 else "", abs(amount)
    if digits == 0:
        return f"{sign}{whole:,} {currency}"
    return f"{sign}{whole // 10**digits:,}.{whole % 10**digits:0{digits}} {currency}"


def half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded to an integer, halves away from zero."""
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def share(amount: int, weights: Sequence[int]) -> list[int]:
    """Deal an amount over weights by largest remainder, ties to the earliest.

    The parts always sum to the amount. Weights are not negative; if all are zero the parts are
    dealt evenly.
    """
    if not weights:
        raise ValueError("nothing to deal over")
    if min(weights) < 0:
        raise ValueError("a weight is negative")
    if amount < 0:
        return [-part for part in share(-amount, weights)]
    total = sum(weights)
    if total == 0:
        weights, total = [1] * len(weights), len(weights)
    parts = [amount * weight // total for weight in weights]
    if over := amount - sum(parts):
        by_remainder = sorted(range(len(weights)), key=lambda i: -(amount * weights[i] % total))
        for i in by_remainder[:over]:
            parts[i] += 1
    return parts
