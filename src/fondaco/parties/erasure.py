"""Taking a person's name off everything that parties keep."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from fondaco.kernel import Tx, as_json
from fondaco.parties.queries import sql

NOBODY: Final = "erased"
"""What stands where a name was."""


async def people_to_erase(tx: Tx, people: Sequence[int]) -> dict[int, int]:
    """Those of the people who are known and not erased yet, locked, and for how many they act."""
    ids = sorted(set(people))
    locked = await tx.fetch(sql.lock_people, bucket=tx.bucket, ids=ids)
    # Once the locks are held: whoever joined while we waited is seen, and nobody joins any more.
    acting = {row["person"]: row["n"] for row in await tx.fetch(sql.memberships, people=ids)}
    return {row["id"]: acting.get(row["id"], 0) for row in locked}


async def erase_people(tx: Tx, at: Mapping[int, datetime]) -> None:
    """Forget names and references of people, and revoke their keys; when, by person."""
    rows = [{"id": id_, "name": NOBODY, "at": at[id_]} for id_ in sorted(at)]
    ids = sorted(at)
    await tx.fetch(sql.erase_people, bucket=tx.bucket, ids=ids, rows=as_json(rows))
    await tx.fetch(sql.revoke_keys_of, parties=ids, rows=as_json(rows))
