"""Screening: comparing parties with the lists, and what people decide of hits."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from fondaco import parties
from fondaco.kernel import Batch, Database, Refused, Row, Tx, as_json, command
from fondaco.risk.model import (
    DecideHit,
    HitDecided,
    HitRefusal,
    Screen,
    Screened,
)
from fondaco.risk.names import Listed, Match, Watchlist
from fondaco.risk.queries import sql

_WATCHED: WeakKeyDictionary[Database, tuple[int, Watchlist]] = WeakKeyDictionary()
"""The lists as they are compared with, kept by each process until another generation comes."""


async def barred(tx: Tx, whom: Collection[int], at: datetime) -> dict[int, str]:
    """Which of these parties of the bucket may not be paid, and the list that bars them.

    Compares those first whose names or the lists have changed since they last were. Where no list
    was ever imported nobody is barred.
    """
    versions = await tx.fetch(sql.latest_versions)
    if not versions or not whom:
        return {}
    generation = max(row["generation"] for row in versions)
    names = await parties.names_of(tx, whom)
    found = await tx.fetch(sql.screenings, bucket=tx.bucket, parties=sorted(names))
    fresh = {row["party"] for row in found if _fresh(row, names, generation)}
    stale = {party: names[party] for party in sorted(set(names) - fresh)}
    if stale:
        await _compare(tx, stale, versions, generation, at)
        found = await tx.fetch(sql.screenings, bucket=tx.bucket, parties=sorted(names))
    return {
        row["party"]: f"{row['list']} of {row['version']}"
        for row in found
        if row["list"] is not None
    }


def _fresh(row: Row, names: Mapping[int, Sequence[str]], generation: int) -> bool:
    return row["generation"] == generation and list(row["names"]) == names[row["party"]]


async def _compare(
    tx: Tx, names: Mapping[int, Sequence[str]], versions: Sequence[Row], generation: int,
    at: datetime,
) -> None:  # fmt: skip
    """Compare parties with the lists, and keep what was found."""
    watched = await _watchlist(tx, versions, generation)
    flat = [(party, name) for party, every in names.items() for name in every]
    matches = await asyncio.to_thread(watched.matches, [name for _, name in flat])
    found = {
        (party, one.listed.list, one.listed.entry, one.name, one.listed.digest): one
        for (party, _), several in zip(flat, matches, strict=True)
        for one in several
    }
    await _keep_hits(tx, sorted(names), found, at)
    rows = [
        {"party": party, "names": every, "generation": generation, "at": at}
        for party, every in names.items()
    ]
    await tx.fetch(sql.keep_screenings, bucket=tx.bucket, rows=as_json(rows))


async def _keep_hits(
    tx: Tx, whom: Sequence[int], found: Mapping[tuple[Any, ...], Match], at: datetime
) -> None:
    """Write new hits, and withdraw those that are none any more.

    What was cleared stays so: another name of the party, or anything new about the entry, is
    another hit.
    """
    known = {
        (row["party"], row["list"], row["entry"], row["name"], row["digest"]): row
        for row in await tx.fetch(sql.hits_of, bucket=tx.bucket, parties=whom)
    }
    moved = [
        {"id": row["id"], "state": "withdrawn", "at": at}
        for key, row in known.items()
        if key not in found and row["state"] in ("open", "confirmed")
    ] + [
        {"id": row["id"], "state": "open", "at": at}
        for key, row in known.items()
        if key in found and row["state"] == "withdrawn"
    ]
    fresh = [
        {
            "id": tx.mint(), "party": key[0], "name": one.name, "list": one.listed.list,
            "version": one.listed.version, "entry": one.listed.entry,
            "listed_name": one.listed.name, "digest": one.listed.digest.hex(),
            "score": one.score, "at": at,
        }
        for key, one in found.items()
        if key not in known
    ]  # fmt: skip
    if moved:
        await tx.fetch(
            sql.move_hits, bucket=tx.bucket, ids=[one["id"] for one in moved], rows=as_json(moved)
        )
    if fresh:
        await tx.fetch(sql.insert_hits, bucket=tx.bucket, rows=as_json(fresh))


async def _watchlist(tx: Tx, versions: Sequence[Row], generation: int) -> Watchlist:
    kept = _WATCHED.get(tx.database)
    if kept is None or kept[0] != generation:
        version = {row["name"]: row["version"] for row in versions}
        rows = await tx.fetch(sql.names, lists=sorted(version))
        listed = [
            Listed(row["list"], version[row["list"]], row["entry"], row["name"], row["digest"])
            for row in rows
        ]
        kept = _WATCHED[tx.database] = (generation, await asyncio.to_thread(Watchlist, listed))
    return kept[1]


@command(Screened)
async def screen(tx: Tx, batch: Batch[Screen]) -> list[Screened | Refused]:
    """Compare parties with the lists now, if they have not been."""
    stops: dict[int, str] = {}
    for at, several in groupby(zip(batch.at, batch, strict=True), lambda one: one[0]):
        stops |= await barred(tx, {one.party for _, one in several}, at)
    return [Screened(one.party in stops) for one in batch]


@command(HitDecided)
async def decide_hit(tx: Tx, batch: Batch[DecideHit]) -> list[HitDecided | Refused]:
    """Write down who parties with listed names are. HitRefusal says why not.

    What was decided can be decided anew; the last word stands.
    """
    ids = sorted({one.hit for one in batch})
    rows = await tx.fetch(sql.lock_hits, bucket=tx.bucket, ids=ids)
    hits = {row["id"]: dict(row) for row in rows}
    outcomes: list[HitDecided | Refused] = []
    decided: dict[int, dict[str, Any]] = {}
    for one, at in zip(batch, batch.at, strict=True):
        hit = hits.get(one.hit)
        if hit is None:
            outcomes.append(Refused(HitRefusal.UNKNOWN_HIT, "There is no such hit."))
        elif hit["state"] == "withdrawn":
            detail = "The name or the entry is no more; there is nothing to decide."
            outcomes.append(Refused(HitRefusal.WITHDRAWN, detail))
        else:
            state = "confirmed" if one.same else "cleared"
            if one.same and hit["state"] == "cleared":
                hit["blocked_since"] = at
            hit["state"] = state
            decided[one.hit] = hit | {"by": one.by, "at": at, "reason": one.reason}
            outcomes.append(HitDecided(state))
    await tx.fetch(
        sql.decide_hits, bucket=tx.bucket, ids=sorted(decided), rows=as_json([*decided.values()])
    )
    return outcomes
