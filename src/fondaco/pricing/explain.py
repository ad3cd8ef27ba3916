"""Which commission rule applies to an offer, and why."""

from datetime import datetime

import msgspec

from fondaco import catalog, markets
from fondaco.kernel import Database, Tx
from fondaco.pricing.quote import line_fee


class Explained(msgspec.Struct, frozen=True):
    """What commission one unit of an offer pays, and every rule that was looked at."""

    offer: catalog.Offer
    price: int
    at: datetime
    commission: int
    vat: int
    considered: list[markets.Considered]


def sale_of(offer: catalog.Offer, path: tuple[int, ...], price: int, at: datetime) -> markets.Sale:
    """What commission rules are looked up by; `path` is the line of the offer's category."""
    return markets.Sale(offer.market, offer.seller, offer.product, path, price, offer.currency, at)


async def explain(
    source: Tx | Database, offer: int, price: int | None = None, at: datetime | None = None
) -> Explained | None:
    """Explain the commission of an offer at a unit price (None: its own) and time (None: now).

    Amounts are of one unit without discounts and tax. None if there is no such offer.
    """
    found = (await catalog.offers(source, [offer])).get(offer)
    if found is None:
        return None
    database = source.database if isinstance(source, Tx) else source
    paths = await catalog.lineage(source, [found.category])
    book = await markets.fees(source)
    price, at = found.price if price is None else price, at or database.clock()
    sale = sale_of(found, paths[found.category], price, at)
    amount, vat = line_fee(price, 0, book.rule(sale), book.policy(found.market, at))
    return Explained(found, price, at, amount, vat, book.explain(sale))
