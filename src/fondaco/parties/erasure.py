"""Taking a person's name off everything that parties keep."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from fondaco.kernel import Row, Tx, as_json
from fondaco.parties.queries import sql

NOBODY: Final = "erased"
"""What stands where a name was."""


async def people_to_erase(tx: Tx, people: Sequence[int]) -> dict[int, Row]:
    """Those of the people who are known and not erased yet, locked, with `memberships`."""
    rows = await tx.fetch(sql.lock_people, bucket=tx.bucket, ids=sorted(set(people)))
    return {row["id"]: row for row in rows}


async def erase_people(tx: Tx, at: Mapping[int, datetime]) -> None:
    """Forget names and references of people, and revoke their keys; when, by person."""
    rows = [{"id": id_, "name": NOBODY, "at": at[id_]} for id_ in sorted(at)]
    ids = sorted(at)
    await tx.fetch(sql.erase_people, bucket=tx.bucket, ids=ids, rows=as_json(rows))
    await tx.fetch(sql.revoke_keys_of, parties=ids, rows=as_json(rows))
