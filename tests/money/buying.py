"""Rules about baskets, and about money that comes in for them."""

from hashlib import sha256
from typing import Any

from hypothesis import strategies as st

from fondaco import orders, payments
from fondaco.orders import Paid
from fondaco.payments import Purse
from tests.clerk.counter import Basket, Tender
from tests.clerk.rules import ABROAD, ABROAD_ID
from tests.money.machine import Machine, N, step

COUPONS = [(), ("OWN",), ("JOINT",), ("POST",), ("POST", "JOINT", "OWN"), ("JOINT", "POST")]
BASKETS = st.builds(
    Basket,
    wanted=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from([1, 2, 3])), min_size=1, max_size=3
    ),
    coupons=st.sampled_from(COUPONS), buyer=st.integers(0, 1),
    abroad=st.booleans(), exempt=st.booleans(),
)  # fmt: skip
NEWS = [*["right"] * 6, "failed", "voided", "voided", "more", "less", "foreign"]
FAR = [4, 0, 1, 1, 2, 3, 3, 4]
WAYS = ["one", "one", "one", "halves", "wallet", "card", "both", "wrong"]


class Buying(Machine):
    """Baskets become orders, and payments become what they may."""

    def tenders(self, basket: Basket, way: str) -> list[Tender]:
        """How a basket is paid."""
        clerk, left = self.clerk, self.clerk.total(basket)
        purses = [("wallet", basket.buyer)] if way in ("wallet", "both") else []
        if way in ("card", "both") and clerk.cards:
            purses.append(("gift_card", len(clerk.cards) - 1))
        tenders = []
        for provider, n in purses:
            if part := min(left, clerk.on(*clerk.purse(provider, n))):
                tenders.append(Tender(part, provider, n))
                left -= part
        if way == "halves":
            tenders.append(Tender(left // 3))
            left -= left // 3
        if left or not tenders:
            tenders.append(Tender(left + (way == "wrong")))
        return tenders

    def token(self, one: Tender) -> str:
        """What names a purse to the house."""
        if one.provider == "sandbox":
            return "t"
        kind = "buyer" if one.provider == "wallet" else "card"
        return payments.token_of(Purse(one.provider), self.ids[kind][one.purse])

    @step(
        8, basket=BASKETS, way=st.sampled_from(WAYS), far=st.sampled_from(FAR), again=st.booleans()
    )
    def buy(self, basket: Basket, way: str, far: int, again: bool) -> None:
        """A basket, and how far it comes at once."""
        basket = self.sensible(basket)
        basket.tenders.extend(self.tenders(basket, way))
        first, now = len(self.clerk.orders), self.now()
        kind = "coupon" if basket.coupons else "buy"
        wish = self.place(basket)
        said = self.do(kind, orders.place, wish, lambda: self.clerk.place(basket, now), again)
        if isinstance(said, str) or not far:
            return
        for k, one in enumerate(self.clerk.payments):
            if one.purchase == self.clerk.purchases - 1:
                self.pay(k)
        for k in range(first, len(self.clerk.orders)):
            self.send_on(k, far)

    def sensible(self, basket: Basket) -> Basket:
        """Each offer once, and only businesses abroad are exempt."""
        exempt = basket.exempt and basket.abroad and self.clerk.rules.tax is not None
        wanted = list(dict(basket.wanted).items())
        return Basket(wanted, basket.coupons, basket.buyer, basket.abroad, exempt, [])

    def place(self, basket: Basket) -> orders.Place:
        return orders.Place(
            market=self.house.world.market, buyer=self.ids["buyer"][basket.buyer],
            lines=tuple(
                orders.PlaceLine(self.ids["offer"][n], units) for n, units in basket.wanted
            ),
            coupons=basket.coupons,
            country=ABROAD if basket.abroad else "",
            tax_id=ABROAD_ID if basket.exempt else "",
            tenders=tuple(
                orders.Tender(one.provider, self.token(one), one.amount) for one in basket.tenders
            ),
        )  # fmt: skip

    def send_on(self, k: int, far: int) -> None:
        """Nothing here: the rules about goods send orders on."""

    def pay(self, k: int) -> None:
        """As it should be: drawn on, or taken by the provider."""
        if self.clerk.payments[k].provider != "sandbox" and not self.draw(k):
            self.captured(k, Paid.FAILED)
        elif self.clerk.payments[k].state == "created":
            self.captured(k, Paid.CAPTURED)

    def draw(self, k: int) -> bool:
        payment = self.clerk.payments[k]
        kind = "buyer" if payment.provider == "wallet" else "card"
        wish = payments.Draw(
            purse=Purse(payment.provider), subject=self.ids[kind][payment.purse],
            payment=self.ids["payment"][k], currency=self.currency, amount=payment.amount,
        )  # fmt: skip
        now = self.now()
        said = self.do(
            f"draw {payment.provider}", payments.draw, wish, lambda: self.clerk.draw_credit(k, now)
        )
        return not isinstance(said, str)

    def captured(
        self, k: int, result: Paid, off: int = 0, fee: int = 0, again: bool = False, **more: Any
    ) -> None:
        """A provider's word on a payment."""
        payment, now = self.clerk.payments[k], self.now()
        was, amount = payment.state, max(payment.amount + off, 0)
        currency = more.get("currency", self.currency)
        wish = orders.RecordPayment(
            payment=self.ids["payment"][k], result=result, amount=amount, currency=currency,
            fee=fee,
        )  # fmt: skip
        paid = any(one.state != "created" for _, one in self.clerk.orders_of(payment.purchase))
        kind = {Paid.FAILED: "payment failed", Paid.VOIDED: "payment voided"}.get(result, "paid")
        if result is Paid.CAPTURED:
            kind = "late" if paid else "wrong amount" if off else kind
            kind = "revived" if was != "created" else kind
            kind = "foreign" if currency != self.currency else kind
        self.do(
            kind, orders.record_payment, wish,
            lambda: self.clerk.record_payment(k, result.value, amount, fee, currency, now), again,
        )  # fmt: skip

    @step(4, lambda self: self.clerk.payments,
        n=N, how=st.sampled_from(NEWS),
        fee=st.integers(0, 30), again=st.booleans(),
    )  # fmt: skip
    def hear(self, n: int, how: str, fee: int, again: bool) -> None:
        """A webhook about a payment; some come twice, late, or say what nobody asked for."""
        pending = self.likely(
            self.clerk.payments,
            lambda one: (
                one.state == "created"
                or (one.state in ("failed", "voided") and one.provider == "sandbox")
            ),
        )
        k = self.one_of(n, pending, self.clerk.payments)
        payment = self.clerk.payments[k]
        if payment.provider != "sandbox":
            if payment.state == "created":
                if payment.drawn:
                    self.captured(k, Paid.CAPTURED, again=again)
                elif how in ("failed", "voided"):
                    self.captured(k, Paid(how), again=again)
                else:
                    self.draw(k)
            return
        result = Paid(how) if how in ("failed", "voided") else Paid.CAPTURED
        off = {"more": 1, "less": -1}.get(how, 0)
        more = {"currency": "USD"} if how == "foreign" else {}
        fee = min(fee, max(payment.amount + off, 0))
        self.captured(k, result, off, fee, again, **more)

    @step(4, lambda self: self.clerk.purchases, n=N)
    def attempt(self, n: int) -> None:
        waiting = {one.purchase for one in self.clerk.orders if one.state == "created"}
        busy = {one.purchase for one in self.clerk.payments if one.state == "created"}
        if waiting - busy == set() and waiting and n % 2:  # let one fail first
            k = min(waiting)
            for one, payment in self.clerk.payments_of(k):
                if payment.state == "created" and not payment.drawn:
                    self.captured(one, Paid.FAILED)
            busy.discard(k)
        k = self.one_of(n, sorted(waiting - busy), self.ids["purchase"])
        wish = orders.Attempt(purchase=self.ids["purchase"][k], provider="sandbox", token="t")
        self.do("attempt", orders.attempt, wish, lambda: self.clerk.attempt(k))

    @step(2,
        what=st.sampled_from(["grant", "grant", "issue", "block", "unblock"]), n=N,
        amount=st.sampled_from([5_00, 1, 80_00]),
    )  # fmt: skip
    def credit(self, what: str, n: int, amount: int) -> None:
        """Store credit and gift cards."""
        clerk = self.clerk
        if what == "grant":
            buyer = n % 2
            wish: Any = payments.GrantCredit(
                person=self.ids["buyer"][buyer], currency=self.currency, amount=amount
            )
            self.do("grant", payments.grant_credit, wish, lambda: clerk.grant(buyer, amount))
        elif what == "issue":
            code = sha256(f"{self.stage.since} {len(clerk.cards)}".encode()).digest()
            wish = payments.IssueGiftCard(
                hash=code, hint="ABCD", currency=self.currency, amount=amount
            )
            self.do("gift card", payments.issue_gift_card, wish, lambda: clerk.issue(amount, None))
        elif clerk.cards:
            k, blocked = n % len(clerk.cards), what == "block"
            wish = payments.BlockGiftCard(card=self.ids["card"][k], blocked=blocked)
            self.do("block", payments.block_gift_card, wish, lambda: clerk.block(k, blocked))
