"""Erasing buyers: who bought is forgotten, what was bought and paid stays in the books."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from fondaco import parties, payments
from fondaco.kernel import Batch, Command, Event, Refused, Row, Tx, command, publish
from fondaco.kernel.money import show
from fondaco.orders.queries import sql


class EraseBuyer(Command, frozen=True, kw_only=True, tag="erase_buyer"):
    """Forget a buyer's name, reference, keys, and words on purchases and disputes.

    Ids, amounts, countries, tax ids and the accounts that refunds go to stay, as books must.
    """

    buyer: int

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.buyer


class BuyerErased(msgspec.Struct, frozen=True, tag="buyer_erased"):
    """The buyer is forgotten, since when."""

    at: datetime


class ErasureRefusal(StrEnum):
    """Why a buyer was not erased; the first that applies."""

    UNKNOWN_BUYER = "unknown_buyer"
    ACTS_FOR_OTHERS = "acts_for_others"
    ORDERS_UNDER_WAY = "orders_under_way"
    CREDIT_LEFT = "credit_left"


@command(BuyerErased)
async def erase_buyer(tx: Tx, batch: Batch[EraseBuyer]) -> list[BuyerErased | Refused]:
    """Forget buyers. ErasureRefusal says why not; one already erased is unknown."""
    people = await parties.people_to_erase(tx, [one.buyer for one in batch])
    ids = sorted(people)
    under_way = {
        row["buyer"]: row["orders"] for row in await tx.fetch(sql.orders_under_way, buyers=ids)
    }
    credit = await payments.credit_left(tx, ids)
    erased: dict[int, datetime] = {}
    outcomes: list[BuyerErased | Refused] = []
    for one, at in zip(batch, batch.at, strict=True):
        refusal = _refusal(one.buyer, people, under_way, credit)
        if one.buyer in erased:
            refusal = Refused(ErasureRefusal.UNKNOWN_BUYER, "There is no such buyer.")
        if refusal is None:
            erased[one.buyer] = at
        outcomes.append(refusal or BuyerErased(at))
    await parties.erase_people(tx, erased)
    bought = await tx.fetch(sql.erase_references, buyers=sorted(erased))
    theirs: dict[int, list[int]] = {buyer: [] for buyer in erased}
    for row in bought:
        theirs[row["buyer"]].append(row["id"])
    publish(
        tx,
        [Event("buyer.erased", b, {"purchases": ids}, erased[b]) for b, ids in theirs.items()],
    )
    await tx.fetch(
        sql.erase_disputes, words=parties.NOBODY,
        buckets=sorted({row["bucket"] for row in bought}),
        purchases=sorted(row["id"] for row in bought),
    )  # fmt: skip
    return outcomes


def _refusal(
    buyer: int,
    people: Mapping[int, int],
    under_way: Mapping[int, int],
    credit: Mapping[int, list[Row]],
) -> Refused | None:
    if buyer not in people:
        return Refused(ErasureRefusal.UNKNOWN_BUYER, "There is no such buyer.")
    if people[buyer]:
        detail = "This person acts for an organisation, so the name has to stay."
        return Refused(ErasureRefusal.ACTS_FOR_OTHERS, detail)
    if (count := under_way.get(buyer, 0)) > 0:
        what = "an order is" if count == 1 else f"{count} orders are"
        detail = f"{what.capitalize()} still under way; they have to be closed first."
        return Refused(ErasureRefusal.ORDERS_UNDER_WAY, detail)
    if left := credit.get(buyer):
        sums = ", ".join(f"{show(row['amount'], row['currency'])}" for row in left)
        detail = f"The buyer's wallet holds {sums}, or is about to; it has to go first."
        return Refused(ErasureRefusal.CREDIT_LEFT, detail)
    return None
