"""Reading lists and hits."""

from fondaco.kernel import Database, Invariant, Row, invariants, load_sql

sql = load_sql("fondaco.risk")

INVARIANTS: list[Invariant] = invariants("fondaco.risk")


async def lists(database: Database) -> list[Row]:
    """Each list's latest version: name, version, generation, entries, names, imported_at."""
    return await database.fetch(sql.latest_versions)


async def hits(database: Database, state: str, after: int, limit: int) -> list[Row]:
    """Hits in a state, by id: who, under which name, like whom on which list."""
    return await database.fetch(sql.hits, state=state, after=after, limit=limit)
