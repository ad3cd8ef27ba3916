"""The JSON edge of campaigns: open one, look, end it. A seller opens and sees only its own."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody, QueryParameter

from fondaco import parties
from fondaco.campaigns.commands import end_campaign, open_campaign
from fondaco.campaigns.model import (
    Campaign,
    Code,
    Discount,
    EndCampaign,
    Funding,
    Group,
    Kind,
    Limits,
    OpenCampaign,
    Scope,
)
from fondaco.campaigns.queries import campaigns, list_campaigns, usage
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import (
    CategoryId,
    Made,
    MarketId,
    OfferId,
    ProductId,
    SellerId,
    Zoned,
    id_in_path,
    id_pattern,
    next_page,
    parsed,
)
from fondaco.kernel.ids import parse, show

Caller = Request[Any, parties.Access, State]


class ScopeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which lines: all that are named must hold; none named, every line."""

    seller: SellerId | None = None
    category: CategoryId | None = None
    product: ProductId | None = None
    offer: OfferId | None = None


class NewCampaign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A campaign to be opened; without a code it applies by itself. Minor units.

    `funding` says who bears it, as weights. A seller's own campaign is for its own goods, and it
    bears all of it. Campaigns apply in order of `stage`; of an `exclusive_group` a purchase gets
    one at most.
    """

    market: MarketId
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    kind: Kind
    discount: Discount
    starts_at: Zoned
    ends_at: Zoned
    code: Code | None = None
    funding: Funding | None = None
    scope: ScopeBody = ScopeBody()
    stage: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 100
    exclusive_group: Group = ""
    limits: Limits = Limits()

    def wish(self, owner: int | None) -> OpenCampaign:
        """The command that this asks for."""
        named = self.scope
        everybody = Funding(0, 1) if owner is None else Funding(1, 0)
        return OpenCampaign(
            market=parse("mkt", self.market), name=self.name, kind=self.kind,
            discount=self.discount, funding=self.funding or everybody, starts_at=self.starts_at,
            ends_at=self.ends_at, code=self.code, owner=owner, stage=self.stage,
            exclusive_group=self.exclusive_group, limits=self.limits,
            scope=Scope(
                seller=parsed("sel", named.seller), category=parsed("cat", named.category),
                product=parsed("prd", named.product), offer=parsed("off", named.offer),
            ),
        )  # fmt: skip


class CampaignView(msgspec.Struct, frozen=True):
    """A campaign as it stands: `uses` and `spent` are what counts against its limits."""

    id: str
    market: str
    owner: str | None
    name: str
    code: str | None
    currency: str
    kind: Kind
    scope: ScopeBody
    discount: Discount
    funding: Funding
    stage: int
    exclusive_group: str
    limits: Limits
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    uses: int
    spent: int


class CampaignPage(msgspec.Struct, frozen=True):
    """Campaigns in order of opening; `next` is the address of the page after, if there is one."""

    campaigns: list[CampaignView]
    next: str | None


class Ended(msgspec.Struct, frozen=True):
    """When a campaign ended."""

    ended_at: datetime


@post("/api/campaigns", dto=Strict[NewCampaign], **writes("catalog:write", "operator", "seller"))
async def new_campaign(
    data: JSONBody[NewCampaign], request: Caller, idempotency_key: IdempotencyKey
) -> Made:
    """Open a campaign: the operator's, or with a seller's key the seller's own."""
    wish = data.wish(parties.only_seller(request.auth))
    return Made(show("cam", (await submit(request, open_campaign, wish, idempotency_key)).id))


@get("/api/campaigns", **reads("read", "operator", "seller"))
async def all_campaigns(
    request: Caller,
    market: Annotated[str, QueryParameter(pattern=id_pattern("mkt"))],
    after: Annotated[str | None, after("cam")] = None,
    limit: Limit = 50,
) -> CampaignPage:
    """Campaigns of a market in order of opening; a seller's own with a seller's key."""
    database, owner = request.app.state.database, parties.only_seller(request.auth)
    begin = parsed("cam", after) or 0
    found = await list_campaigns(database, parse("mkt", market), owner, begin, limit)
    views = await _views(request, found)
    last = views[-1].id if views else ""
    more = next_page("/api/campaigns", views, limit, last, market=market)
    return CampaignPage(views, more)


@get("/api/campaigns/{campaign_id:str}", **reads("read", "operator", "seller"))
async def one_campaign(request: Caller, campaign_id: FromPath[str]) -> CampaignView:
    """A campaign, with how much of it was used."""
    id_ = id_in_path("cam", campaign_id)
    found = (await campaigns(request.app.state.database, [id_])).get(id_)
    mine = parties.only_seller(request.auth)
    if found is None or (mine is not None and found.owner != mine):
        raise Problem(404, "unknown_campaign", "There is no such campaign.")
    return (await _views(request, [found]))[0]


@post(
    "/api/campaigns/{campaign_id:str}/end",
    **writes("catalog:write", "operator", "seller", status=200),
)
async def end_one_campaign(
    request: Caller, campaign_id: FromPath[str], idempotency_key: IdempotencyKey
) -> Ended:
    """End a campaign now; what has been bought keeps its discount."""
    wish = EndCampaign(
        campaign=id_in_path("cam", campaign_id), owner=parties.only_seller(request.auth)
    )
    ended = await submit(request, end_campaign, wish, idempotency_key, "unknown_campaign")
    return Ended(ended.ended_at)


async def _views(request: Caller, found: list[Campaign]) -> list[CampaignView]:
    used = await usage(request.app.state.database, [one.id for one in found])
    return [_view(one, *used[one.id]) for one in found]


def _view(one: Campaign, uses: int, spent: int, ended_at: datetime | None) -> CampaignView:
    shown = zip(("sel", "cat", "prd", "off"), _ids(one.scope), strict=True)
    return CampaignView(
        show("cam", one.id), show("mkt", one.market),
        None if one.owner is None else show("sel", one.owner), one.name, one.code, one.currency,
        one.kind, ScopeBody(*(None if id_ is None else show(name, id_) for name, id_ in shown)),
        one.discount, one.funding, one.stage, one.exclusive_group, one.limits, one.starts_at,
        one.ends_at, ended_at, uses, spent,
    )  # fmt: skip


def _ids(scope: Scope) -> tuple[int | None, ...]:
    return scope.seller, scope.category, scope.product, scope.offer


routes = (new_campaign, all_campaigns, one_campaign, end_one_campaign)
