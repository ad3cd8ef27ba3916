"""What buyers meant: known terms as they stand, unknown words taken apart or spelt anew."""

from collections.abc import Iterable, Sequence
from math import log
from typing import Final

import msgspec
from rapidfuzz.distance import OSA

from fondaco.kernel import Database, Row
from fondaco.search.queries import sql
from fondaco.search.words import Term, stem, terms

MOST_TERMS: Final = 16
"""Different terms of a question that count; the first ones."""
_ALIKE: Final = 20
_SHORTEST: Final = 3
_USUAL: Final = 5
"""In so many texts both parts of a word must stand for it to be taken apart."""


class Meant(msgspec.Struct, frozen=True):
    """The terms to look for with the number of texts each is in.

    `corrected` is the question as it is understood, if words were changed; `lost` says whether
    some mean nothing here.
    """

    terms: dict[str, int]
    corrected: str | None
    lost: bool


async def understand(database: Database, text: str) -> Meant:
    """What a text asks for. Three statements at most, however many words are unknown."""
    asked = list({one.term: one for one in terms(text)}.values())[:MOST_TERMS]
    known = await _known(database, [one.term for one in asked])
    unknown = [one for one in asked if one.term not in known and _spelt(one)]
    anew = await _anew(database, unknown) if unknown else {}
    chosen: dict[str, int] = {}
    words: list[str] = []
    lost = False
    for one in asked:
        rows = [known[one.term]] if one.term in known else anew.get(one.term, [])
        chosen.update((row["term"], row["documents"]) for row in rows)
        words += [one.word] if one.term in known else [row["word"] for row in rows]
        lost |= not rows
    return Meant(chosen, " ".join(words) if any(anew.values()) else None, lost)


def _spelt(one: Term) -> bool:
    return len(one.word) >= _SHORTEST and one.word.isalpha()


async def _known(database: Database, wanted: Iterable[str]) -> dict[str, Row]:
    keys = sorted(set(wanted))
    rows = await database.fetch(sql.known_terms, terms=keys) if keys else []
    return {row["term"]: row for row in rows}


async def _anew(database: Database, unknown: Sequence[Term]) -> dict[str, list[Row]]:
    """For each unknown term those that it stands for: two words run together, or one misspelt."""
    cuts = {one.term: list(_cuts(one.word)) for one in unknown}
    parts = await _known(database, (part for each in cuts.values() for cut in each for part in cut))
    found = {term: _best_cut(each, parts) for term, each in cuts.items()}
    words = sorted({one.word for one in unknown if not found[one.term]})
    alike: dict[str, list[Row]] = {}
    if words:
        for row in await database.fetch(sql.alike, words=words, limit=_ALIKE):
            alike.setdefault(row["asked"], []).append(row)
    return {
        one.term: found[one.term] or best_spelling(one.word, alike.get(one.word, []))
        for one in unknown
    }


def _cuts(word: str) -> Iterable[tuple[str, str]]:
    for at in range(_SHORTEST, len(word) - _SHORTEST + 1):
        yield stem(word[:at]), stem(word[at:])


def _best_cut(cuts: Iterable[tuple[str, str]], parts: dict[str, Row]) -> list[Row]:
    whole = [(parts[one], parts[two]) for one, two in cuts if one in parts and two in parts]
    rated = [(min(one["documents"], two["documents"]), one, two) for one, two in whole]
    usual = [each for each in rated if each[0] >= _USUAL]
    if not usual:
        return []
    _, one, two = max(usual, key=lambda each: (each[0], each[1]["term"]))
    return [one, two]


def best_spelling(word: str, candidates: Sequence[Row]) -> list[Row]:
    """The candidate that fewest slips of the keyboard lead to; of those alike the usual one."""
    slips = {row["term"]: OSA.distance(word, row["word"]) for row in candidates}
    near = [row for row in candidates if slips[row["term"]] <= max(1, len(word) // 3)]
    if not near:
        return []
    return [max(near, key=lambda row: 0.15 * log(row["documents"]) - slips[row["term"]])]
