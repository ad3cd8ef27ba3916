"""Which names match: what people write for one and the same name does, another name does not."""

import pytest

from fondaco.risk import Listed, Watchlist
from fondaco.risk.names import words_of

LISTED = (
    "AL-ZAWAHIRI, Ayman Muhammad Rabi", "BANCO NACIONAL DE CUBA", "BOUTIQUE LA MAISON S.A.",
    "Müller, Jürgen", "ANGLO-CARIBBEAN CO., LTD.",
)  # fmt: skip


def watch() -> Watchlist:
    return Watchlist([Listed("test", "1", str(n), name, b"") for n, name in enumerate(LISTED)])


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("Ayman Muhammad Rabi al-Zawahiri", 0),
        ("Zawahiri Ayman al Muhammad Rabi", 0),
        ("AYMAN MUHAMAD RABI AL ZAWAHIRI", 0),
        ("Ayman Zawahiri", 0),
        ("Banco Nacional de Cuba S.A.", 1),
        ("Banko Nacional de Cuba", 1),
        ("boutique la maison", 2),
        ("Jurgen Muller", 3),
        ("Anglo Caribbean Limited", 4),
        ("_Juergen_Mueller_ Jurgen_Muller", 3),
    ],
)
def test_other_spellings_of_a_listed_name_match(name: str, entry: int) -> None:
    [[match]] = watch().matches([name])
    assert match.listed.entry == str(entry)
    assert match.name == name
    assert 86 <= match.score <= 100


@pytest.mark.parametrize(
    "name",
    ["Ayman", "La Maison", "Banco do Brasil", "Jürgen Klopp", "Café Central", "", "Ltd", "北京"],
)
def test_other_names_do_not(name: str) -> None:
    assert watch().matches([name]) == [[]]


def test_an_entry_matches_once_by_its_most_alike_name() -> None:
    both = [Listed("test", "1", "7", name, b"") for name in ("Ivan Petrovich", "Ivan Petrovic")]
    [[match]] = Watchlist(both).matches(["Ivan Petrovic"])
    assert (match.listed.name, match.score) == ("Ivan Petrovic", 100)


def test_names_are_compared_in_any_number() -> None:
    names = [f"Nobody Whatsoever {n}" for n in range(600)]
    names[300] = "Banco Nacional de Cuba"
    found = watch().matches(names)
    assert [n for n, one in enumerate(found) if one] == [300]


def test_words_leave_out_what_does_not_tell_people_apart() -> None:
    assert words_of("Société Générale, S.A.") == ["societe", "generale"]
    assert words_of("SMITH, John") == ["john", "smith"]
    assert words_of("The Co., Ltd.") == ["the", "co", "ltd"], "nothing else is left"
