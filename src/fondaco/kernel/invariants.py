"""Invariants: SQL queries that must return no rows, kept by each domain in its own file."""

import re
from importlib import resources
from typing import Final, NamedTuple

from fondaco.kernel import sql as _sql
from fondaco.kernel.sql import Statement

_RULE: Final = re.compile(r"^-- name: (\w+)\n((?:-- .*\n)+)", re.MULTILINE)


class Invariant(NamedTuple):
    """A rule by name and in words; its query returns the rows that break it."""

    domain: str
    name: str
    statement: Statement
    rule: str


def invariants(package: str) -> list[Invariant]:
    """The rules in a domain's `sql/invariants.sql`, in file order, each with its comment."""
    domain = package.rsplit(".", 1)[-1]
    text = (resources.files(package) / "sql" / "invariants.sql").read_text(encoding="utf-8")
    rules = {name: " ".join(note.replace("-- ", "").split()) for name, note in _RULE.findall(text)}
    found = [(s.name.rsplit(".", 1)[-1], s) for s in _sql.load(package, only="invariants.sql")]
    return [Invariant(domain, name, statement, rules[name]) for name, statement in found]


INVARIANTS: list[Invariant] = invariants("fondaco.kernel")
