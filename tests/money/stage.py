"""A market known to the house by ids and to the clerk by numbers: commands go to both."""

from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fondaco import aftercare, kernel, orders, payments
from fondaco.kernel import Handler, Refused, Sent
from fondaco.kernel.commands import home
from tests.clerk.campaigns import CAMPAIGNS, Campaign
from tests.clerk.clerk import Clerk
from tests.clerk.rules import Offer, Rules, Said
from tests.money.comparing import Comparing
from tests.money.furnishing import FEES, OFFERS, furnish_offers, furnish_sellers, open_market
from tests.world import World

IDS = {"id", "parcel", "payment", "purchase", "payout", "currency", "reason", "payments", "orders"}
"""What of an answer the clerk does not know, or not by these names."""


@dataclass
class Turn:
    """One command: what to send, and what the clerk is asked to do."""

    wish: Any
    ask: Callable[[], Said]


class Stage(Comparing):
    """Two sellers and four offers; whatever is made in them is the n-th of its kind."""

    def __init__(self, world: World, rules: Rules) -> None:
        super().__init__(world, Clerk(rules, []))
        self.parcels: dict[int, int] = {}
        self.aimed: set[int] = set()
        self.accepted: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    async def furnish(self) -> None:
        """A new market with everything in it."""
        world, rules = self.world, self.clerk.rules
        await open_market(world, rules)
        self.since = world.market
        self.ids["seller"] = await furnish_sellers(world, FEES)
        self.ids["buyer"] = [await world.buyer(), await world.buyer()]
        world.customer = self.ids["buyer"][0]
        self.ids["offer"] = await furnish_offers(world, self.ids["seller"])
        for seller, price, shipping, units, tax_class in OFFERS:
            fee = (*FEES[seller][:2], 0, FEES[seller][2])
            self.clerk.offers.append(Offer(seller, price, shipping, fee, units, tax_class))
        for one in CAMPAIGNS:
            await self._open(one)
            self.clerk.campaigns.every.append(deepcopy(one))

    async def _open(self, one: Campaign) -> None:
        own = None if one.seller is None else self.ids["seller"][one.seller]
        opened = await self.world.campaign(
            one.funding, kind=one.kind, code=one.code, stage=len(self.ids["campaign"]), owner=own,
            amount=one.amount, numerator=one.percent, minimum=one.minimum,
            repeating=one.repeating, uses=one.most, uses_per_buyer=one.each, budget=one.budget,
            ends_at=self.world.clock() + timedelta(days=3650),
        )  # fmt: skip
        self.ids["campaign"].append(opened)

    def pick(self, n: int, odd: int, likely: Sequence[int], ids: Sequence[int]) -> int | None:
        """A target for a command: one likely and not aimed at in this batch, or any if odd."""
        left = range(len(ids)) if odd == 7 else [k for k in likely if k not in self.aimed]
        if not left:
            return None
        self.aimed.add(left[n % len(left)])
        return left[n % len(left)]

    async def play(
        self, handler: Handler[Any, Any], turns: Sequence[Turn], again: bool = False
    ) -> list[Said]:
        """One batch to both; every answer must be the same, also when asked again."""
        sent = [self.world.sent(turn.wish) for turn in turns]
        answers = await self.world.run(handler, sent)
        if again:
            assert await kernel.run(self.world.database, handler, sent) == answers
        said: list[Said] = [()] * len(turns)
        for n in self._as_decided(sent):
            said[n] = turns[n].ask()
            assert self._heard(answers[n]) == said[n], (turns[n].wish, answers[n], said[n])
            count = self.refused if isinstance(said[n], str) else self.accepted
            count[handler.name] += 1
            self._name(turns[n].wish, answers[n])
        await self.name_refunds()
        return said

    def _heard(self, answer: Any) -> Said:
        """An answer in the clerk's words: the code of a refusal, or what it tells but for ids."""
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Refused):
            return answer.code
        if isinstance(answer, orders.Placed):
            values = [(self.ids["seller"].index(one.seller), one.total) for one in answer.orders]
            return (answer.total, values)
        names = [name for name in answer.__struct_fields__ if name not in IDS]
        return tuple(getattr(answer, name) for name in names)

    def _as_decided(self, sent: Sequence[Sent[Any]]) -> list[int]:
        """The house decides bucket by bucket, and within each in order of arrival."""
        return sorted(range(len(sent)), key=lambda n: home(self.world.database, sent[n]))

    def _name(self, wish: Any, answer: Any) -> None:
        """Learn the ids of what was made."""
        if isinstance(answer, Refused):
            return
        match wish:
            case orders.Place():
                self.ids["purchase"].append(answer.purchase)
                self.ids["order"] += [order.id for order in answer.orders]
                self.ids["payment"] += answer.payments
            case orders.Attempt():
                self.ids["payment"].append(answer.payment)
            case orders.Ship():
                self.parcels[self.ids["order"].index(wish.order)] = answer.parcel
            case aftercare.RequestReturn():
                self.ids["return"].append(answer.id)
            case aftercare.OpenDispute():
                self.ids["claim"].append(answer.id)
            case payments.PayOut():
                self.ids["payout"].append(answer.id)
            case payments.IssueGiftCard():
                self.ids["card"].append(answer.id)
            case payments.DepositBond() | payments.RecordRecovery():
                self.ids["receipt"].append(answer.id)
            case payments.SetSubscription():
                self.ids["subscription"].append(answer.id)
            case _:
                pass
