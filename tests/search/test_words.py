"""Texts become terms: endings, numbers, units and scripts without spaces."""

import pytest

from fondaco import search


def said(text: str) -> list[str]:
    return [one.term for one in search.terms(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Shower heads", "shower head"),
        ("5/8 in.", '5/8"'),
        ("5/8 inch", "5/8in"),
        ("12x12 tile", "12 x 12 tiles"),
        ("4*8 panel", "4x8 panels"),
        ("1,000 lb", "1000 pounds"),
        ("2.50 gal.", "2.5 gallons"),
        (".5 in", "0.5 inches"),
        ("1 - 1/2 in", "1-1/2 inch"),
        ("Café", "CAFE"),
        ("Briggs &amp; Stratton", "briggs and stratton"),
        ("4x8wood", "4 x 8 wood"),
        ("\uff11\uff12 in", "12 in"),
    ],
)
def test_the_same_is_said_in_many_ways(one: str, other: str) -> None:
    assert said(one) == said(other) != []


def test_different_numbers_are_different_things() -> None:
    assert said("1/2 in") != said("1 2 in")
    assert said("10 ft") != said("1 ft")


def test_small_words_say_nothing_and_units_only_after_numbers() -> None:
    assert said("the of and") == []
    assert said("3 in") == ["3", "in"]
    assert said("light in box") == ["light", "box"]


def test_scripts_without_spaces_are_cut_into_pairs() -> None:
    assert said("蓝色台灯") == ["蓝色", "色台", "台灯"]
    assert said("灯") == ["灯"]


def test_a_term_is_never_longer_than_the_longest() -> None:
    assert all(len(term) <= 40 for term in said("x" * 300 + " " + "7" * 300 + " " + "灯" * 300))
    assert said("\0 \u0301 %% ,, //") == []
