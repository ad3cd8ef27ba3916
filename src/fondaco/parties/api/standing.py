"""Suspending sellers, and since when and why they were."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import id_in_path, next_page, parsed
from fondaco.kernel.ids import show
from fondaco.parties.door import in_path
from fondaco.parties.model import Access, Kind
from fondaco.parties.queries import suspensions_of
from fondaco.parties.suspension import Reinstate, Suspend, Why, reinstate, suspend

Caller = Request[Any, Access, State]
_NEWEST = 2**63 - 1


class NewSuspension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the seller may not sell."""

    reason: Why


class Standing(msgspec.Struct, frozen=True):
    """What the seller is now: `active` or `suspended`."""

    state: str


class SuspensionView(msgspec.Struct, frozen=True):
    """A time during which a seller could not sell; `lifted_at` is null while it lasts."""

    id: str
    reason: str
    suspended_at: datetime
    lifted_at: datetime | None


class SuspensionPage(msgspec.Struct, frozen=True):
    """Suspensions, latest first; `next` is the address of the page after, if there is one."""

    suspensions: list[SuspensionView]
    next: str | None


@post("/api/sellers/{seller_id:str}/suspensions", dto=Strict[NewSuspension], **writes("admin"))
async def new_suspension(
    data: JSONBody[NewSuspension], request: Caller, seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Standing:  # fmt: skip
    """Let a seller sell nothing more. What is sold already goes on, and is paid out."""
    wish = Suspend(seller=id_in_path("sel", seller_id), reason=data.reason, by=request.auth.by)
    done = await submit(request, suspend, wish, idempotency_key, "unknown_seller")
    return Standing(done.state)


@post("/api/sellers/{seller_id:str}/reinstatement", **writes("admin"))
async def new_reinstatement(
    request: Caller, seller_id: FromPath[str], idempotency_key: IdempotencyKey
) -> Standing:
    """Let a suspended seller sell again."""
    wish = Reinstate(seller=id_in_path("sel", seller_id), by=request.auth.by)
    done = await submit(request, reinstate, wish, idempotency_key, "unknown_seller")
    return Standing(done.state)


@get("/api/sellers/{seller_id:str}/suspensions", **reads("read", "operator", "seller"))
async def suspensions(
    request: Caller,
    seller_id: FromPath[str],
    after: Annotated[str | None, after("sus")] = None,
    limit: Limit = 50,
) -> SuspensionPage:
    """When a seller could not sell, and why, latest first; a seller sees its own."""
    seller = in_path(request.auth, Kind.SELLER, id_in_path("sel", seller_id))
    rows = await suspensions_of(
        request.app.state.database, seller, parsed("sus", after) or _NEWEST, limit
    )
    views = [
        SuspensionView(show("sus", row["id"]), row["reason"], row["suspended_at"], row["lifted_at"])
        for row in rows
    ]
    last = views[-1].id if views else ""
    path = f"/api/sellers/{seller_id}/suspensions"
    return SuspensionPage(views, next_page(path, views, limit, last))


routes = (new_suspension, new_reinstatement, suspensions)
