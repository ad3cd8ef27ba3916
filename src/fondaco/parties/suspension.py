"""Suspending sellers and letting them sell again, in batches."""

from enum import StrEnum
from typing import Annotated, Any

import msgspec

from fondaco.kernel import Batch, Command, Event, Refused, Tx, as_json, command, publish
from fondaco.parties.model import Kind
from fondaco.parties.queries import organisations, sql

Why = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Suspend(Command, frozen=True, kw_only=True, tag="suspend"):
    """Let a seller sell nothing more; what is sold already goes on, and is paid out."""

    seller: int
    reason: Why
    by: Why

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.seller


class Reinstate(Command, frozen=True, kw_only=True, tag="reinstate"):
    """Let a suspended seller sell again."""

    seller: int
    by: Why

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.seller


class StandingChanged(msgspec.Struct, frozen=True, tag="standing_changed"):
    """What the seller is now: `active` or `suspended`."""

    state: str


class StandingRefusal(StrEnum):
    """Why a seller's standing was not changed; the first that applies."""

    UNKNOWN_SELLER = "unknown_seller"
    ALREADY_SUSPENDED = "already_suspended"
    NOT_SUSPENDED = "not_suspended"


@command(StandingChanged)
async def suspend(tx: Tx, batch: Batch[Suspend]) -> list[StandingChanged | Refused]:
    """Bar sellers from selling. StandingRefusal says why not."""
    first: dict[int, dict[str, Any]] = {}
    for one, at in zip(batch, batch.at, strict=True):
        row = {"id": tx.mint(), "seller": one.seller, "reason": one.reason, "by": one.by, "at": at}
        first.setdefault(one.seller, row)
    rows = [first[seller] for seller in sorted(first)]
    changed = await tx.fetch(
        sql.suspend_sellers, bucket=tx.bucket, sellers=sorted(first), rows=as_json(rows)
    )
    detail = "The seller is suspended already."
    already = Refused(StandingRefusal.ALREADY_SUSPENDED, detail)
    return await _outcomes(tx, batch, changed, StandingChanged("suspended"), already)


@command(StandingChanged)
async def reinstate(tx: Tx, batch: Batch[Reinstate]) -> list[StandingChanged | Refused]:
    """Let sellers sell again. StandingRefusal says why not."""
    first: dict[int, dict[str, Any]] = {}
    for one, at in zip(batch, batch.at, strict=True):
        first.setdefault(one.seller, {"seller": one.seller, "by": one.by, "at": at})
    rows = [first[seller] for seller in sorted(first)]
    changed = await tx.fetch(
        sql.reinstate_sellers, bucket=tx.bucket, sellers=sorted(first), rows=as_json(rows)
    )
    already = Refused(StandingRefusal.NOT_SUSPENDED, "The seller is not suspended.")
    return await _outcomes(tx, batch, changed, StandingChanged("active"), already)


async def _outcomes(
    tx: Tx,
    batch: Batch[Suspend] | Batch[Reinstate],
    changed: list[Any],
    done: StandingChanged,
    already: Refused,
) -> list[StandingChanged | Refused]:
    """The first of a seller in the batch changed it; who comes later finds it so."""
    left = {row["seller"] for row in changed}
    publish(tx, [Event("seller.standing_changed", seller, {}, tx.now) for seller in sorted(left)])
    known = await organisations(tx, [one.seller for one in batch])
    outcomes: list[StandingChanged | Refused] = []
    for one in batch:
        if one.seller not in known or known[one.seller]["kind"] != Kind.SELLER:
            detail = "There is no such seller."
            outcomes.append(Refused(StandingRefusal.UNKNOWN_SELLER, detail))
        elif one.seller in left:
            left.remove(one.seller)
            outcomes.append(done)
        else:
            outcomes.append(already)
    return outcomes
