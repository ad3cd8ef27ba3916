"""Reading who is who."""

from collections.abc import Collection, Sequence
from datetime import datetime

from fondaco.kernel import Database, Invariant, Row, Tx, invariants, load_sql
from fondaco.kernel.ids import bucket_of
from fondaco.parties.model import Access, Kind, Scope

sql = load_sql("fondaco.parties")

INVARIANTS: list[Invariant] = invariants("fondaco.parties")


async def known_people(tx: Tx, ids: Sequence[int]) -> set[int]:
    """Those of the ids that are people, who are not erased before the transaction ends."""
    rows = await tx.fetch(sql.known_people, **_addressed(tx, ids))
    return {row["id"] for row in rows}


async def known_organisations(tx: Tx, ids: Sequence[int]) -> set[int]:
    """Those of the ids that are organisations."""
    rows = await tx.fetch(sql.organisations, **_addressed(tx, ids))
    return {row["id"] for row in rows}


async def standing(
    tx: Tx, people: Sequence[int], organisations: Sequence[int]
) -> tuple[set[int], dict[int, str]]:
    """Those of the ids that are people, and those that are organisations which may trade.

    With each organisation the currency that it is paid in, nothing for whatever it sells in. The
    people are not erased before the transaction ends.
    """
    addressed = _addressed(tx, people)
    rows = await tx.fetch(
        sql.standing, people=addressed["ids"], people_buckets=addressed["buckets"],
        **_addressed(tx, organisations),
    )  # fmt: skip
    return (
        {row["id"] for row in rows if row["person"]},
        {row["id"]: row["paid_in"] for row in rows if not row["person"]},
    )


async def organisations(source: Tx | Database, ids: Sequence[int]) -> dict[int, Row]:
    """Organisations by id: name, kind, place, reference, state, payout account and if verified."""
    database = source.database if isinstance(source, Tx) else source
    rows = await source.fetch(sql.organisations, **_addressed_in(database, ids))
    return {row["id"]: row for row in rows}


async def names_of(tx: Tx, ids: Collection[int]) -> dict[int, list[str]]:
    """Organisations' own names, each followed by its owners'."""
    known = await organisations(tx, sorted(ids))
    owners = await tx.fetch(sql.owners, **_addressed(tx, sorted(ids)))
    people = await tx.fetch(sql.people, **_addressed(tx, [row["person"] for row in owners]))
    named = {row["id"]: row["name"] for row in people}
    names = {id_: [row["name"]] for id_, row in known.items()}
    for row in owners:
        names[row["organisation"]].append(named[row["person"]])
    return names


async def sellers_after(database: Database, bucket: int, after: int, limit: int) -> list[int]:
    """Sellers of a bucket in the order of their founding, beginning after one."""
    rows = await database.fetch(sql.sellers_after, bucket=bucket, after=after, limit=limit)
    return [row["id"] for row in rows]


async def operator(database: Database) -> int | None:
    """The operator's organisation; None while there is none."""
    rows = await database.fetch(sql.operator)
    return rows[0]["id"] if rows else None


async def keys_of(database: Database, party: int, after: str, limit: int) -> list[Row]:
    """A party's API keys by prefix: prefix, kind, scopes, created_at, expires_at, revoked_at."""
    return await database.fetch(sql.keys_of, party=party, after=after, limit=limit)


def key_state(key: Row, now: datetime) -> str:
    """Whether a key of `keys_of` works now, has expired, or was revoked."""
    if key["revoked_at"] is not None:
        return "revoked"
    return "expired" if key["expires_at"] and key["expires_at"] <= now else "works"


async def list_sellers(database: Database, after: tuple[str, int], limit: int) -> list[Row]:
    """Sellers by name, beginning after a (name, id)."""
    return await database.fetch(sql.list_sellers, name=after[0], id=after[1], limit=limit)


async def suspensions_of(database: Database, seller: int, before: int, limit: int) -> list[Row]:
    """When a seller could not sell, and why: latest first, beginning before an id."""
    return await database.fetch(
        sql.suspensions_of,
        bucket=bucket_of(seller, database.buckets), seller=seller, before=before, limit=limit,
    )  # fmt: skip


async def access_of(database: Database, hash_: bytes) -> Access | None:
    """What the key with this hash opens; None when unknown or revoked. Expiry is the caller's."""
    rows = await database.fetch(sql.access_of, hash=hash_)
    if not rows:
        return None
    row = rows[0]
    scopes = frozenset(Scope(scope) for scope in row["scopes"])
    return Access(row["party"], Kind(row["kind"]), scopes, row["prefix"], row["expires_at"])


def _addressed(tx: Tx, ids: Sequence[int]) -> dict[str, list[int]]:
    return _addressed_in(tx.database, ids)


def _addressed_in(database: Database, ids: Sequence[int]) -> dict[str, list[int]]:
    unique = sorted(set(ids))
    return {"ids": unique, "buckets": [bucket_of(one, database.buckets) for one in unique]}
