"""The statements of search, and what must hold of its tables."""

from fondaco.kernel import Invariant, invariants, load_sql

sql = load_sql("fondaco.search")

INVARIANTS: list[Invariant] = invariants("fondaco.search")
