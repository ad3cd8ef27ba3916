"""Text as terms: what products are found by, and what buyers type, go through the same sieve.

A term is a stemmed word, or a number as it stands: `5/8 in.`, `5/8"` and `5/8 inch` say the same.
Scripts that write no spaces are cut into pairs of characters.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from html import unescape
from itertools import pairwise
from typing import Final, NamedTuple
from unicodedata import normalize

import snowballstemmer

LONGEST: Final = 40
"""Characters of a term that count; what is longer is cut."""

_PAIRED: Final = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f"
_UNITS: Final = {
    "in": ("in", "inch", "inches", '"', "\u2033"),
    "ft": ("ft", "foot", "feet", "'", "\u2032"),
    "lb": ("lb", "lbs", "pound", "pounds"),
    "gal": ("gal", "gals", "gallon", "gallons"),
    "oz": ("oz", "ounce", "ounces"),
    "sq": ("sq", "square"),
    "cu": ("cu", "cubic"),
    "yd": ("yd", "yds", "yard", "yards"),
    "v": ("v", "volt", "volts"),
    "w": ("w", "watt", "watts"),
    "a": ("amp", "amps", "ampere", "amperes"),
    "btu": ("btu", "btus"),
    "hp": ("hp", "horsepower"),
    "mm": ("mm", "millimeter", "millimeters", "millimetre", "millimetres"),
    "cm": ("cm", "centimeter", "centimeters", "centimetre", "centimetres"),
    "kg": ("kg", "kilo", "kilos", "kilogram", "kilograms"),
    "ml": ("ml", "milliliter", "milliliters", "millilitre", "millilitres"),
    "l": ("liter", "liters", "litre", "litres"),
}
_UNIT_OF: Final = {word: unit for unit, words in _UNITS.items() for word in words}
_STOP: Final = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "how", "i", "in",
    "is", "it", "my", "of", "on", "or", "that", "the", "this", "to", "was", "what", "when", "where",
    "which", "with", "x", "you", "your",
))  # fmt: skip
_NUMBER: Final = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+\s*-\s*\d+/\d+|\d+/\d+|\d*\.\d+|\d+"
_TOKEN: Final = re.compile(
    rf"(?P<number>{_NUMBER})|(?P<mark>[\"'\u2032\u2033])|(?P<pair>[{_PAIRED}]+)|(?P<word>[^\W\d_]+)"
)


class Term(NamedTuple):
    """A term, and the word that it was made of as it can be shown."""

    term: str
    word: str


def terms(text: str) -> list[Term]:
    """The terms of a text in their order, a word that comes twice twice."""
    return list(_terms(normalize("NFKC", unescape(text)).lower()))


def _terms(text: str) -> Iterator[Term]:
    numbered = False
    # A letter's accent is the same to who types in a hurry.
    plain = "".join(c for c in normalize("NFD", text) if not "\u0300" <= c <= "\u036f")
    for match in _TOKEN.finditer(normalize("NFC", plain)):
        said = match[0][:LONGEST]
        match match.lastgroup:
            case "number":
                yield Term(_number(said), said)
            case "pair":
                yield from _pairs(said)
            case "mark" if numbered:
                yield Term(_UNIT_OF[said], said)
            case "word":
                unit = _UNIT_OF.get(said)
                if unit is not None and (numbered or said not in _STOP):
                    yield Term(unit, said)
                elif said not in _STOP and (len(said) > 1 or not numbered):
                    yield Term(stem(said), said)
        numbered = match.lastgroup == "number"


def _number(said: str) -> str:
    plain = re.sub(r"\s*-\s*", "-", said.replace(",", ""))
    if "/" not in plain and "." in plain:
        plain = plain.rstrip("0").rstrip(".") or "0"
    return "0" + plain if plain.startswith(".") else plain


def _pairs(said: str) -> Iterator[Term]:
    if len(said) == 1:
        yield Term(said, said)
    for one, two in pairwise(said):
        yield Term(one + two, one + two)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word without its ending."""
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")
