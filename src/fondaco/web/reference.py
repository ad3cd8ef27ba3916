"""The API's description as a page: what a person reads of the document that programs read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_ID: Final = re.compile(r"^\^(\(?[a-z|]{3,}\)?)_\[0-7\]")


class Field(msgspec.Struct, frozen=True):
    """A parameter or a field of a body: its type in words, and the type's own entry if any."""

    name: str
    words: str
    link: str
    required: bool
    remark: str


class Operation(msgspec.Struct, frozen=True):
    """One method of one path."""

    anchor: str
    method: str
    path: str
    about: str
    parameters: list[Field]
    body: Field | None
    body_fields: list[Field]
    answers: list[Field]
    problems: list[tuple[str, str]]


class Group(msgspec.Struct, frozen=True):
    """Operations below one path."""

    name: str
    operations: list[Operation]


class Type(msgspec.Struct, frozen=True):
    """A named type: its fields, or in words what else it is."""

    name: str
    about: str
    words: str
    fields: list[Field]


class Reference(msgspec.Struct, frozen=True):
    """The whole API: its operations by path and the types they speak of."""

    version: str
    groups: list[Group]
    types: list[Type]


def read(document: Mapping[str, Any]) -> Reference:
    """An OpenAPI document as what the page shows."""
    groups: dict[str, list[Operation]] = {}
    types = [
        Type(name, schema.get("description", ""), _words(schema)[0], list(_fields(schema)))
        for name, schema in sorted(document["components"]["schemas"].items())
    ]
    fields = {one.name: one.fields for one in types}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                groups.setdefault(_group(path), []).append(
                    _operation(path, method, methods[method], fields)
                )
    named = [Group(name, groups[name]) for name in sorted(groups)]
    return Reference(document["info"]["version"], named, types)


def _group(path: str) -> str:
    parts = path.strip("/").split("/")
    if parts[0] != "api":
        return "The server itself"
    return _NAMES.get(parts[1]) or parts[1].replace("-", " ").capitalize()


def _operation(
    path: str, method: str, described: Mapping[str, Any], types: Mapping[str, list[Field]]
) -> Operation:
    content = described.get("requestBody", {}).get("content", {})
    schema = next(iter(content.values()))["schema"] if content else None
    body = _field("body", schema, required=True) if schema else None
    answers, problems = [], []
    for status, answer in sorted(described["responses"].items()):
        if status >= "400":
            problems.append((status, answer["description"]))
            continue
        for one in answer.get("content", {}).values():
            answers.append(_field(status, one.get("schema", {}), required=True))
    return Operation(
        anchor=f"{method}{re.sub('[^a-z0-9]+', '-', path)}",
        method=method.upper(),
        path=path,
        about=described.get("description", ""),
        parameters=[
            _field(one["name"], one["schema"], one.get("required", False), one.get("description"))
            for one in described.get("parameters", [])
        ],
        body=body,
        body_fields=types.get(body.link, []) if body else [],
        answers=answers,
        problems=problems,
    )


def _fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    required = set(schema.get("required", ()))
    for name, one in schema.get("properties", {}).items():
        yield _field(name, one, name in required, one.get("description"))


def _field(name: str, schema: Mapping[str, Any], required: bool, about: str | None = None) -> Field:
    words, link = _words(schema)
    return Field(name, words, link, required, about or _limits(schema))


def _words(schema: Mapping[str, Any]) -> tuple[str, str]:
    """A type in words, and the name of the type it is made of."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return name, name
    if match := _ID.match(schema.get("pattern", "")):
        return " | ".join(f"{one}_…" for one in match[1].strip("()").split("|")), ""
    for several in ("oneOf", "anyOf"):
        if several in schema:
            said = [_words(one) for one in schema[several] if one and one.get("type") != "null"]
            return " or ".join(words for words, _ in said), next((n for _, n in said if n), "")
    if schema.get("type") == "array":
        words, link = _words(schema["items"])
        return f"list of {words or 'anything'}", link
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"]), ""
    if schema.get("format") == "date-time":
        return "time, with its offset from UTC", ""
    return str(schema.get("type", "")), ""


_NAMES: Final = {"fx": "Exchange rates"}
_LIMITS: Final = {
    "minLength": "at least {} characters", "maxLength": "at most {} characters",
    "minItems": "at least {}", "maxItems": "at most {}", "minimum": "from {}",
    "maximum": "up to {}",
}  # fmt: skip


def _limits(schema: Mapping[str, Any]) -> str:
    said = [
        words.format(f"{int(schema[name]):,}") for name, words in _LIMITS.items() if name in schema
    ]
    if schema.get("default") not in (None, "", [], {}):
        said.append(f"{schema['default']} if left out")
    return ", ".join(said)
