"""The JSON edge of a seller's account: what it has and owes, its bond, reserve and debt."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.params import FromPath

from fondaco import parties
from fondaco.kernel import Problem
from fondaco.kernel.api import Limit, after, reads
from fondaco.kernel.edge import id_in_path, next_page, parsed
from fondaco.kernel.ids import show
from fondaco.payments.account_queries import SellerAccount, account_of, seller_moves_of

Caller = Request[Any, parties.Access, State]


class MoveView(msgspec.Struct, frozen=True):
    """What was decided about a bond or a debt, and why. Minor units."""

    id: str
    kind: str
    currency: str
    amount: int
    reason: str
    created_at: datetime


class MovePage(msgspec.Struct, frozen=True):
    """Moves in order; `next` is the address of the page after, if there is one."""

    moves: list[MoveView]
    next: str | None


class TrancheView(msgspec.Struct, frozen=True):
    """What is kept back of sales until a day. Minor units."""

    currency: str
    release_on: date
    amount: int


class BondView(msgspec.Struct, frozen=True):
    """A bond's terms, and what it lacks. Minor units."""

    currency: str
    target: int
    missing: int
    numerator: int
    denominator: int
    draws: list[str]
    draw_after_days: float | None


class DebtView(msgspec.Struct, frozen=True):
    """A debt that is open: how it came about, when, how many days ago. Minor units."""

    currency: str
    kind: str
    since: datetime
    days: int
    amount: int


class AccountView(msgspec.Struct, frozen=True):
    """A seller's account: balances by account and currency, reserve by day, bonds, debts by age.

    Of the balances, `receivable` is what the seller owes.
    """

    balances: dict[str, dict[str, int]]
    reserve: list[TrancheView]
    bonds: list[BondView]
    debts: list[DebtView]


async def known_seller(request: Caller, seller_id: str) -> int:
    """The seller that a path names, if the caller may see it; else a 404 Problem."""
    id_ = id_in_path("sel", seller_id)
    mine = parties.only_seller(request.auth)
    known = (await parties.organisations(request.app.state.database, [id_])).get(id_)
    if known is None or known["kind"] != "seller" or (mine is not None and mine != id_):
        raise Problem(404, "unknown_seller", "There is no such seller.")
    return id_


@get("/api/sellers/{seller_id:str}/account", **reads("read", "operator", "seller"))
async def seller_account(request: Caller, seller_id: FromPath[str]) -> AccountView:
    """What a seller is owed, keeps in reserve and bond, and owes."""
    database = request.app.state.database
    found = await account_of(database, await known_seller(request, seller_id))
    return _account(found, database.clock())


@get("/api/sellers/{seller_id:str}/moves", **reads("read", "operator", "seller"))
async def seller_moves(
    request: Caller,
    seller_id: FromPath[str],
    after: Annotated[str | None, after("mov")] = None,
    limit: Limit = 50,
) -> MovePage:
    """What was decided about a seller's bond and debt, and why."""
    id_ = await known_seller(request, seller_id)
    rows = await seller_moves_of(request.app.state.database, id_, parsed("mov", after) or 0, limit)
    views = [
        MoveView(
            show("mov", row["id"]), row["kind"], row["currency"], row["amount"], row["reason"],
            row["created_at"],
        )
        for row in rows
    ]  # fmt: skip
    last = views[-1].id if views else ""
    return MovePage(views, next_page(f"/api/sellers/{seller_id}/moves", views, limit, last))


def _account(found: SellerAccount, now: datetime) -> AccountView:
    return AccountView(
        found.balances,
        [TrancheView(*msgspec.structs.astuple(one)) for one in found.reserve],
        [BondView(*msgspec.structs.astuple(one)) for one in found.bonds],
        [
            DebtView(one.currency, one.kind, one.since, (now - one.since).days, one.amount)
            for one in found.debts
        ],
    )


routes = (seller_account, seller_moves)
