"""State machines: every step is checked against the legal ones and kept."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from fondaco.kernel.db import Tx


class Step(msgspec.Struct, frozen=True):
    """One entity's move from one state to the next, by whom and because of which command."""

    entity: int
    machine: str
    src: str
    dst: str
    actor: str
    cause: int
    at: datetime


def note_steps(tx: Tx, steps: Sequence[Step]) -> None:
    """Keep steps with this transaction; the database refuses one that is not legal or was taken."""
    tx.steps += steps
