"""Card data stays away: a text that could be a card's number is refused before it goes anywhere."""

import re
from typing import Final

from stdnum import luhn

_DIGITS: Final = re.compile(r"\d(?:[ .-]?\d){11,18}")
_FIRST: Final = "23456"
"""What the numbers of payment cards begin with."""


def looks_like_card(text: str) -> bool:
    """Whether a text has 12 to 19 digits in a row that begin and check as a card's number does."""
    numbers = (re.sub(r"\D", "", found) for found in _DIGITS.findall(text))
    return any(number[0] in _FIRST and luhn.is_valid(number) for number in numbers)
