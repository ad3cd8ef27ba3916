"""Coupons and campaigns of purchases: what comes off each line, and uses given back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from fondaco import campaigns, catalog
from fondaco.campaigns import Deal, Share
from fondaco.kernel import Refused, Tx
from fondaco.orders.model import Place
from fondaco.orders.queries import sql
from fondaco.pricing import Part

Parts = tuple[Part, Part]
"""The goods and the shipping of a line."""


class Coupons:
    """The campaigns that the purchases of a batch may use."""

    def __init__(
        self, desk: campaigns.Desk, lineage: Mapping[int, tuple[int, ...]],
        products: Mapping[int, int],
    ) -> None:  # fmt: skip
        self._desk, self._lineage, self._products = desk, lineage, products
        self.locked = desk.locked

    def deal(
        self, one: Place, offers: Sequence[catalog.Offer], parts: Sequence[Parts], at: datetime,
        *, abroad: bool,
    ) -> Deal | Refused:  # fmt: skip
        """What a purchase gets off its lines, or why a coupon is refused.

        A price that was agreed is left as it is: nothing comes off such a line. Campaigns are in
        their market's currency; a purchase in another (`abroad`) gets none.
        """
        if abroad and one.coupons:
            detail = "Coupons are for purchases in the currency of the market."
            return Refused(campaigns.CouponRefusal.FOREIGN_COUPON, detail, "/coupons/0")
        if abroad or not self._desk.concerns(one.market, one.coupons):
            return campaigns.NO_DEAL
        lines = []
        for line, offer, (goods, shipping) in zip(one.lines, offers, parts, strict=True):
            listed = line.agreed is None
            lines.append(
                campaigns.Line(
                    offer.seller, self._lineage[offer.category],
                    self._products.get(offer.variant), offer.id, line.quantity,
                    goods.price if listed else 0, shipping.price if listed else 0,
                )
            )  # fmt: skip
        return self._desk.deal(one.market, one.buyer, one.coupons, lines, at)

    def use(self, deal: Deal, purchase: int, buyer: int, at: datetime) -> None:
        """Count what a purchase got, now that it stands."""
        self._desk.use(deal, purchase, buyer, at)

    async def write(self, tx: Tx) -> None:
        """Write the uses."""
        await self._desk.write(tx)


async def open_coupons(
    tx: Tx, batch: Sequence[Place], offers: Iterable[catalog.Offer],
    lineage: Mapping[int, tuple[int, ...]], *, lock: bool,
) -> Coupons:  # fmt: skip
    """Read the campaigns that a batch may use; nothing is read where it may use none.

    They are locked where little is left of one, or at the caller's wish.
    """
    shoppers = [campaigns.Shopper(one.market, one.buyer, one.coupons) for one in batch]
    desk = await campaigns.open_desk(tx, shoppers, lock=lock)
    products: dict[int, int] = {}
    if desk.by_product:
        products = await catalog.products_of(tx, {offer.variant for offer in offers})
    return Coupons(desk, lineage, products)


def less(part: Parts, shares: Iterable[Share]) -> Parts:
    """A line's goods and shipping with what campaigns take off them."""
    goods, shipping = part
    for one in shares:
        if one.goods_seller_off or one.goods_platform_off:
            goods = goods.plus(Part(0, one.goods_seller_off, one.goods_platform_off))
        if one.shipping_seller_off or one.shipping_platform_off:
            shipping = shipping.plus(Part(0, one.shipping_seller_off, one.shipping_platform_off))
    return goods, shipping


async def give_back_uses(tx: Tx, closed: Mapping[int, datetime], orders: Sequence[int]) -> None:
    """Give back what no order of these purchases uses any more, now that their rows are written.

    `closed` has each purchase with the time. A use is given back when every order that it took
    something off has expired, or was cancelled without having been shipped.
    """
    rows = await tx.fetch(
        sql.unused_discounts, bucket=tx.bucket, purchases=sorted(closed), orders=sorted(orders)
    )
    uses = [
        campaigns.Use(row["campaign"], row["purchase"], closed[row["purchase"]]) for row in rows
    ]
    if uses:
        await campaigns.give_back(tx, uses)
