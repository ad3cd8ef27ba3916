"""Purchases as the API takes them: ids as text, minor units."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import msgspec

from fondaco import payments
from fondaco.kernel.edge import (
    Amount,
    BuyerId,
    Currency,
    MarketId,
    OfferId,
    QuoteId,
    TaxQuoteId,
    parsed,
)
from fondaco.kernel.ids import parse
from fondaco.markets import CountryOrNone, Region
from fondaco.orders.model import Coupons, Place, PlaceLine, Quantity, Reference, TaxIdText, Tender

Token = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class NewLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many units of an offer."""

    offer: OfferId
    quantity: Quantity


class NewPayment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it is paid: a token that the provider gave for the buyer's means of payment."""

    token: Token
    provider: Literal["sandbox", "stripe", "alipay", "bank"] = "sandbox"

    def __post_init__(self) -> None:
        if payments.looks_like_card(self.token):
            raise ValueError("a card number must never come here; send a token of the provider")


class NewGiftCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So much of a gift card, by its code."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    amount: Annotated[int, msgspec.Meta(ge=1, le=10**15)]


class NewPurchase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to buy. The operator names the buyer; with a buyer's own key it is that buyer.

    `expected_total`, when given, must be what it comes to. `currency` may be another than the
    market's where each offer is priced in it, or the purchase names a `quote`. `country` and
    `region` say where it goes, which is where tax is due; else that is the market's home. A
    business of another country that gives its `tax_id` is not charged tax.

    `wallet` is paid out of the buyer's store credit, then each of `gift_cards`, and `payment` pays
    the rest; without one they must pay it all.
    """

    market: MarketId
    lines: Annotated[list[NewLine], msgspec.Meta(min_length=1, max_length=500)]
    payment: NewPayment | None = None
    wallet: Amount = 0
    gift_cards: Annotated[list[NewGiftCard], msgspec.Meta(max_length=10)] = []
    buyer: BuyerId | None = None
    currency: Currency | None = None
    expected_total: Amount | None = None
    reference: Reference = ""
    country: CountryOrNone = ""
    region: Region = ""
    tax_id: TaxIdText = ""
    coupons: Coupons = ()
    quote: QuoteId | None = None
    tax_quote: TaxQuoteId | None = None

    def wish(self, buyer: int, cards: Sequence[str] = ()) -> Place:
        """The command that this asks for; `cards` are the tokens of its gift cards."""
        return Place(
            market=parse("mkt", self.market),
            buyer=buyer,
            lines=tuple(PlaceLine(parse("off", line.offer), line.quantity) for line in self.lines),
            tenders=tuple(self._tenders(buyer, cards)),
            currency=self.currency,
            expected_total=self.expected_total,
            reference=self.reference,
            country=self.country,
            region=self.region,
            tax_id=self.tax_id,
            coupons=self.coupons,
            quote=parsed("quo", self.quote),
            tax_quote=parsed("txq", self.tax_quote),
        )

    def _tenders(self, buyer: int, cards: Sequence[str]) -> Iterator[Tender]:
        if self.wallet:
            token = payments.token_of(payments.Purse.WALLET, buyer)
            yield Tender(payments.Purse.WALLET, token, self.wallet)
        for card, token in zip(self.gift_cards, cards, strict=True):
            yield Tender(payments.Purse.GIFT_CARD, token, card.amount)
        if self.payment is not None:
            yield Tender(self.payment.provider, self.payment.token)
