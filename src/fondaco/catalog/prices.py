"""Price lists: what offers cost in other currencies than their market's."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import msgspec

from fondaco.catalog.model import Price
from fondaco.catalog.queries import offers, sql
from fondaco.kernel import Batch, Command, Database, Refused, Tx, as_json, command
from fondaco.kernel.ids import bucket_of
from fondaco.kernel.money import in_use


class SetPrice(Command, frozen=True, kw_only=True, tag="set_price"):
    """Price an offer in a currency other than its market's; `price` None takes it off the list.

    Minor units of that currency. `seller` set: only that seller's own offer.
    """

    offer: int
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$(?!\\n)")]
    price: Price | None
    shipping: Price = 0
    seller: int | None = None

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.offer


class PriceSet(msgspec.Struct, frozen=True, tag="price_set"):
    """The price stands."""

    offer: int


class PriceRefusal(StrEnum):
    """Why a price was refused; the first that applies."""

    UNKNOWN_OFFER = "unknown_offer"
    UNKNOWN_CURRENCY = "unknown_currency"
    OWN_CURRENCY = "own_currency"


@command(PriceSet)
async def set_price(tx: Tx, batch: Batch[SetPrice]) -> list[PriceSet | Refused]:
    """Price offers in further currencies. PriceRefusal says why not.

    The same offer and currency twice in one batch: the later one stands.
    """
    known = await offers(tx, [one.offer for one in batch])
    outcomes: list[PriceSet | Refused] = []
    new: dict[tuple[int, str], dict[str, object]] = {}
    for one, at in zip(batch, batch.at, strict=True):
        offer = known.get(one.offer)
        if offer is None or one.seller not in (None, offer.seller):
            outcomes.append(Refused(PriceRefusal.UNKNOWN_OFFER, "There is no such offer."))
        elif not in_use(one.currency):
            detail = f"{one.currency} is not a currency in use."
            outcomes.append(Refused(PriceRefusal.UNKNOWN_CURRENCY, detail, "/currency"))
        elif one.currency == offer.currency:
            detail = f"{one.currency} is the currency of the offer itself; change the offer."
            outcomes.append(Refused(PriceRefusal.OWN_CURRENCY, detail, "/currency"))
        else:
            new[one.offer, one.currency] = {
                "offer": one.offer, "currency": one.currency, "price": one.price,
                "shipping": one.shipping, "at": at,
            }  # fmt: skip
            outcomes.append(PriceSet(one.offer))
    rows = [new[key] for key in sorted(new)]
    await tx.fetch(sql.set_prices, bucket=tx.bucket, rows=as_json(rows))
    return outcomes


async def prices(
    source: Tx | Database, ids: Sequence[int], currencies: Sequence[str]
) -> dict[tuple[int, str], tuple[int, int]]:
    """Price and shipping of offers by offer and currency, where they have one."""
    database = source.database if isinstance(source, Tx) else source
    unique = sorted(set(ids))
    rows = await source.fetch(
        sql.offer_prices, offers=unique, currencies=sorted(set(currencies)),
        buckets=sorted({bucket_of(one, database.buckets) for one in unique}),
    )  # fmt: skip
    return {(row["offer"], row["currency"]): (row["price"], row["shipping"]) for row in rows}
