"""Invariants: SQL queries that must return no rows, kept by each domain in its own file."""

from typing import NamedTuple

from fondaco.kernel import sql as _sql
from fondaco.kernel.sql import Statement


class Invariant(NamedTuple):
    """A rule by name; its query returns the rows that break it."""

    domain: str
    name: str
    statement: Statement


def invariants(package: str) -> list[Invariant]:
    """The rules in a domain's `sql/invariants.sql`, in file order."""
    domain = package.rsplit(".", 1)[-1]
    found = _sql.load(package, only="invariants.sql")
    return [Invariant(domain, s.name.rsplit(".", 1)[-1], s) for s in found]
