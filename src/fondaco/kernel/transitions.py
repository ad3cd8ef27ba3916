"""State machines: every step is checked against the legal ones and kept."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from fondaco.kernel.commands import sql
from fondaco.kernel.db import Tx, as_json


class Step(msgspec.Struct, frozen=True):
    """One entity's move from one state to the next, by whom and because of which command."""

    entity: int
    machine: str
    src: str
    dst: str
    actor: str
    cause: int
    at: datetime


async def note_steps(tx: Tx, steps: Sequence[Step], bucket: int | None = None) -> None:
    """Keep steps; the database refuses one that is not legal or was taken before."""
    if steps:
        at = tx.bucket if bucket is None else bucket
        await tx.fetch(sql.note_steps, bucket=at, steps=as_json(steps))
