"""The JSON edge of markets: open one, look."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from fondaco import parties
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import Currency, Made, id_in_path, next_page, parsed
from fondaco.kernel.ids import show
from fondaco.markets.api.fees import Commission, FeeTerms
from fondaco.markets.commands import open_market
from fondaco.markets.fees import Count
from fondaco.markets.model import Market, OpenMarket, Timers, TimeZone
from fondaco.markets.queries import list_markets, markets
from fondaco.markets.tax_model import TaxPolicy

Caller = Request[Any, parties.Access, State]
Span = Annotated[int, msgspec.Meta(ge=1, le=366 * 86_400)]
Pause = Annotated[int, msgspec.Meta(ge=0, le=366 * 86_400)]


class Times(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long each step may take, in seconds."""

    pay_within: Span = 1800
    ship_within: Span = 5 * 86_400
    confirm_within: Pause = 10 * 86_400
    settle_after: Pause = 0
    scan_within: Span = 15 * 86_400


class NewMarket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A market to be opened. Amounts are minor units of its currency.

    Without a tax policy no tax is charged; `seed_tax` loads the rates that ship with Fondaco.
    `time_zone` is an IANA name: its months are invoiced, the rates of tax of its days apply.
    """

    slug: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$(?!\\n)")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    currency: Currency
    fee: Commission
    policy: FeeTerms = FeeTerms()
    locale: Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}(-[A-Z]{2})?$(?!\\n)")] = "en"
    timers: Times = Times()
    payout_minimum: Count = 0
    tax: TaxPolicy | None = None
    seed_tax: bool = False
    time_zone: TimeZone = "UTC"


class MarketView(msgspec.Struct, frozen=True):
    """A market as it stands."""

    id: str
    slug: str
    name: str
    currency: str
    locale: str
    timers: Times
    payout_minimum: int
    created_at: datetime
    tax: TaxPolicy | None
    time_zone: str


class MarketPage(msgspec.Struct, frozen=True):
    """Markets in order of opening; `next` is the address of the page after, if there is one."""

    markets: list[MarketView]
    next: str | None


@post("/api/markets", dto=Strict[NewMarket], **writes("admin"))
async def add_market(
    data: JSONBody[NewMarket], request: Caller, idempotency_key: IdempotencyKey
) -> Made:
    """Open a market."""
    times = msgspec.structs.asdict(data.timers)
    wish = OpenMarket(
        slug=data.slug, name=data.name, currency=data.currency, locale=data.locale,
        fee=data.fee.fee(), policy=data.policy.policy(), payout_minimum=data.payout_minimum,
        tax=data.tax, seed_tax=data.seed_tax, time_zone=data.time_zone,
        timers=Timers(**{name: timedelta(seconds=span) for name, span in times.items()}),
    )  # fmt: skip
    return Made(show("mkt", (await submit(request, open_market, wish, idempotency_key)).id))


@get("/api/markets", **reads())
async def all_markets(
    request: Caller, after: Annotated[str | None, after("mkt")] = None, limit: Limit = 50
) -> MarketPage:
    """Markets in order of opening."""
    found = await list_markets(request.app.state.database, parsed("mkt", after) or 0, limit)
    views = [_view(market) for market in found]
    last = views[-1].id if views else ""
    return MarketPage(views, next_page("/api/markets", views, limit, last))


@get("/api/markets/{market_id:str}", **reads())
async def one_market(request: Caller, market_id: FromPath[str]) -> MarketView:
    """A market."""
    id_ = id_in_path("mkt", market_id)
    found = await markets(request.app.state.database, [id_])
    if id_ not in found:
        raise Problem(404, "unknown_market", "There is no such market.")
    return _view(found[id_])


def _view(market: Market) -> MarketView:
    seconds = {
        name: int(getattr(market.timers, name).total_seconds()) for name in Times.__struct_fields__
    }
    return MarketView(
        show("mkt", market.id), market.slug, market.name, market.currency, market.locale,
        Times(**seconds), market.payout_minimum, market.created_at, market.tax,
        market.time_zone,
    )  # fmt: skip


routes = (add_market, all_markets, one_market)
