"""The clerk's counter: pricing a basket, and turning it into orders."""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from tests.clerk.accounts import Accounts
from tests.clerk.campaigns import Campaigns, Priced
from tests.clerk.rules import ABROAD, HOME, PAY_WITHIN, RATES, Offer, Rules, Said
from tests.clerk.sums import Part, deal, half_up
from tests.clerk.things import Line, Order, Payment


@dataclass(frozen=True)
class Tender:
    """So much of a purchase, out of a purse of the house's or from a provider."""

    amount: int
    provider: str = "sandbox"
    purse: int = 0


@dataclass(frozen=True)
class Basket:
    """What is to be bought, by whom; `abroad` it is sent to another country, `exempt` to a
    business there.
    """

    wanted: list[tuple[int, int]]
    coupons: tuple[str, ...] = ()
    buyer: int = 0
    abroad: bool = False
    exempt: bool = False
    tenders: list[Tender] = field(default_factory=list)


class Counter(Accounts):
    """Prices, and takes orders."""

    def __init__(self, rules: Rules, offers: list[Offer]) -> None:
        super().__init__(rules, offers)
        self.campaigns = Campaigns()

    def total(self, basket: Basket) -> int:
        """What a basket costs, as far as its coupons may be used."""
        lines = self._listed(basket)
        self.campaigns.take_off(lines, basket.coupons, basket.buyer)
        self._tax(basket, lines)
        added = self.rules.added
        return sum(goods.cash(added) + sent.cash(added) for _, goods, sent in lines)

    def place(self, basket: Basket, now: datetime) -> Said:
        lines = self._listed(basket)
        used = self.campaigns.take_off(lines, basket.coupons, basket.buyer)
        if isinstance(used, str):
            return used
        self._tax(basket, lines)
        added = self.rules.added
        total = sum(goods.cash(added) + sent.cash(added) for _, goods, sent in lines)
        if sum(one.amount for one in basket.tenders) != total:
            return "wrong_tenders"
        for n, offer in enumerate(self.offers):
            asked = sum(quantity for k, quantity in basket.wanted if k == n)
            if asked > offer.on_hand - offer.reserved:
                return "sold_out"
        mine = self._split(basket, lines, now)
        self.campaigns.use(used, mine, basket.buyer)
        for one in basket.tenders:
            new = Payment(self.purchases, one.amount, one.provider, one.purse, self.rules.currency)
            self.payments.append(new)
        self.purchases += 1
        return (total, [(one.seller, one.price) for one in mine.values()])

    def _listed(self, basket: Basket) -> Priced:
        """At list prices; without the tax in them for whom it is not charged."""
        lines = []
        for n, quantity in basket.wanted:
            offer = self.offers[n]
            price, sent = offer.price, offer.shipping
            if (tax := self.rules.tax) and basket.exempt and not tax.added:
                rate = RATES[ABROAD][offer.tax_class]
                price -= self._tax_of(price, rate)
                sent -= self._tax_of(sent, rate) if tax.shipping else 0
            lines.append((offer.seller, Part(quantity * price), Part(sent)))
        return lines

    def _tax_of(self, amount: int, rate: tuple[int, int]) -> int:
        numerator, denominator = rate
        inside = 0 if self.rules.added else numerator
        return half_up(amount * numerator, denominator + inside)

    def _tax(self, basket: Basket, lines: Priced) -> None:
        """On what the seller sells at. Over an order, or one by one."""
        tax = self.rules.tax
        if tax is None or basket.exempt:
            return
        rates = RATES[ABROAD if basket.abroad else HOME]
        for seller in dict.fromkeys(seller for seller, _, _ in lines):
            groups: dict[tuple[int, int], list[Part]] = {}
            for (n, _), (whose, goods, shipping) in zip(basket.wanted, lines, strict=True):
                if whose == seller:
                    rate = rates[self.offers[n].tax_class]
                    parts = [goods, shipping] if tax.shipping else [goods]
                    groups.setdefault(rate, []).extend(parts)
            for rate, parts in groups.items():
                if tax.by_order:
                    amounts = [part.net for part in parts]
                    dealt = deal(self._tax_of(sum(amounts), rate), amounts)
                else:
                    dealt = [self._tax_of(part.net, rate) for part in parts]
                for part, amount in zip(parts, dealt, strict=True):
                    part.tax = amount if part.net else 0

    def _split(self, basket: Basket, lines: Priced, now: datetime) -> dict[int, Order]:
        """One order for each seller, in order of first mention."""
        rules, mine = self.rules, dict[int, Order]()
        for (n, quantity), (seller, goods, shipping) in zip(basket.wanted, lines, strict=True):
            self.offers[n].reserved += quantity
            if seller not in mine:
                mine[seller] = Order(
                    self.purchases, seller, basket.buyer, rules.added, rules.withheld, rules.keep,
                    now + PAY_WITHIN,
                )  # fmt: skip
            fee = self._fee(self.offers[n], goods)
            mine[seller].lines.append(Line(n, quantity, goods, shipping, *fee))
        self.orders += mine.values()
        return mine

    def _fee(self, offer: Offer, goods: Part) -> tuple[int, int]:
        """Commission and the VAT on it: never more than the seller gets without his tax."""
        numerator, denominator, floor, cap = offer.fee
        bare = goods.net - (0 if self.rules.added else goods.tax)
        base = bare if self.rules.net_of_tax else goods.net
        commission = min(max(half_up(base * numerator, denominator), floor), cap, base)
        vat = half_up(commission * self.rules.vat, 100)
        if commission + vat > bare:
            commission = int(bare / (1 + Fraction(self.rules.vat, 100)))
            vat = bare - commission
        return commission, vat
