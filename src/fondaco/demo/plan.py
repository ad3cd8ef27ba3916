"""What the buyers and sellers of the simulated month are going to do, drawn before it begins.

Everything follows from the seed, so two runs trade alike to the cent.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

import msgspec

from fondaco.demo.furnish import TIMERS, Good

DAYS: Final = 30
TURN: Final = timedelta(days=2)
"""What is run at once: long enough for large batches, far shorter than any deadline."""

TURNS: Final = timedelta(days=DAYS) // TURN


class Paying(StrEnum):
    """How a purchase is paid."""

    AT_ONCE = "at_once"
    ANSWER_LOST = "answer_lost"
    """The provider's first answer never comes; asking again under the same key tells."""
    SECOND_TRY = "second_try"
    """The first card is declined."""
    GIVES_UP = "gives_up"
    ABANDONED = "abandoned"


class Ending(StrEnum):
    """What becomes of an order once it is paid."""

    CONFIRMED = "confirmed"
    SILENT = "silent"
    """The buyer says nothing, and the order confirms itself."""
    EXTENDED = "extended"
    UNIT_BACK = "unit_back"
    ALL_BACK = "all_back"
    DISPUTED = "disputed"
    LOST = "lost"
    CANCELLED = "cancelled"
    FORGOTTEN = "forgotten"
    """The seller never ships, and the buyer gets everything back."""


class Fate(msgspec.Struct, frozen=True):
    """What is going to happen to an order, and how long each part of it takes."""

    ending: Ending
    ship: timedelta
    travel: timedelta
    act: timedelta
    scanned: bool
    """Whether the carrier tells of the parcel while it is under way."""
    back_percent: int
    """What the ruling gives back if it comes to a dispute."""


class Basket(msgspec.Struct, frozen=True):
    """What a buyer is going to buy; `second` is what they take where something is sold out."""

    number: int
    at: datetime
    buyer: int
    first: tuple[tuple[int, int], ...]
    second: tuple[tuple[int, int], ...]
    paying: Paying
    fates: tuple[Fate, ...]


_PAYING: Final = {
    Paying.AT_ONCE: 905, Paying.SECOND_TRY: 40, Paying.GIVES_UP: 20, Paying.ABANDONED: 30,
    Paying.ANSWER_LOST: 5,
}  # fmt: skip
_ENDINGS: Final = {
    Ending.CONFIRMED: 620, Ending.SILENT: 265, Ending.EXTENDED: 12, Ending.UNIT_BACK: 30,
    Ending.ALL_BACK: 20, Ending.DISPUTED: 15, Ending.LOST: 4, Ending.CANCELLED: 20,
    Ending.FORGOTTEN: 14,
}  # fmt: skip
_LATE: Final = 0.015
_HOUR: Final = 3600.0

_Word = TypeVar("_Word", Paying, Ending)


def draw(
    goods: Sequence[Good], buyers: Sequence[int], opened: datetime, purchases: int, seed: int
) -> list[list[Basket]]:
    """The baskets of each turn of the month, in order of time."""
    chance = random.Random(f"{seed} baskets")  # noqa: S311 - a simulation
    draws = _Draws(chance, goods, buyers)
    turns: list[list[Basket]] = [[] for _ in range(TURNS)]
    moments = sorted(_moment(chance) for _ in range(purchases))
    for number, moment in enumerate(moments):
        turns[moment // TURN].append(draws.basket(number, opened + moment))
    return turns


def _moment(chance: random.Random) -> timedelta:
    """Any day alike, and most in the evening."""
    day = chance.randrange(DAYS)
    hour = chance.triangular(0, 24, 19)
    return timedelta(days=day, seconds=min(hour, 23) * _HOUR)


class _Draws:
    """Draws baskets and fates from one source of chance."""

    def __init__(self, chance: random.Random, goods: Sequence[Good], buyers: Sequence[int]) -> None:
        self._chance, self._buyers = chance, buyers
        plenty = [good for good in goods if not good.scarce]
        self._first, self._second = _endless(chance, goods), _endless(chance, plenty)
        self._paying = _endless_of(chance, _PAYING)
        self._endings = _endless_of(chance, _ENDINGS)

    def basket(self, number: int, at: datetime) -> Basket:
        """One buyer's wishes, how they pay, and what becomes of each seller's part."""
        size = self._chance.choices((1, 2, 3, 4), (48, 33, 13, 6))[0]
        return Basket(
            number, at, self._chance.choice(self._buyers),
            self._lines(self._first, size), self._lines(self._second, size),
            next(self._paying), tuple(self._fate() for _ in range(size)),
        )  # fmt: skip

    def _lines(self, source: Iterator[Good], size: int) -> tuple[tuple[int, int], ...]:
        wanted: dict[int, int] = {}
        while len(wanted) < size:
            wanted.setdefault(next(source).offer, self._chance.choices((1, 2, 3), (78, 16, 6))[0])
        return tuple(wanted.items())

    def _fate(self) -> Fate:
        chance = self._chance
        travel = chance.uniform(20, 130)
        if chance.random() < _LATE:
            travel = chance.uniform(15.5 * 24, 20 * 24)
        return Fate(
            next(self._endings),
            ship=_hours(min(chance.expovariate(1 / 20) + 2, 110)),
            travel=_hours(travel),
            act=_hours(chance.uniform(1, 96)),
            scanned=chance.random() < 0.2,
            back_percent=chance.choices((0, 30, 50, 100), (35, 35, 15, 15))[0],
        )


def _hours(hours: float) -> timedelta:
    return timedelta(seconds=int(hours * _HOUR))


def _endless(chance: random.Random, goods: Sequence[Good]) -> Iterator[Good]:
    while True:
        yield from chance.choices(goods, [good.wanted for good in goods], k=1000)


def _endless_of(chance: random.Random, odds: dict[_Word, int]) -> Iterator[_Word]:
    while True:
        yield from chance.choices(list(odds), list(odds.values()), k=1000)


assert max(_hours(110), _hours(96)) < min(TIMERS.ship_within, TIMERS.confirm_within)
