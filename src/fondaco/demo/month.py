"""A month of trading in the demo market, through the same commands as any other caller's.

One lane sells the next turn's baskets while others run this turn's errands. What puts units back
on the shelf waits until all are done, so who gets the last unit does not depend on which lane was
faster, and a seed gives the same books again.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec

from fondaco import orders, payments
from fondaco.demo.errands import CLOSING, LANES, USUAL, Agenda, Deal, Errand
from fondaco.demo.furnish import House, granted, sold_out
from fondaco.demo.plan import TURN, TURNS, Basket, Paying
from fondaco.kernel import (
    Database,
    Handler,
    Sent,
    SetClock,
    Sweep,
    deliver_all,
    run,
    subscribe,
)
from fondaco.kernel.ids import show
from fondaco.payments.providers.sandbox import LocalSandbox, Token

BATCH: Final = 1000
_WEEK: Final = timedelta(days=7)
_PAY: Final = "pay"
_PAGE: Final = 5 * BATCH
"""Events read at once; few of them ask for a refund or payout."""
_PLACE: Final[Handler[Any, Any]] = orders.place
_TOKENS: Final = {
    Paying.AT_ONCE: Token.OK,
    Paying.ANSWER_LOST: Token.LOST,
    Paying.SECOND_TRY: Token.DECLINED,
    Paying.GIVES_UP: Token.INSUFFICIENT_FUNDS,
    Paying.ABANDONED: Token.OK,
}


class Try(NamedTuple):
    """One attempt to pay for a purchase."""

    at: datetime
    payment: int
    amount: int
    token: Token
    again: bool
    """Whether another card is tried should this one be declined."""
    purchase: int
    deals: tuple[Deal, ...]


class Month:
    """Runs the plan on a furnished market. `clock` is the database's and the provider's."""

    def __init__(
        self, database: Database, house: House, baskets: Sequence[Sequence[Basket]],
        provider: LocalSandbox, clock: SetClock, opened: datetime,
    ) -> None:  # fmt: skip
        self._database, self._house, self._baskets = database, house, baskets
        self._provider, self._clock, self._opened = provider, clock, opened
        self._agenda = Agenda(opened)
        self._tries: list[list[Try]] = [[] for _ in range(TURNS)]
        providers = {provider.name: provider}
        self._subscribers = payments.subscribers(providers, provider.name)
        self._sweeps: list[Sweep] = orders.sweeps(providers)
        self.sold_out = 0

    async def run(self, tell: Callable[[int], None]) -> None:
        """Trade turn by turn; `tell` hears how many purchases were placed in each."""
        await subscribe(self._database, self._subscribers)
        await self._sell(0)
        for turn in range(TURNS):
            self._agenda.begin(turn)
            self._clock.time = self._opened + (turn + 1) * TURN
            lanes = [self._lane(turn, lane) for lane in range(LANES)]
            await asyncio.gather(self._sell(turn + 1), self._deliver(), *lanes)
            await self._close(turn)
            tell(len(self._baskets[turn]))
        await self._deliver()

    async def _sell(self, turn: int) -> None:
        """Place a turn's purchases. Who finds something sold out takes something else."""
        baskets = self._baskets[turn] if turn < TURNS else ()
        for start in range(0, len(baskets), BATCH):
            batch = baskets[start : start + BATCH]
            first = [self._place(one, one.first, "first") for one in batch]
            answers: list[Any] = await run(self._database, _PLACE, first)
            late = [n for n, answer in enumerate(answers) if sold_out(answer)]
            self.sold_out += len(late)
            again = [self._place(batch[n], batch[n].second, "second") for n in late]
            for n, answer in zip(late, await run(self._database, _PLACE, again), strict=True):
                answers[n] = answer
            for one, answer in zip(batch, answers, strict=True):
                self._placed(turn, one, granted(answer))

    def _place(
        self, basket: Basket, lines: Sequence[tuple[int, int]], choice: str
    ) -> Sent[orders.Place]:
        wish = orders.Place(
            market=self._house.market, buyer=basket.buyer,
            lines=tuple(orders.PlaceLine(offer, quantity) for offer, quantity in lines),
            tenders=(orders.Tender(self._provider.name, _TOKENS[basket.paying]),),
            reference=f"demo {basket.number}",
        )  # fmt: skip
        key = f"{choice} basket {basket.number}"
        return Sent(wish, f"buyer:{basket.buyer}", key, basket.at)

    def _placed(self, turn: int, basket: Basket, placed: orders.Placed) -> None:
        deals = tuple(
            Deal(
                order.id,
                basket.number % LANES,
                order.seller,
                basket.buyer,
                order.goods + order.shipping,
                fate,
            )
            for order, fate in zip(placed.orders, basket.fates, strict=False)
        )
        if basket.paying in (Paying.GIVES_UP, Paying.ABANDONED):
            for deal in deals:
                self._agenda.placed(deal, placed.pay_by)
        if basket.paying is not Paying.ABANDONED:
            at = basket.at + timedelta(seconds=40 + basket.number % 200)
            again = basket.paying is Paying.SECOND_TRY
            token = _TOKENS[basket.paying]
            self._tries[turn].append(
                Try(at, placed.payments[0], placed.total, token, again, placed.purchase, deals)
            )

    async def _lane(self, turn: int, lane: int) -> None:
        """Take a lane's payments and run its errands; every other lane runs them backwards.

        So one ships while another settles, and they do not queue for the same shelves.
        """
        names = [_PAY, *USUAL]
        for name in reversed(names) if lane % 2 else names:
            if name == _PAY:
                await self._till([one for one in self._tries[turn] if one.deals[0].lane == lane])
            else:
                await self._run(name, USUAL[name], self._agenda.take(name, lane))

    async def _run(self, name: str, handler: Handler[Any, Any], errands: Sequence[Errand]) -> None:
        answers = await self._all(handler, [errand.sent(name) for errand in errands])
        for errand, answer in zip(errands, answers, strict=True):
            self._agenda.done(name, errand, answer)

    async def _till(self, tries: Sequence[Try]) -> None:
        """Take payments; whose card is declined may try another."""
        declined = await self._pay(tries)
        await self._pay(await self._another_card([one for one in declined if one.again]))

    async def _pay(self, tries: Sequence[Try]) -> list[Try]:
        """Charge, and record what the provider says; those that were declined."""
        declined: list[Try] = []
        for start in range(0, len(tries), BATCH):
            batch = tries[start : start + BATCH]
            facts = await self._charge(batch)
            wishes = [
                msgspec.structs.replace(orders.payment_fact(fact, one.payment), at=one.at)
                for fact, one in zip(facts, batch, strict=True)
            ]
            for one, answer in zip(
                batch, await self._all(orders.record_payment, wishes), strict=True
            ):
                if answer.applied:
                    for deal in one.deals:
                        self._agenda.paid(deal, one.at)
                else:
                    declined.append(one)
        return declined

    async def _charge(self, tries: Sequence[Try]) -> list[payments.Fact]:
        """Charge; where the answer is lost, ask again under the same key, which charges once."""
        asked = [
            payments.Charge(
                show("pay", one.payment), one.amount, self._house.currency, one.token,
                self._house.name,
            )
            for one in tries
        ]  # fmt: skip
        facts: dict[str, payments.Fact] = {}
        while missing := [charge for charge in asked if charge.key not in facts]:
            answers = await self._provider.charge(missing)
            facts |= {fact.key: fact for fact in answers if isinstance(fact, payments.Fact)}
        return [facts[charge.key] for charge in asked]

    async def _another_card(self, declined: Sequence[Try]) -> list[Try]:
        wait = timedelta(minutes=8)
        wishes: list[Sent[Any]] = [
            Sent(
                orders.Attempt(
                    purchase=one.purchase, provider=self._provider.name, token=Token.OK,
                    buyer=one.deals[0].buyer,
                ),
                f"buyer:{one.deals[0].buyer}", f"another card {one.purchase}", one.at + wait,
            )
            for one in declined
        ]  # fmt: skip
        answers = await self._all(orders.attempt, wishes)
        return [
            one._replace(
                at=one.at + wait + timedelta(seconds=50), payment=new.payment, token=Token.OK,
                again=False,
            )
            for one, new in zip(declined, answers, strict=True)
        ]  # fmt: skip

    async def _close(self, turn: int) -> None:
        """After hours: what puts units back, what nobody answered, weekly payouts."""
        for name, handler in CLOSING.items():
            await self._run(name, handler, self._agenda.take(name))
        for sweep in self._sweeps:
            while await sweep.run(self._database):
                continue
        if (turn + 1) * TURN // _WEEK > turn * TURN // _WEEK:
            await self._pay_sellers(turn)

    async def _deliver(self) -> None:
        """Send refunds and payouts that were asked for to the provider."""
        await deliver_all(self._database, self._subscribers, _PAGE)

    async def _pay_sellers(self, turn: int) -> None:
        at = self._clock()
        wishes = [
            Sent(
                payments.PayOut(seller=seller, currency=self._house.currency, minimum=1000),
                "operator", f"payout turn {turn} {seller}", at,
            )
            for seller in self._house.sellers
        ]  # fmt: skip
        await run(self._database, payments.pay_out, wishes)  # a seller may be owed nothing

    async def _all(self, handler: Handler[Any, Any], sent: Sequence[Sent[Any]]) -> list[Any]:
        answers: list[Any] = []
        for start in range(0, len(sent), BATCH):
            batch = sent[start : start + BATCH]
            answers += map(granted, await run(self._database, handler, batch))
        return answers
