"""Payout rails: in which steps each of them moves a currency, and how it writes an amount.

A currency has the minor units of ISO 4217, but a rail may want whole units of it, or tens of the
smallest; and some write an amount with more digits than the currency has.
"""

from typing import Final, NamedTuple

from stdnum import iban as ibans

from fondaco.kernel.money import exponent


class Step(NamedTuple):
    """How a rail takes a currency: digits it writes, and the least that it moves (our units)."""

    digits: int
    least: int


# https://docs.stripe.com/currencies: payouts of HUF and TWD are of whole units though both are
# written with two digits; ISK and UGX have no minor unit but are written as if they had two; the
# last digit of currencies with three is nought.
_STEPS: Final = {
    ("stripe", "HUF"): Step(2, 100),
    ("stripe", "TWD"): Step(2, 100),
    ("stripe", "ISK"): Step(2, 1),
    ("stripe", "UGX"): Step(2, 1),
    **{
        ("stripe", currency): Step(3, 10)
        for currency in ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
    },
}


def step(currency: str, rail: str) -> Step:
    """How a rail takes a currency: as ISO 4217 says, unless the rail has a way of its own."""
    return _STEPS.get((rail, currency)) or Step(exponent(currency), 1)


def payable(amount: int, currency: str, rail: str) -> int:
    """The most of an amount that the rail can move; the rest stays owed."""
    return amount - amount % step(currency, rail).least


def no_transfer(account: str, currency: str) -> str:
    """Why a bank cannot send money there by a SEPA transfer; empty if it can."""
    if currency != "EUR":
        return f"a SEPA transfer is in EUR, not {currency}"
    if not ibans.is_valid(account):
        return f"{account!r} is no IBAN"
    return ""


def on_wire(amount: int, currency: str, rail: str) -> int:
    """The amount as the rail writes it: 5 ISK is 500 to a rail that writes two digits.

    Raises ValueError for an amount that the rail cannot move.
    """
    way = step(currency, rail)
    if amount % way.least:
        raise ValueError(f"{rail} moves {currency} in steps of {way.least}, not {amount}")
    return int(amount * 10 ** (way.digits - exponent(currency)))


def from_wire(amount: int, currency: str, rail: str) -> int:
    """The rail's amount in our minor units. Raises ValueError for a part of one."""
    whole, rest = divmod(amount, 10 ** (step(currency, rail).digits - exponent(currency)))
    if rest:
        raise ValueError(f"{amount} of {rail} is not a whole number of minor units of {currency}")
    return int(whole)
