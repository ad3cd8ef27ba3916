"""The JSON edge of pricing: which commission rule applies to an offer, and why."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.params import FromPath, QueryParameter

from fondaco import markets, parties
from fondaco.kernel import Problem
from fondaco.kernel.api import reads
from fondaco.kernel.edge import id_in_path
from fondaco.kernel.ids import show
from fondaco.pricing.explain import explain

Caller = Request[Any, parties.Access, State]


class RuleView(msgspec.Struct, frozen=True):
    """A rule that was looked at: how it stands, and why. Floor and cap are of the offer's currency.

    `standing` is applies, overruled, outside_band, scheduled or ended.
    """

    id: str
    standing: str
    why: str
    numerator: int
    denominator: int
    floor: int
    cap: int | None


class CommissionView(msgspec.Struct, frozen=True):
    """What commission one unit pays, with VAT on it, and the rules in order of precedence."""

    offer: str
    price: int
    currency: str
    at: datetime
    commission: int
    commission_vat: int
    rules: list[RuleView]


@get("/api/offers/{offer_id:str}/commission", **reads("read", "operator", "seller"))
async def offer_commission(
    request: Caller,
    offer_id: FromPath[str],
    price: Annotated[int | None, QueryParameter(ge=0, le=10**15)] = None,
    at: Annotated[datetime | None, QueryParameter(description="Else: now.")] = None,
) -> CommissionView:
    """Which commission rule applies to an offer, at a unit price and time, and why not the others.

    A seller asks of its own offers.
    """
    if at is not None and at.tzinfo is None:
        detail = "Say the time's offset from UTC."
        raise Problem(400, "invalid_parameter", detail, parameter="at")
    found = await explain(request.app.state.database, id_in_path("off", offer_id), price, at)
    mine = parties.only_seller(request.auth)
    if found is None or (mine is not None and found.offer.seller != mine):
        raise Problem(404, "unknown_offer", "There is no such offer.")
    return CommissionView(
        show("off", found.offer.id), found.price, found.offer.currency, found.at,
        found.commission, found.vat, [_view(one) for one in found.considered],
    )  # fmt: skip


def _view(one: markets.Considered) -> RuleView:
    rule = one.rule
    return RuleView(
        show("fee", rule.id), one.standing, one.why, rule.numerator, rule.denominator,
        rule.floor, rule.cap,
    )  # fmt: skip


routes = (offer_commission,)
