"""Amounts as Stripe writes them in charges. Payouts have steps of their own: see `rails`."""

from typing import Final

from fondaco.kernel.money import exponent

# https://docs.stripe.com/currencies
_WHOLE: Final = frozenset(
    """
    BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF
    """.split()  # noqa: SIM905 - a list of codes reads better as text
)
_LAST_IS_NOUGHT: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def to_stripe(amount: int, currency: str) -> int:
    """Minor units of ours in Stripe's: 5 ISK is 500. Raises ValueError where Stripe has none."""
    wire, rest = divmod(amount * 10 ** _digits(currency), 10 ** exponent(currency))
    if rest or (currency in _LAST_IS_NOUGHT and wire % 10):
        raise ValueError(f"Stripe cannot take {amount} minor units of {currency}")
    return int(wire)


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's minor units in ours. Raises ValueError for a part of one."""
    ours, rest = divmod(amount * 10 ** exponent(currency), 10 ** _digits(currency))
    if rest:
        raise ValueError(f"{amount} is not a whole number of minor units of {currency}")
    return int(ours)


def _digits(currency: str) -> int:
    if currency in _WHOLE:
        return 0
    return max(exponent(currency), 2)  # ISK and UGX are written with two digits, both noughts
