"""Amounts in another currency, exactly. Minor units; pure."""

from fondaco.kernel.money import exponent, half_up
from fondaco.markets import Rate


def exchange(amount: int, of: str, into: str, rate: Rate) -> int:
    """An amount in another currency, half up to its minor unit.

    `rate` is what one major unit of `of` is worth in major units of `into`.
    """
    return half_up(
        amount * rate.numerator * 10 ** exponent(into), rate.denominator * 10 ** exponent(of)
    )
