"""The JSON edge of commission: rules of a market with their periods, and its fee policy."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from fondaco import parties
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import (
    CategoryId,
    Made,
    ProductId,
    SellerId,
    Zoned,
    id_in_path,
    next_page,
    parsed,
)
from fondaco.kernel.ids import show
from fondaco.markets.book import fees
from fondaco.markets.fee_commands import end_fee, set_fee, set_fee_policy
from fondaco.markets.fees import (
    Bound,
    Count,
    CurrencyCode,
    EndFee,
    Fee,
    FeePolicy,
    SetFee,
    SetFeePolicy,
)
from fondaco.markets.queries import list_fee_rules, markets

Caller = Request[Any, parties.Access, State]
Numerator = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Denominator = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Commission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A share of a line's price: numerator/denominator, at least `floor`, at most `cap`.

    Floor and cap are minor units of the market's currency; `bounds` has those of others.
    """

    numerator: Numerator
    denominator: Denominator = 100
    floor: Count = 0
    cap: Count | None = None
    bounds: dict[CurrencyCode, Bound] = {}

    def fee(self) -> Fee:
        """As the command takes it."""
        return Fee(
            numerator=self.numerator, denominator=self.denominator, floor=self.floor, cap=self.cap,
            bounds=self.bounds,
        )  # fmt: skip


class FeeTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """VAT on commission as numerator/denominator; what commission is a share of; refunds.

    `net_of_tax`: of the price without the tax in it. `keep_on_refund`: not given back.
    """

    vat_numerator: Numerator = 0
    vat_denominator: Denominator = 100
    net_of_tax: bool = False
    keep_on_refund: bool = False

    def policy(self) -> FeePolicy:
        """As the command takes it."""
        return FeePolicy(**msgspec.structs.asdict(self))


class NewFee(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A commission rule, for all or one seller, and for a category, a product or all goods.

    It is for unit prices from `price_from` up to and without `price_below`, minor units of the
    market's currency; from `valid_from` (left out: now) until `valid_until` (left out: no end).
    """

    fee: Commission
    seller: SellerId | None = None
    category: CategoryId | None = None
    product: ProductId | None = None
    price_from: Count = 0
    price_below: Count | None = None
    valid_from: Zoned | None = None
    valid_until: Zoned | None = None


class FeeEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a rule ends; left out: now."""

    until: Zoned | None = None


class Ended(msgspec.Struct, frozen=True):
    """When the rule ends."""

    until: datetime


class NewFeePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fee policy from a time on; left out: now."""

    policy: FeeTerms
    valid_from: Zoned | None = None


class FeePolicyFrom(msgspec.Struct, frozen=True):
    """From when the policy is in force."""

    valid_from: datetime


class FeeView(msgspec.Struct, frozen=True):
    """A commission rule as it stands; `base` is what the market was opened with."""

    id: str
    fee: Commission
    currency: str
    seller: str | None
    category: str | None
    product: str | None
    price_from: int
    price_below: int | None
    valid_from: datetime
    valid_until: datetime | None
    base: bool


class FeePage(msgspec.Struct, frozen=True):
    """Commission rules in order of setting; `next` is the address of the page after, if any."""

    fees: list[FeeView]
    next: str | None


@post("/api/markets/{market_id:str}/fees", dto=Strict[NewFee], **writes("admin"))
async def add_fee(
    data: JSONBody[NewFee],
    request: Caller,
    market_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Made:
    """Set commission for what is sold while the rule is in force; what is sold keeps its own."""
    wish = SetFee(
        market=id_in_path("mkt", market_id), fee=data.fee.fee(), seller=parsed("sel", data.seller),
        category=parsed("cat", data.category), product=parsed("prd", data.product),
        price_from=data.price_from, price_below=data.price_below,
        valid_from=data.valid_from, valid_until=data.valid_until,
    )  # fmt: skip
    made = await submit(request, set_fee, wish, idempotency_key, "unknown_market")
    return Made(show("fee", made.id))


@get("/api/markets/{market_id:str}/fees", **reads("admin"))
async def all_fees(
    request: Caller,
    market_id: FromPath[str],
    after: Annotated[str | None, after("fee")] = None,
    limit: Limit = 50,
) -> FeePage:
    """Commission rules of a market, also those ended or still to come."""
    database = request.app.state.database
    market = await _known(request, market_id)
    rows = await list_fee_rules(database, market, parsed("fee", after) or 0, limit)
    views = [_view(row) for row in rows]
    last = views[-1].id if views else ""
    return FeePage(views, next_page(f"/api/markets/{market_id}/fees", views, limit, last))


@post("/api/fees/{fee_id:str}/end", dto=Strict[FeeEnd], **writes("admin", status=200))
async def stop_fee(
    data: JSONBody[FeeEnd],
    request: Caller,
    fee_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Ended:
    """End a commission rule, now or at a time ahead."""
    wish = EndFee(rule=id_in_path("fee", fee_id), until=data.until)
    return Ended((await submit(request, end_fee, wish, idempotency_key, "unknown_rule")).until)


@post("/api/markets/{market_id:str}/fee-policy", dto=Strict[NewFeePolicy], **writes("admin"))
async def add_fee_policy(
    data: JSONBody[NewFeePolicy],
    request: Caller,
    market_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> FeePolicyFrom:
    """Set VAT on commission, its base and what refunds do with it; sales before keep theirs."""
    wish = SetFeePolicy(
        market=id_in_path("mkt", market_id), policy=data.policy.policy(),
        valid_from=data.valid_from,
    )  # fmt: skip
    done = await submit(request, set_fee_policy, wish, idempotency_key, "unknown_market")
    return FeePolicyFrom(done.valid_from)


@get("/api/markets/{market_id:str}/fee-policy", **reads())
async def one_fee_policy(request: Caller, market_id: FromPath[str]) -> FeeTerms:
    """The market's fee policy now."""
    market = await _known(request, market_id)
    database = request.app.state.database
    policy = (await fees(database)).policy(market, database.clock())
    return FeeTerms(**msgspec.structs.asdict(policy))


async def _known(request: Caller, market_id: str) -> int:
    id_ = id_in_path("mkt", market_id)
    if id_ not in await markets(request.app.state.database, [id_]):
        raise Problem(404, "unknown_market", "There is no such market.")
    return id_


def _view(row: Any) -> FeeView:
    bounds = msgspec.json.decode(row["bounds"], type=dict[CurrencyCode, Bound])
    fee = Commission(row["numerator"], row["denominator"], row["floor"], row["cap"], bounds)
    return FeeView(
        show("fee", row["id"]), fee, row["currency"], _shown("sel", row["seller"]),
        _shown("cat", row["category"]), _shown("prd", row["product"]), row["price_from"],
        row["price_below"], row["valid_from"], row["valid_until"], row["base"],
    )  # fmt: skip


def _shown(prefix: str, id_: int | None) -> str | None:
    return None if id_ is None else show(prefix, id_)


routes = (add_fee, all_fees, stop_fee, add_fee_policy, one_fee_policy)
