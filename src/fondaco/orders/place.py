"""Placing purchases: quote, promise units first come first served, and split over sellers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fondaco import campaigns, catalog, markets, parties, payments, pricing, stock
from fondaco.kernel import Batch, Event, Refused, Tx, as_json, command, publish
from fondaco.kernel.ids import MAX_CHILDREN
from fondaco.kernel.money import MAX_AMOUNT, show
from fondaco.orders.coupons import Coupons, Parts, less, open_coupons
from fondaco.orders.listing import Listing, open_listing
from fondaco.orders.model import Place, Placed, PlaceRefusal
from fondaco.orders.queries import sql
from fondaco.orders.split import PaidIn, Sold, Split
from fondaco.orders.taxes import Duty, Taxes, open_taxes


@command(Placed)
async def place(tx: Tx, batch: Batch[Place]) -> list[Placed | Refused]:
    """Place purchases. PlaceRefusal says why not.

    Each purchase gets all its lines or none: one that is refused takes nothing from the shelf,
    so it never harms the others in its batch. Purchases are decided in order of arrival.
    """
    counter = await _open_counter(tx, batch)
    outcomes = [
        counter.place(one, cause, at)
        for one, cause, at in zip(batch, batch.ids, batch.at, strict=True)
    ]
    await counter.write(tx)
    return outcomes


async def _open_counter(tx: Tx, batch: Sequence[Place]) -> "_Counter":
    wanted: Counter[int] = Counter()
    for one in batch:
        for line in one.lines:
            wanted[line.offer] += line.quantity
    offers = await catalog.offers(tx, list(wanted))
    market_ids = [one.market for one in batch]
    sellers = [offer.seller for offer in offers.values()]
    people, active = await parties.standing(tx, [one.buyer for one in batch], sellers)
    known = await markets.markets(tx, market_ids)
    fees = await markets.fees(tx)
    lineage = await catalog.lineage(tx, {offer.category for offer in offers.values()})
    taxes = await open_taxes(tx, batch, known, offers)
    listing = await open_listing(tx, batch, known)
    units = {id_: wanted[id_] for id_ in offers}
    shelf = await stock.read_shelf(tx, units)
    scarce = shelf.scarce(units)
    coupons = await open_coupons(tx, batch, offers.values(), lineage, lock=scarce)
    if scarce:  # locked after the campaigns, as every batch does
        shelf = await stock.lock_shelf(tx, units)
    elif coupons.locked:  # others may have come between while it waited
        shelf = await stock.open_shelf(tx, units)
    return _Counter(
        tx,
        offers,
        known,
        fees,
        lineage,
        people,
        active,
        listing,
        taxes,
        coupons,
        shelf,
    )


class _Counter:
    """What a batch of purchases is decided on, and what it writes."""

    def __init__(
        self, tx: Tx, offers: dict[int, catalog.Offer], known: dict[int, markets.Market],
        fees: markets.Fees, lineage: Mapping[int, tuple[int, ...]], people: set[int],
        sellers: Mapping[int, str], listing: Listing, taxes: Taxes, coupons: Coupons,
        shelf: stock.Shelf,
    ) -> None:  # fmt: skip
        self._tx = tx
        self._offers, self._markets, self._fees = offers, known, fees
        self._lineage = lineage
        self._people, self._sellers, self._shelf = people, sellers, shelf
        self._listing, self._taxes, self._coupons = listing, taxes, coupons
        self._purchases: list[dict[str, Any]] = []
        self._split = Split(shelf)
        self._payments: list[payments.NewPayment] = []
        self._events: list[Event] = []

    def place(self, one: Place, cause: int, at: datetime) -> Placed | Refused:
        refusal = self._refusal(one, at)
        if refusal is not None:
            return refusal
        market = self._listing.sold_in(one, self._markets[one.market])
        offers = self._listing.offers(one, market.currency, self._offers)
        duty = self._taxes.duty(one, market, offers, at)
        if isinstance(duty, Refused):
            return duty
        units, parts = _prices(one, offers, duty)
        deal = self._coupons.deal(
            one, offers, parts, at, abroad=market.currency != self._markets[one.market].currency
        )
        if isinstance(deal, Refused):
            return deal
        refusal = duty.refusal(one, parts, reduced=bool(deal.shares))
        if refusal is not None:
            return refusal
        lines = self._sold(one, offers, units, parts, deal, duty, at)
        total = sum(line.quote.cash for line in lines)
        refusal = self._money_refusal(one, market, total) or self._stock_refusal(one)
        if refusal is not None:
            return refusal
        placed = self._write_down(one, market, duty, lines, total, at)
        self._coupons.use(deal, placed.purchase, one.buyer, at)
        return placed

    def _sold(
        self, one: Place, offers: Sequence[catalog.Offer], units: Sequence[int],
        parts: Sequence[Parts], deal: campaigns.Deal, duty: Duty, at: datetime,
    ) -> list[Sold]:  # fmt: skip
        """The lines with their discounts, tax and commission."""
        shares = deal.by_line(len(parts))
        reduced = parts
        if deal.shares:
            reduced = [less(part, off) for part, off in zip(parts, shares, strict=True)]
        sold = []
        for no, (goods, shipping) in enumerate(duty.charge([o.seller for o in offers], reduced)):
            offer = offers[no]
            sale = pricing.sale_of(offer, self._lineage[offer.category], units[no], at)
            quote = pricing.quote_line(
                units[no], goods, shipping, self._fees.rule(sale),
                self._fees.policy(offer.market, at),
                tax_added=duty.added, tax_withheld=duty.withheld,
            )  # fmt: skip
            sold.append(Sold(offer, one.lines[no].quantity, quote, duty.of(no), shares[no]))
        return sold

    def _refusal(self, one: Place, at: datetime) -> Refused | None:
        market = self._markets.get(one.market)
        if market is None:
            return Refused(PlaceRefusal.UNKNOWN_MARKET, "There is no such market.", "/market")
        if one.buyer not in self._people:
            return Refused(PlaceRefusal.UNKNOWN_BUYER, "There is no such buyer.", "/buyer")
        if not one.lines and not one.lenient:
            return Refused(PlaceRefusal.EMPTY, "A purchase needs at least one line.", "/lines")
        if (refusal := self._listing.refusal(one, market, at)) is not None:
            return refusal
        for no, line in enumerate(one.lines):
            offer = self._offers.get(line.offer)
            where = f"/lines/{no}/offer"
            if offer is None or offer.market != one.market:
                detail = "This market has no such offer."
                return Refused(PlaceRefusal.UNKNOWN_OFFER, detail, where)
            if not offer.active:
                detail = "The seller has withdrawn this offer."
                return Refused(PlaceRefusal.OFFER_WITHDRAWN, detail, where)
            if offer.seller not in self._sellers:
                detail = "The seller may not sell at present."
                return Refused(PlaceRefusal.SELLER_SUSPENDED, detail, where)
        if len({self._offers[line.offer].seller for line in one.lines}) > MAX_CHILDREN:
            detail = f"A purchase can be from at most {MAX_CHILDREN} sellers."
            return Refused(PlaceRefusal.TOO_MANY_SELLERS, detail, "/lines")
        return None

    def _money_refusal(self, one: Place, market: markets.Market, total: int) -> Refused | None:
        if total > MAX_AMOUNT:
            detail = f"A purchase can be worth at most {show(MAX_AMOUNT, market.currency)}."
            return Refused(PlaceRefusal.TOO_MUCH, detail, "/lines")
        if one.expected_total is not None and one.expected_total != total:
            detail = f"The total is {show(total, market.currency)} now."
            return Refused(PlaceRefusal.PRICE_CHANGED, detail, "/expected_total")
        amounts = [tender.due(total, one.tenders) for tender in one.tenders]
        if any(amount < 0 for amount in amounts):
            detail = "A tender cannot be negative."
            return Refused(PlaceRefusal.WRONG_TENDERS, detail, "/tenders")
        if not one.lenient and sum(amounts) != total:
            detail = f"The tenders must add up to {show(total, market.currency)}."
            return Refused(PlaceRefusal.WRONG_TENDERS, detail, "/tenders")
        return None

    def _stock_refusal(self, one: Place) -> Refused | None:
        wanted: dict[int, int] = {}
        for no, line in enumerate(one.lines):
            wanted[line.offer] = wanted.get(line.offer, 0) + line.quantity
            free = self._shelf.free(line.offer)
            if wanted[line.offer] > free:
                detail = f"Only {free} left." if free else "Sold out."
                return Refused(PlaceRefusal.SOLD_OUT, detail, f"/lines/{no}/quantity")
        return None

    def _paid_in(self, one: Place) -> PaidIn:
        """What sellers are paid in: their own choice; of what is sold at a quoted rate, the
        currency that they price in.
        """
        return PaidIn(
            self._sellers, self._markets[one.market].currency, self._listing.settle_rate(one)
        )

    def _write_down(
        self, one: Place, market: markets.Market, duty: Duty, lines: Sequence[Sold], total: int,
        at: datetime,
    ) -> Placed:  # fmt: skip
        purchase = self._tx.mint()
        pay_by = at + market.timers.pay_within
        paid_in = self._paid_in(one)
        orders = self._split.add(purchase, market, lines, paid_in, pay_by, at)
        self._purchases.append(
            {
                "id": purchase,
                "market": market.id,
                "buyer": one.buyer,
                "currency": market.currency,
                "total": total,
                "reference": one.reference,
                "lenient": one.lenient,
                "pay_by": pay_by,
                "placed_at": at,
                "country": duty.country,
                "region": duty.region,
                "tax_id": duty.tax_id,
                "quote": one.quote,
                "tax_quote": one.tax_quote,
            }
        )
        tenders = [
            payments.NewPayment(
                id=self._tx.mint(), purchase=purchase, provider=tender.provider,
                token=tender.token, currency=market.currency, amount=tender.due(total, one.tenders),
                due_at=at + payments.ASK_AGAIN, created_at=at,
            )
            for tender in one.tenders
        ]  # fmt: skip
        self._payments += tenders
        payload = {"purchase": purchase, "market": market.id, "total": total}
        self._events.append(Event("purchase.placed", purchase, payload, at))
        ids = tuple(tender.id for tender in tenders)
        return Placed(purchase, market.currency, total, pay_by, orders, ids)

    async def write(self, tx: Tx) -> None:
        if not self._purchases:
            return
        await tx.fetch(
            sql.insert_purchases,
            bucket=tx.bucket,
            purchases=as_json(self._purchases),
            orders=as_json(self._split.orders),
            lines=as_json(self._split.lines),
            discounts=as_json(self._split.discounts),
        )
        await self._coupons.write(tx)
        await payments.open_payments(tx, self._payments)
        await self._shelf.write(tx)  # last, for others wait for these levels until the commit
        publish(tx, self._events)


def _prices(
    one: Place, offers: Sequence[catalog.Offer], duty: Duty
) -> tuple[list[int], list[Parts]]:
    """Each line's unit price, and its goods and shipping, before any discount."""
    units, parts = [], []
    for no, (line, offer) in enumerate(zip(one.lines, offers, strict=True)):
        agreed = (line.agreed.unit_price, line.agreed.shipping) if line.agreed else None
        unit_price, _, sent = pricing.list_price(offer, line.quantity, agreed)
        unit_price, sent = duty.bare(no, unit_price, sent)
        units.append(unit_price)
        parts.append((pricing.Part(line.quantity * unit_price), pricing.Part(sent)))
    return units, parts
