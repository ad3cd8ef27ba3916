"""Which texts a type lets stand at a place, and how a problem names them."""

from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
import pytest

from fondaco.kernel import edge
from fondaco.kernel.choices import listed
from fondaco.kernel.errors import Problem


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Card(msgspec.Struct, tag="card", tag_field="how"):
    number: str


class Cash(msgspec.Struct, tag="cash", tag_field="how"):
    drawer: int


class Part(msgspec.Struct, rename="camel"):
    main_colour: Colour


class Body(msgspec.Struct):
    part: Part | None = None
    parts: Annotated[list[Part], msgspec.Meta(max_length=5)] = []
    by_name: dict[str, Part] = {}
    painted: dict[Colour, int] = {}
    paid: Card | Cash | None = None
    size: Literal["small", "large"] = "small"
    pair: tuple[int, Colour] = (0, Colour.RED)
    row: tuple[Colour, ...] = ()
    among: set[Colour] = set()
    name: str = ""


DECODER = msgspec.json.Decoder(Body)


@pytest.mark.parametrize(
    ("body", "detail", "pointer"),
    [
        ({"part": {"mainColour": "z"}}, "'z' is not `red` or `green`.", "/part/mainColour"),
        ({"parts": [{"mainColour": "z"}]}, "'z' is not `red` or `green`.", "/parts/0/mainColour"),
        (
            {"by_name": {"a": {"mainColour": "z"}}},
            "'z' is not `red` or `green`.",
            "/by_name/.../mainColour",
        ),
        ({"painted": {"z": 1}}, "'z' is not `red` or `green`.", "/painted"),
        ({"paid": {"how": "barter"}}, "'barter' is not `card` or `cash`.", "/paid/how"),
        ({"size": "z"}, "'z' is not `large` or `small`.", "/size"),
        ({"pair": [1, "z"]}, "'z' is not `red` or `green`.", "/pair/1"),
        ({"row": ["red", "z"]}, "'z' is not `red` or `green`.", "/row/1"),
        ({"name": 1}, "Expected `str`, got `int`.", "/name"),
        ({"size": 1}, "Expected `str`, got `int`.", "/size"),
    ],
)
def test_a_problem_names_what_may_stand_there(body: Any, detail: str, pointer: str) -> None:
    with pytest.raises(Problem) as raised:
        edge.decode(DECODER, msgspec.json.encode(body))
    assert (raised.value.status, raised.value.detail) == (422, detail)
    assert raised.value.extra["pointer"] == pointer


def test_a_value_of_a_set_has_no_number() -> None:
    with pytest.raises(Problem) as raised:
        edge.decode(DECODER, b'{"among": ["z"]}')
    assert raised.value.detail == "'z' is not `red` or `green`."


def test_choices_are_listed_as_people_do() -> None:
    assert listed(["a"]) == "`a`"
    assert listed(["a", "b"]) == "`a` or `b`"
    assert listed(["a", "b", "c"]) == "`a`, `b` or `c`"
