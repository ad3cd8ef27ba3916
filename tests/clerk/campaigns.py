"""The clerk's campaigns: what they take off prices, and how often they were used."""

from collections import Counter
from dataclasses import dataclass, field

from tests.clerk.sums import Part, deal, half_up
from tests.clerk.things import Order

Priced = list[tuple[int, Part, Part]]
"""Lines: the seller, the goods and the shipping."""


@dataclass
class Campaign:
    kind: str
    funding: tuple[int, int]
    amount: int | None = None
    percent: int | None = None
    code: str | None = None
    seller: int | None = None
    minimum: int = 0
    repeating: bool = False
    most: int | None = None
    each: int | None = None
    budget: int | None = None
    uses: int = 0
    spent: int = 0
    by_buyer: Counter[int] = field(default_factory=Counter)

    def take_off(self, lines: Priced) -> int | str:
        """Take it off the lines it is for; how much that was, or why nothing."""
        mine = [line for line in lines if self.seller in (None, line[0])]
        worth = sum(goods.left for _, goods, _ in mine)
        if not mine:
            return "coupon_not_applicable"
        if worth < self.minimum:
            return "coupon_below_minimum"
        parts = [shipping if self.kind == "shipping" else goods for _, goods, shipping in mine]
        room = [part.left for part in parts]
        offs = self._offs(room, worth)
        total = sum(offs)
        if not total:
            return "coupon_not_applicable"
        if self.budget is not None and self.spent + total > self.budget:
            return "coupon_budget_spent"
        borne = deal(deal(total, list(self.funding))[0], offs)
        for part, off, by_seller in zip(parts, offs, borne, strict=True):
            part.add(Part(0, by_seller, off - by_seller))
        return total

    def _offs(self, room: list[int], worth: int) -> list[int]:
        if self.kind == "item":
            return [half_up(one * (self.percent or 0), 100) for one in room]
        if self.percent is not None:
            total = half_up(sum(room) * self.percent, 100)
        else:
            total = (self.amount or 0) * (worth // self.minimum if self.repeating else 1)
        total = min(total, sum(room))
        return deal(total, room) if total else [0] * len(room)


CAMPAIGNS = [
    Campaign("item", (1, 2), percent=7, minimum=20_00),
    Campaign("order", (1, 0), amount=3_33, code="OWN", seller=0, most=4),
    Campaign("order", (60, 40), amount=7_01, code="JOINT", minimum=9_00, repeating=True,
             budget=60_00),
    Campaign("shipping", (1, 1), percent=50, code="POST", most=6, each=4),
]  # fmt: skip
"""In stacking order; `most` is for all buyers, `each` for one of them."""


@dataclass
class Use:
    campaign: Campaign
    amount: int
    buyer: int
    orders: list[Order]


class Campaigns:
    """All campaigns of the market, in stacking order, and their uses."""

    def __init__(self) -> None:
        self.every: list[Campaign] = []
        self.uses: list[Use] = []

    def take_off(
        self, lines: Priced, coupons: tuple[str, ...], buyer: int
    ) -> list[tuple[Campaign, int, Priced]] | str:
        """Take off all that applies; what was used, how much, and where; or why a coupon cannot."""
        for code in coupons:
            [one] = [one for one in self.every if one.code == code]
            if one.most is not None and one.uses >= one.most:
                return "coupon_used_up"
            if one.each is not None and one.by_buyer[buyer] >= one.each:
                return "coupon_used_by_buyer"
        used = []
        for one in self.every:
            if one.code is not None and one.code not in coupons:
                continue
            before = [goods.left + shipping.left for _, goods, shipping in lines]
            off = one.take_off(lines)
            if isinstance(off, int):
                less = [
                    line for line, cash in zip(lines, before, strict=True)
                    if line[1].left + line[2].left < cash
                ]  # fmt: skip
                used.append((one, off, less))
            elif one.code is not None:
                return off
        return used

    def use(
        self, used: list[tuple[Campaign, int, Priced]], orders: dict[int, Order], buyer: int
    ) -> None:
        for campaign, amount, lines in used:
            campaign.uses += 1
            campaign.by_buyer[buyer] += 1
            campaign.spent += amount
            theirs = [orders[seller] for seller in dict.fromkeys(line[0] for line in lines)]
            self.uses.append(Use(campaign, amount, buyer, theirs))

    def give_back(self, closed: Order) -> None:
        """What no order uses any more: all that it was for expired or were cancelled unshipped."""
        for use in list(self.uses):
            mine = any(order is closed for order in use.orders)
            if mine and all(
                order.state in ("expired", "cancelled") and not order.parcel for order in use.orders
            ):
                use.campaign.uses -= 1
                use.campaign.by_buyer[use.buyer] -= 1
                use.campaign.spent -= use.amount
                self.uses.remove(use)
