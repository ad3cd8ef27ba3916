"""Opening campaigns, and ending them before their time."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from fondaco import catalog, markets, parties
from fondaco.campaigns.counters import lock_counters
from fondaco.campaigns.model import (
    CampaignEnded,
    CampaignOpened,
    CampaignRefusal,
    Discount,
    EndCampaign,
    EndRefusal,
    OpenCampaign,
)
from fondaco.campaigns.queries import campaigns, forget, sql
from fondaco.kernel import Batch, Refused, Tx, as_json, command

MOST_AUTOMATIC: Final = 100
"""Campaigns of a market that apply by themselves and are not over: each purchase tries them all."""


@command(CampaignOpened)
async def open_campaign(tx: Tx, batch: Batch[OpenCampaign]) -> list[CampaignOpened | Refused]:
    """Open campaigns. CampaignRefusal says why not."""
    known = await _known(tx, batch)
    outcomes: list[CampaignOpened | Refused] = []
    rows = []
    for one, at in zip(batch, batch.at, strict=True):
        refusal = known.refusal(one)
        if refusal is not None:
            outcomes.append(refusal)
            continue
        known.note(one)
        id_ = tx.mint()
        rows.append(_row(id_, one, known.markets[one.market].currency, at))
        outcomes.append(CampaignOpened(id_))
    await tx.fetch(sql.insert_campaigns, bucket=tx.bucket, rows=as_json(rows))
    forget(tx, {one.market for one in batch})
    return outcomes


class _Known:
    """What a batch of new campaigns names, and what of it there is."""

    def __init__(
        self, known_markets: dict[int, markets.Market], sellers: set[int], categories: set[int],
        products: set[int], offers: dict[int, catalog.Offer], codes: set[tuple[int, str]],
        automatic: Counter[int],
    ) -> None:  # fmt: skip
        self.markets = known_markets
        self._sellers, self._categories, self._products = sellers, categories, products
        self._offers, self._codes, self._automatic = offers, codes, automatic

    def note(self, one: OpenCampaign) -> None:
        """Count one that was opened, for those after it."""
        if one.code is None:
            self._automatic[one.market] += 1
        else:
            self._codes.add((one.market, one.code.upper()))

    def refusal(self, one: OpenCampaign) -> Refused | None:
        """Why a campaign cannot be opened, if it cannot."""
        if one.market not in self.markets:
            return Refused(CampaignRefusal.UNKNOWN_MARKET, "There is no such market.", "/market")
        return (
            _not_his_own(one) or self._unknown_scope(one) or _bad_discount(one)
            or _bad_period(one) or self._in_the_way(one)
        )  # fmt: skip

    def _unknown_scope(self, one: OpenCampaign) -> Refused | None:
        scope = one.scope
        if not {scope.seller, one.owner} <= self._sellers | {None}:
            detail = "There is no such seller."
            return Refused(CampaignRefusal.UNKNOWN_SELLER, detail, "/scope/seller")
        if scope.category is not None and scope.category not in self._categories:
            detail = "There is no such category."
            return Refused(CampaignRefusal.UNKNOWN_CATEGORY, detail, "/scope/category")
        if scope.product is not None and scope.product not in self._products:
            detail = "There is no such product."
            return Refused(CampaignRefusal.UNKNOWN_PRODUCT, detail, "/scope/product")
        if scope.offer is not None:
            offer = self._offers.get(scope.offer)
            foreign = offer is None or offer.market != one.market
            if foreign or (one.owner is not None and offer is not None
                           and offer.seller != one.owner):  # fmt: skip
                detail = "This market has no such offer, or it is another seller's."
                return Refused(CampaignRefusal.UNKNOWN_OFFER, detail, "/scope/offer")
        return None

    def _in_the_way(self, one: OpenCampaign) -> Refused | None:
        if one.code is not None and (one.market, one.code.upper()) in self._codes:
            detail = f"The market has had a coupon {one.code.upper()!r}."
            return Refused(CampaignRefusal.CODE_TAKEN, detail, "/code")
        if one.code is None and self._automatic[one.market] >= MOST_AUTOMATIC:
            detail = f"A market can have {MOST_AUTOMATIC} campaigns without a code at a time."
            return Refused(CampaignRefusal.TOO_MANY, detail, "/code")
        return None


def _not_his_own(one: OpenCampaign) -> Refused | None:
    if one.owner is None:
        return None
    if one.scope.seller not in (None, one.owner):
        detail = "A seller's campaign is for the seller's own goods."
        return Refused(CampaignRefusal.FORBIDDEN, detail, "/scope/seller")
    if one.funding.platform:
        detail = "A seller's campaign is borne by the seller alone."
        return Refused(CampaignRefusal.FORBIDDEN, detail, "/funding/platform")
    return None


def _bad_discount(one: OpenCampaign) -> Refused | None:
    problem = _problem(one.discount)
    if problem is None and not one.funding.seller + one.funding.platform:
        problem = ("Somebody must bear it.", "/funding")
    if problem is None:
        return None
    return Refused(CampaignRefusal.BAD_DISCOUNT, *problem)


def _problem(discount: Discount) -> tuple[str, str] | None:
    if (discount.amount is None) == (discount.numerator is None):
        return "Name an amount, or a numerator and denominator.", "/discount/amount"
    if discount.numerator is not None and discount.numerator > discount.denominator:
        return "No more than the whole can be taken off.", "/discount/numerator"
    if discount.repeating and (discount.amount is None or not discount.minimum):
        return "Only an amount with a minimum can repeat.", "/discount/repeating"
    return None


def _bad_period(one: OpenCampaign) -> Refused | None:
    if one.starts_at.tzinfo is None or one.ends_at.tzinfo is None:
        return Refused(CampaignRefusal.BAD_PERIOD, "Give times with their offset.", "/starts_at")
    if one.ends_at <= one.starts_at:
        return Refused(CampaignRefusal.BAD_PERIOD, "It ends before it starts.", "/ends_at")
    return None


async def _known(tx: Tx, batch: Sequence[OpenCampaign]) -> _Known:
    market_ids = sorted({one.market for one in batch})
    scopes = [one.scope for one in batch]
    sellers = {scope.seller for scope in scopes} | {one.owner for one in batch}
    named = await catalog.named(
        tx,
        categories=[scope.category for scope in scopes if scope.category is not None],
        products=[scope.product for scope in scopes if scope.product is not None],
    )
    taken = await tx.fetch(
        sql.taken_codes, markets=market_ids,
        codes=sorted({one.code.upper() for one in batch if one.code is not None}),
    )  # fmt: skip
    automatic = await tx.fetch(sql.open_automatic, markets=market_ids, now=tx.now)
    return _Known(
        await markets.markets(tx, market_ids),
        await parties.known_organisations(tx, [one for one in sellers if one is not None]),
        named.categories,
        named.products,
        await catalog.offers(tx, [scope.offer for scope in scopes if scope.offer is not None]),
        {(row["market"], row["code"]) for row in taken},
        Counter({row["market"]: row["n"] for row in automatic}),
    )


def _row(id_: int, one: OpenCampaign, currency: str, at: object) -> dict[str, Any]:
    scope = msgspec.structs.replace(one.scope, seller=one.owner or one.scope.seller)
    return {
        "id": id_, "market": one.market, "owner": one.owner, "name": one.name,
        "code": None if one.code is None else one.code.upper(), "currency": currency,
        "kind": one.kind,
        **{f"scope_{name}": value for name, value in msgspec.structs.asdict(scope).items()},
        **msgspec.structs.asdict(one.discount),
        "funding_seller": one.funding.seller, "funding_platform": one.funding.platform,
        "most_uses": one.limits.uses, "most_uses_per_buyer": one.limits.uses_per_buyer,
        "budget": one.limits.budget, "starts_at": one.starts_at, "ends_at": one.ends_at,
        "stage": one.stage, "exclusive_group": one.exclusive_group, "created_at": at,
    }  # fmt: skip


@command(CampaignEnded)
async def end_campaign(tx: Tx, batch: Batch[EndCampaign]) -> list[CampaignEnded | Refused]:
    """End campaigns now. EndRefusal says why not. What has been bought keeps its discount."""
    known = await campaigns(tx, [one.campaign for one in batch])
    counts = await lock_counters(tx, known)
    outcomes: list[CampaignEnded | Refused] = []
    rows = []
    for one, at in zip(batch, batch.at, strict=True):
        campaign = known.get(one.campaign)
        if campaign is None or (one.owner is not None and campaign.owner != one.owner):
            detail = "There is no such campaign."
            outcomes.append(Refused(EndRefusal.UNKNOWN_CAMPAIGN, detail))
        elif counts[one.campaign].ended_at is not None:
            outcomes.append(Refused(EndRefusal.ALREADY_ENDED, "It was ended before."))
        else:
            counts[one.campaign].ended_at = at
            rows.append({"campaign": one.campaign, "at": at})
            outcomes.append(CampaignEnded(at))
    await tx.fetch(
        sql.end_campaigns,
        bucket=tx.bucket, campaigns=sorted({row["campaign"] for row in rows}), rows=as_json(rows),
    )  # fmt: skip
    return outcomes
