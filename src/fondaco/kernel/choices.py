"""What may stand at a place of a body: the members of its enum, or the tags of its kinds."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from msgspec import inspect

_of = lru_cache(maxsize=None)(inspect.type_info)

ANY = "..."
"""The step into a mapping, whatever the key."""


def choices(of: Any, steps: Sequence[str]) -> list[str]:
    """The texts that a type lets stand where these steps lead; [] if any may.

    A step is a field's name, an item's number, or ANY for a mapping's value.
    """
    places = list(_alternatives(_of(of)))
    for number, step in enumerate(steps):
        if number == len(steps) - 1 and (tags := _tags(places, step)):
            return tags
        places = [end for place in places for end in _inside(place, step)]
    return _texts(places)


def keys(of: Any, steps: Sequence[str]) -> list[str]:
    """The same for the keys of the mapping that the steps lead to."""
    places = list(_alternatives(_of(of)))
    for step in steps:
        places = [end for place in places for end in _inside(place, step)]
    mappings = [place.key_type for place in places if isinstance(place, inspect.DictType)]
    return _texts([end for mapping in mappings for end in _alternatives(mapping)])


def listed(what: Sequence[str]) -> str:
    """Choices as they are told: `a`, `b` or `c`."""
    quoted = [f"`{one}`" for one in what]
    return " or ".join([part for part in (", ".join(quoted[:-1]), quoted[-1]) if part])


def _alternatives(place: Any) -> Iterator[Any]:
    """A type without what wraps it; of a union, each of its types."""
    if isinstance(place, inspect.Metadata):
        yield from _alternatives(place.type)
    elif isinstance(place, inspect.UnionType):
        for one in place.types:
            yield from _alternatives(one)
    else:
        yield place


def _inside(place: Any, step: str) -> Iterator[Any]:
    match place:
        case inspect.StructType(fields=fields):
            for field in fields:
                if field.encode_name == step:
                    yield from _alternatives(field.type)
        case inspect.DictType(value_type=value):
            yield from _alternatives(value)
        case inspect.TupleType(item_types=items) if step.isdigit() and int(step) < len(items):
            yield from _alternatives(items[int(step)])
        case (
            inspect.ListType(item_type=item)
            | inspect.VarTupleType(item_type=item)
            | inspect.SetType(item_type=item)
            | inspect.FrozenSetType(item_type=item)
        ):
            yield from _alternatives(item)


def _tags(places: Sequence[Any], step: str) -> list[str]:
    return [
        str(place.tag)
        for place in places
        if isinstance(place, inspect.StructType) and place.tag_field == step
    ]


def _texts(places: Sequence[Any]) -> list[str]:
    texts: list[str] = []
    for place in places:
        if isinstance(place, inspect.EnumType):
            texts += [str(member.value) for member in place.cls]
        elif isinstance(place, inspect.LiteralType):
            texts += [str(value) for value in place.values]
    return texts
