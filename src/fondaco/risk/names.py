"""Names as they are compared: case, accents, word order and legal forms do not count.

Two names match when they are nearly the same letter by letter, in the order written or with
their words sorted, or when all words of one are among the other's. `docs/internals/screening.md`
has what that finds and how often it is wrong.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from rapidfuzz import fuzz, process

NEAR: Final = 86
"""Names as like as this, of 100, match."""

CONTAINED: Final = 95
"""The score of a name whose words are all among the other's."""

_FORMS: Final = """
    ltd limited llc llp lp inc co company corp corporation gmbh ag kg sa sarl sas srl spa bv nv
    plc pte pty ooo oao zao jsc pjsc fze as ab oy sl the and of
"""
_LEGAL_FORMS: Final = frozenset(_FORMS.split())
_ABBREVIATED: Final = re.compile(r"\b(?:\w\.){2,}")
_BETWEEN: Final = re.compile(r"[\W_]+")
_AT_ONCE: Final = 256
"""How many names are compared with all listed ones at once: bounds the memory."""

_SHARED_WORDS: Final = 2
_SHARED_LETTERS: Final = 9
"""A name of fewer or shorter words is contained in too many others."""


class Listed(msgspec.Struct, frozen=True):
    """A name on a list; `digest` differs when anything of its entry does."""

    list: str
    version: str
    entry: str
    name: str
    digest: bytes


class Match(msgspec.Struct, frozen=True):
    """A name, the listed one that it is like, and how like: 0 to 100."""

    name: str
    listed: Listed
    score: int


def words_of(name: str) -> list[str]:
    """A name's words in the order people say them, without accents, case and legal forms."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(one for one in plain if not unicodedata.combining(one)).casefold()
    plain = _ABBREVIATED.sub(lambda found: found[0].replace(".", ""), plain)
    last, comma, first = plain.partition(",")
    if comma and "," not in first and not _LEGAL_FORMS & set(_BETWEEN.split(first)):
        plain = f"{first} {last}"  # lists write "LAST, First"
    every = _BETWEEN.sub(" ", plain).split()
    return [one for one in every if one not in _LEGAL_FORMS] or every


class Watchlist:
    """All listed names, ready to be compared with."""

    def __init__(self, listed: Sequence[Listed]) -> None:
        self._listed = listed
        words = [words_of(one.name) for one in listed]
        self._said = [" ".join(one) for one in words]
        self._sorted = [" ".join(sorted(one)) for one in words]
        self._words = [frozenset(one) for one in words]
        self._with: dict[str, list[int]] = {}
        for number, one in enumerate(self._words):
            for word in one:
                self._with.setdefault(word, []).append(number)

    def matches(self, names: Sequence[str]) -> list[list[Match]]:
        """For each name its matches, the most alike of each entry alone, best first."""
        found: list[list[Match]] = []
        for start in range(0, len(names), _AT_ONCE):
            found += self._some(names[start : start + _AT_ONCE])
        return found

    def _some(self, names: Sequence[str]) -> list[list[Match]]:
        words = [words_of(one) for one in names]
        scores: list[dict[int, int]] = [self._contained(frozenset(one)) for one in words]
        for queries, choices in (
            ([" ".join(one) for one in words], self._said),
            ([" ".join(sorted(one)) for one in words], self._sorted),
        ):
            alike = process.cdist(queries, choices, scorer=fuzz.ratio, score_cutoff=NEAR)
            for query, choice in zip(*alike.nonzero(), strict=True):
                best = scores[query]
                best[int(choice)] = max(best.get(int(choice), 0), int(alike[query, choice]))
        return [
            self._best(name, one) if any(said) else []
            for name, one, said in zip(names, scores, words, strict=True)
        ]

    def _contained(self, words: frozenset[str]) -> dict[int, int]:
        shared = Counter(number for word in words for number in self._with.get(word, ()))
        found = {}
        for number, count in shared.items():
            if count >= _SHARED_WORDS and count in (len(words), len(self._words[number])):
                letters = sum(map(len, words & self._words[number]))
                if letters >= _SHARED_LETTERS:
                    found[number] = CONTAINED
        return found

    def _best(self, name: str, scores: Mapping[int, int]) -> list[Match]:
        best: dict[tuple[str, str], Match] = {}
        for number, score in sorted(scores.items(), key=lambda one: (-one[1], one[0])):
            listed = self._listed[number]
            best.setdefault((listed.list, listed.entry), Match(name, listed, score))
        return list(best.values())
