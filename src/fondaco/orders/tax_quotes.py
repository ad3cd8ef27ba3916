"""Tax from an outside engine: asked before a purchase, kept, and good until it expires."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from fondaco import catalog, markets, pricing
from fondaco.kernel import Batch, Command, Database, Refused, Sent, Tx, as_json, command, run
from fondaco.markets import Prices
from fondaco.orders.model import PlaceLine
from fondaco.orders.queries import sql
from fondaco.orders.taxes import TaxedPart
from fondaco.pricing import TaxEngine, TaxQuestion

TAX_HOLDS: Final = timedelta(minutes=15)
"""How long a purchase may be made with the tax that an engine told."""

_Text = Annotated[str, msgspec.Meta(max_length=200)]


class Basket(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may buy, in the currency and at the prices of the market."""

    market: int
    lines: tuple[PlaceLine, ...]
    country: markets.CountryOrNone
    region: markets.Region = ""
    tax_id: Annotated[str, msgspec.Meta(max_length=40)] = ""


class KeepTax(Command, frozen=True, kw_only=True, tag="keep_tax"):
    """Keep what an engine told of a basket, so that a purchase may name it."""

    market: int
    country: str
    region: str
    tax_id: str
    engine: _Text
    reference: _Text
    lines: tuple[TaxedPart, ...]


class TaxQuoted(msgspec.Struct, frozen=True, tag="tax_quoted"):
    """The tax holds until then; `tax` is all of it."""

    id: int
    tax: int
    expires_at: datetime


class TaxQuoteRefusal(StrEnum):
    """Why an engine's tax was not kept; the first that applies."""

    UNKNOWN_MARKET = "unknown_market"
    UNKNOWN_OFFER = "unknown_offer"
    NOT_TAXED = "not_taxed"
    NO_ANSWER = "no_answer"
    IMPOSSIBLE_TAX = "impossible_tax"


@command(TaxQuoted)
async def keep_tax(tx: Tx, batch: Batch[KeepTax]) -> list[TaxQuoted | Refused]:
    """Keep engines' answers. TaxQuoteRefusal says why not."""
    known = await markets.markets(tx, [one.market for one in batch])
    outcomes: list[TaxQuoted | Refused] = []
    rows = []
    for one, at in zip(batch, batch.at, strict=True):
        market = known.get(one.market)
        if market is None:
            detail = "There is no such market."
            outcomes.append(Refused(TaxQuoteRefusal.UNKNOWN_MARKET, detail))
        elif market.tax is None:
            detail = "The market charges no tax."
            outcomes.append(Refused(TaxQuoteRefusal.NOT_TAXED, detail))
        elif not all(line.possible(market.tax.prices) for line in one.lines):
            detail = f"{one.engine} told a tax below zero, or over the price that it is in."
            outcomes.append(Refused(TaxQuoteRefusal.IMPOSSIBLE_TAX, detail))
        else:
            tax = sum(line.goods_tax + line.shipping_tax for line in one.lines)
            kept = TaxQuoted(tx.mint(), tax, at + TAX_HOLDS)
            rows.append(
                msgspec.structs.asdict(kept) | msgspec.structs.asdict(one) | {"created_at": at}
            )
            outcomes.append(kept)
    await tx.fetch(sql.insert_tax_quotes, bucket=tx.bucket, rows=as_json(rows))
    return outcomes


async def quote_taxes(
    database: Database, engine: TaxEngine, baskets: Sequence[Basket], principal: str,
    keys: Sequence[str],
) -> list[TaxQuoted | Refused | Exception]:  # fmt: skip
    """Ask an engine for the tax of baskets, in one batch, and keep its answers.

    No transaction is open while the engine is asked. A purchase that names the quote is taxed so;
    it must be of the same lines at the same prices, without discounts.
    """
    known = await markets.markets(database, [one.market for one in baskets])
    offers = await catalog.offers(database, [line.offer for one in baskets for line in one.lines])
    classes = await catalog.tax_classes(database, offers.values())
    outcomes: list[TaxQuoted | Refused | Exception | None] = [None] * len(baskets)
    asked: list[tuple[int, TaxQuestion]] = []
    for number, one in enumerate(baskets):
        found = _question(one, known, offers, classes)
        if isinstance(found, Refused):
            outcomes[number] = found
        else:
            asked.append((number, found))
    answers = await engine.taxes([question for _, question in asked]) if asked else []
    numbers, sent = [], []
    for (number, question), answer in zip(asked, answers, strict=True):
        if answer is None or len(answer.lines) != len(question.lines):
            detail = f"{engine.name} does not tell the tax of this basket."
            outcomes[number] = Refused(TaxQuoteRefusal.NO_ANSWER, detail)
            continue
        wish = _kept(baskets[number], question, answer, engine.name)
        numbers.append(number)
        sent.append(Sent(wish, principal, keys[number]))
    kept = await run(database, keep_tax, sent)
    for number, one_kept in zip(numbers, kept, strict=True):
        outcomes[number] = one_kept
    return [one for one in outcomes if one is not None]


def _question(
    one: Basket, known: dict[int, markets.Market], offers: dict[int, catalog.Offer],
    classes: dict[int, str],
) -> TaxQuestion | Refused:  # fmt: skip
    market = known.get(one.market)
    if market is None:
        return Refused(TaxQuoteRefusal.UNKNOWN_MARKET, "There is no such market.", "/market")
    lines = []
    for no, line in enumerate(one.lines):
        offer = offers.get(line.offer)
        if offer is None or offer.market != one.market:
            detail = "This market has no such offer."
            return Refused(TaxQuoteRefusal.UNKNOWN_OFFER, detail, f"/lines/{no}/offer")
        lines.append(
            pricing.TaxedLine(
                offer.seller, offer.id, classes[offer.id], line.quantity,
                line.quantity * offer.price, offer.shipping,
            )
        )  # fmt: skip
    if market.tax is None:
        return Refused(TaxQuoteRefusal.NOT_TAXED, "The market charges no tax.", "/market")
    return TaxQuestion(
        currency=market.currency, inclusive=market.tax.prices is Prices.INCLUSIVE,
        country=one.country, region=one.region, tax_id=one.tax_id, lines=tuple(lines),
    )  # fmt: skip


def _kept(one: Basket, asked: TaxQuestion, answer: pricing.TaxAnswer, engine: str) -> KeepTax:
    lines = tuple(
        TaxedPart(line.offer, line.quantity, line.goods, line.shipping, goods_tax, shipping_tax)
        for line, (goods_tax, shipping_tax) in zip(asked.lines, answer.lines, strict=True)
    )
    return KeepTax(
        market=one.market, country=one.country, region=one.region, tax_id=one.tax_id,
        engine=engine, reference=answer.reference, lines=lines,
    )  # fmt: skip
