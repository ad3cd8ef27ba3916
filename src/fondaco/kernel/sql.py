"""SQL files: named statements with named parameters, loaded once at import.

A file holds statements introduced by `-- name: place`; comments after that line belong to the
statement. `:batch` becomes `$1`; a parameter used twice keeps its number.
"""

import re
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any, Final, NamedTuple

_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_COMMENT: Final = re.compile(r"--[^\n]*")
_PARAMETER: Final = re.compile(r"(?<![:\w]):([a-z_]\w*)")


class Statement(NamedTuple):
    """One SQL text with the order of its parameters."""

    name: str
    text: str
    parameters: tuple[str, ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the statement's order; a missing or unknown name is a bug."""
        if len(values) != len(self.parameters):
            raise TypeError(f"{self.name} takes {self.parameters}, not {tuple(values)}")
        return [values[name] for name in self.parameters]


class Statements:
    """The statements of one domain, as attributes."""

    def __init__(self, statements: Mapping[str, Statement]) -> None:
        self._statements = dict(statements)

    def __getattr__(self, name: str) -> Statement:
        try:
            return self.__dict__["_statements"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(f"no SQL statement named {name!r}") from None

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._statements.values())


def compile_statement(name: str, source: str) -> Statement:
    """Number the named parameters of one statement; comments go, so `:x` in one is harmless."""
    order: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[1] not in order:
            order.append(match[1])
        return f"${order.index(match[1]) + 1}"

    text = _PARAMETER.sub(number, _COMMENT.sub("", source)).strip().rstrip(";")
    return Statement(name, text, tuple(order))


def load(package: str, only: str | None = None) -> Statements:
    """All statements in the `sql/` folder of a package, or in one file of it.

    A name that comes twice is an error.
    """
    found: dict[str, Statement] = {}
    folder = resources.files(package) / "sql"
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".sql") or (only and file.name != only):
            continue
        parts = _NAME.split(file.read_text(encoding="utf-8"))
        for name, body in zip(parts[1::2], parts[2::2], strict=True):
            if name in found:
                raise ValueError(f"{package}: statement {name} is defined twice")
            found[name] = compile_statement(f"{package}.{name}", body)
    return Statements(found)
