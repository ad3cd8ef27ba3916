"""The desk: what a batch of purchases gets off its prices, first come first served.

Caps and budgets hold however many batches come at once: where little is left of one, its counter
is locked before anything is decided; where there is plenty, `write` finds out whether it lasted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from fondaco.campaigns.counters import (
    Count,
    by_bucket,
    lock_counters,
    note_scarce,
    read_counters,
    runs_out,
    scarce,
)
from fondaco.campaigns.dealing import Left, in_scope, take_off
from fondaco.campaigns.model import NO_DEAL, Campaign, CouponRefusal, Deal, Line, Share
from fondaco.campaigns.queries import automatic, sql, with_codes
from fondaco.kernel import Outdated, Refused, Tx, as_json
from fondaco.kernel.money import show


class Shopper(NamedTuple):
    """A purchase as the desk needs to know of it beforehand."""

    market: int
    buyer: int
    coupons: tuple[str, ...]


class _No(NamedTuple):
    """Why a campaign takes nothing off, before it is known where that is to be told."""

    code: CouponRefusal
    detail: str


class Desk:
    """The campaigns of a batch, with their counters: locked, or as they were read."""

    def __init__(
        self, coded: Mapping[tuple[str, int], Campaign],
        automatic_: Mapping[int, tuple[Campaign, ...]], counts: dict[int, Count],
        by_buyer: dict[tuple[int, int], int], *, locked: bool,
    ) -> None:  # fmt: skip
        self.locked = locked
        self._coded, self._automatic = coded, automatic_
        self._codes = {code for code, _ in coded}
        self._counts, self._by_buyer = counts, by_buyer
        own = (one for of_market in automatic_.values() for one in of_market)
        self._by_id = {one.id: one for one in (*coded.values(), *own)}
        self._sums: dict[int, list[int]] = {}
        self._new_by_buyer: Counter[tuple[int, int]] = Counter()
        self._uses: list[dict[str, Any]] = []

    @property
    def by_product(self) -> bool:
        """Whether a campaign is for one product, so that lines must say what theirs is."""
        return any(one.scope.product is not None for one in self._by_id.values())

    def concerns(self, market: int, coupons: Sequence[str]) -> bool:
        """Whether a purchase may get anything, or be refused: else it need not be shown."""
        return bool(coupons or self._automatic.get(market))

    def deal(
        self, market: int, buyer: int, coupons: Sequence[str], lines: Sequence[Line], at: datetime
    ) -> Deal | Refused:
        """What a purchase gets off: all its coupons and what applies by itself, or why not.

        A coupon that cannot be had is refused; a campaign without a code just does not apply.
        Nothing is counted yet.
        """
        if not self.concerns(market, coupons):
            return NO_DEAL
        chosen: dict[int, int] = {}
        mine: list[Campaign] = []
        for no, text in enumerate(coupons):
            found = self._coupon(market, text.upper())
            if isinstance(found, Campaign):
                refusal = (
                    self._out_of_time(found, at) or _excluded(found, mine)
                    or self._used(found, buyer)
                )  # fmt: skip
            else:
                refusal = found
            if refusal is not None:
                return Refused(refusal.code, refusal.detail, f"/coupons/{no}")
            assert isinstance(found, Campaign)
            mine.append(found)
            chosen[found.id] = no
        for one in self._automatic.get(market, ()):
            if self._out_of_time(one, at) is None and self._used(one, buyer) is None:
                mine.append(one)
        return self._apply(mine, chosen, lines)

    def _apply(
        self, mine: Sequence[Campaign], chosen: Mapping[int, int], lines: Sequence[Line]
    ) -> Deal | Refused:
        """Each in stacking order, out of what those before it left."""
        left = [Left(line.goods, line.shipping) for line in lines]
        groups = {one.exclusive_group for one in mine if one.id in chosen}
        shares: list[Share] = []
        for one in sorted(mine, key=lambda one: (one.stage, one.id)):
            if one.id not in chosen and one.exclusive_group and one.exclusive_group in groups:
                continue
            taken = self._take(one, lines, left)
            if isinstance(taken, _No):
                if one.id in chosen:
                    return Refused(taken.code, taken.detail, f"/coupons/{chosen[one.id]}")
                continue
            groups.add(one.exclusive_group)
            for share in taken:
                left[share.line] = left[share.line].less(share)
            shares += taken
        return Deal(tuple(shares))

    def _coupon(self, market: int, code: str) -> Campaign | _No:
        found = self._coded.get((code, market))
        if found is not None:
            return found
        if code in self._codes:
            detail = f"The coupon {code!r} is for another market."
            return _No(CouponRefusal.FOREIGN_COUPON, detail)
        return _No(CouponRefusal.UNKNOWN_COUPON, f"There is no coupon {code[:40]!r}.")

    def _out_of_time(self, one: Campaign, at: datetime) -> _No | None:
        count = self._counts[one.id]
        if at < one.starts_at:
            detail = f"It is valid from {one.starts_at:%Y-%m-%d %H:%M} UTC."
            return _No(CouponRefusal.COUPON_TOO_EARLY, detail)
        if count.ended_at is not None and count.ended_at <= at:
            detail = f"It was ended on {count.ended_at:%Y-%m-%d %H:%M} UTC."
            return _No(CouponRefusal.COUPON_ENDED, detail)
        if at >= one.ends_at:
            detail = f"It was valid until {one.ends_at:%Y-%m-%d %H:%M} UTC."
            return _No(CouponRefusal.COUPON_EXPIRED, detail)
        return None

    def _used(self, one: Campaign, buyer: int) -> _No | None:
        count = self._counts[one.id]
        if one.limits.uses is not None and count.uses >= one.limits.uses:
            detail = f"All {one.limits.uses} uses of it are taken."
            return _No(CouponRefusal.COUPON_USED_UP, detail)
        most = one.limits.uses_per_buyer
        if most is not None and self._by_buyer.get((one.id, buyer), 0) >= most:
            times = "once" if most == 1 else f"{most} times"
            detail = f"A buyer may use it {times}; this one has."
            return _No(CouponRefusal.COUPON_USED_BY_BUYER, detail)
        return None

    def _take(
        self, one: Campaign, lines: Sequence[Line], left: Sequence[Left]
    ) -> list[Share] | _No:
        meant = [no for no, line in enumerate(lines) if in_scope(one, line)]
        if not meant:
            return _No(CouponRefusal.COUPON_NOT_APPLICABLE, "It is for none of these goods.")
        short = one.discount.minimum - sum(left[no].goods for no in meant)
        if short > 0:
            detail = (
                f"It needs goods for {show(one.discount.minimum, one.currency)}; "
                f"{show(short, one.currency)} is missing."
            )
            return _No(CouponRefusal.COUPON_BELOW_MINIMUM, detail)
        shares = take_off(one, lines, left, meant)
        if not shares:
            return _No(CouponRefusal.COUPON_NOT_APPLICABLE, "There is nothing left to take off.")
        budget, spent = one.limits.budget, self._counts[one.id].spent
        if budget is not None and spent + sum(share.total for share in shares) > budget:
            detail = f"Only {show(budget - spent, one.currency)} of its budget is left."
            return _No(CouponRefusal.COUPON_BUDGET_SPENT, detail)
        return shares

    def use(self, deal: Deal, purchase: int, buyer: int, at: datetime) -> None:
        """Count what a purchase gets, now that it stands."""
        by_campaign: dict[int, list[Share]] = {}
        for share in deal.shares:
            by_campaign.setdefault(share.campaign, []).append(share)
        for campaign, shares in by_campaign.items():
            count, spent = self._counts[campaign], sum([share.total for share in shares])
            count.uses += 1
            count.spent += spent
            sums = self._sums.setdefault(campaign, [0, 0])
            sums[0] += 1
            sums[1] += spent
            if self._by_id[campaign].limits.uses_per_buyer is not None:
                name = (campaign, buyer)
                self._by_buyer[name] = self._by_buyer.get(name, 0) + 1
                self._new_by_buyer[name] += 1
            self._uses.append(
                {
                    "campaign": campaign, "purchase": purchase, "buyer": buyer, "at": at,
                    **{name: sum([getattr(share, name) for share in shares]) for name in OFFS},
                }
            )  # fmt: skip

    async def write(self, tx: Tx) -> None:
        """Write the uses, summed per counter.

        Counters not locked before are locked now, in key order. Raises Outdated when one of them
        has too little left to have been decided on without a lock, or changed too much since.
        """
        few = [id_ for id_ in self._sums if self._runs_out(id_)]
        if few and not self.locked:
            note_scarce(tx.database, few)
            raise Outdated("little of a budget is left")
        for bucket, campaigns in by_bucket(tx, self._sums).items():
            mine = set(campaigns)
            row = await tx.fetch_one(
                sql.count_uses,
                bucket=bucket,
                campaigns=campaigns,
                sums=as_json(
                    [
                        {"campaign": id_, "uses": self._sums[id_][0], "spent": self._sums[id_][1],
                         "ended_at": self._counts[id_].ended_at}
                        for id_ in campaigns
                    ]
                ),
                buyers=as_json(
                    [
                        {"campaign": id_, "buyer": buyer, "uses": uses,
                         "most_uses": self._by_id[id_].limits.uses_per_buyer}
                        for (id_, buyer), uses in sorted(self._new_by_buyer.items()) if id_ in mine
                    ]
                ),
                uses=as_json([use for use in self._uses if use["campaign"] in mine]),
            )  # fmt: skip
            if row is None or row["counted"] != len(campaigns):
                if self.locked:
                    raise AssertionError("a locked counter changed")
                note_scarce(tx.database, campaigns)
                raise Outdated("a campaign was used up or ended meanwhile")

    def _runs_out(self, campaign: int) -> bool:
        return runs_out(self._by_id[campaign], self._counts[campaign], self._sums[campaign][1])


OFFS = tuple(name for name in Share.__struct_fields__ if name.endswith("_off"))
"""The four amounts of a share: of goods and of shipping, by who bears them."""


def _excluded(one: Campaign, before: Sequence[Campaign]) -> _No | None:
    for other in before:
        if other.id == one.id:
            return _No(CouponRefusal.COUPON_EXCLUDED, "It is given twice.")
        if one.exclusive_group and other.exclusive_group == one.exclusive_group:
            detail = f"It cannot be combined with the coupon {other.code!r}."
            return _No(CouponRefusal.COUPON_EXCLUDED, detail)
    return None


async def open_desk(tx: Tx, shoppers: Sequence[Shopper], *, lock: bool = False) -> Desk:
    """Read what a batch of purchases may use; no statement where it may use nothing.

    Locks it where little is left, or at the caller's wish: who locks what comes after the counters
    must have locked these, so that no two batches wait for each other.
    """
    own = await automatic(tx, {one.market for one in shoppers})
    asked = {(code.upper(), one.market) for one in shoppers for code in one.coupons}
    coded = await with_codes(tx, {code for code, _ in asked})
    wanted = [one for of_market in own.values() for one in of_market]
    wanted += [coded[name] for name in sorted(asked & coded.keys())]
    ids = [one.id for one in wanted]
    counts = {} if lock else await read_counters(tx, ids)
    if lock or scarce(tx.database, wanted, counts, len(shoppers)):
        lock = True
        counts = await lock_counters(tx, ids)
    limited = [one.id for one in wanted if one.limits.uses_per_buyer is not None]
    by_buyer: dict[tuple[int, int], int] = {}
    buyers = sorted({one.buyer for one in shoppers})
    for bucket, mine in by_bucket(tx, limited).items():
        rows = await tx.fetch(sql.uses_by_buyers, bucket=bucket, campaigns=mine, buyers=buyers)
        by_buyer.update({(row["campaign"], row["buyer"]): row["uses"] for row in rows})
    return Desk(coded, own, counts, by_buyer, locked=lock)
