"""The JSON edge of screening: the operator's lists, and hits to decide."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody, QueryParameter

from fondaco import parties
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import id_in_path, next_page, parsed
from fondaco.kernel.ids import show
from fondaco.risk.model import DecideHit, Why
from fondaco.risk.queries import hits, lists
from fondaco.risk.screening import decide_hit

Caller = Request[Any, parties.Access, State]
HitState = Literal["open", "cleared", "confirmed", "withdrawn"]


class ListView(msgspec.Struct, frozen=True):
    """A list's latest version. Lists are imported with `fondaco risk import`."""

    name: str
    version: str
    entries: int
    names: int
    imported_at: datetime


class Lists(msgspec.Struct, frozen=True):
    """What sellers are compared with; none: nobody is screened."""

    lists: list[ListView]


class HitView(msgspec.Struct, frozen=True):
    """A seller whose own or an owner's `name` is like a listed one; `score` says how, of 100.

    While `open` or `confirmed` the seller is not paid.
    """

    id: str
    seller: str
    name: str
    list: str
    version: str
    entry: str
    listed_name: str
    score: int
    state: str
    found_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str


class HitPage(msgspec.Struct, frozen=True):
    """Hits in order; `next` is the address of the page after, if there is one."""

    hits: list[HitView]
    next: str | None


class NewDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the seller is the one on the list, and how you know."""

    same: bool
    reason: Why


class Decision(msgspec.Struct, frozen=True):
    """`cleared`: the seller may be paid; `confirmed`: it may not."""

    state: str


@get("/api/screening/lists", **reads("admin"))
async def all_lists(request: Caller) -> Lists:
    """The sanction lists that sellers are compared with."""
    return Lists(
        [
            ListView(row["name"], row["version"], row["entries"], row["names"], row["imported_at"])
            for row in await lists(request.app.state.database)
        ]
    )


@get("/api/screening/hits", **reads("admin"))
async def all_hits(
    request: Caller,
    which: Annotated[HitState, QueryParameter(name="state", description="Which.")] = "open",
    after: Annotated[str | None, after("hit")] = None,
    limit: Limit = 50,
) -> HitPage:
    """Sellers whose names are like listed ones, oldest first."""
    rows = await hits(request.app.state.database, which, parsed("hit", after) or 0, limit)
    views = [_view(row) for row in rows]
    last = views[-1].id if views else ""
    return HitPage(views, next_page("/api/screening/hits", views, limit, last, state=which))


@post("/api/screening/hits/{hit_id:str}/decision", dto=Strict[NewDecision], **writes("admin"))
async def new_decision(
    data: JSONBody[NewDecision], request: Caller, hit_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Decision:  # fmt: skip
    """Say whether a seller is the one on the list; kept with your key's name and the reason."""
    wish = DecideHit(
        hit=id_in_path("hit", hit_id), same=data.same, by=request.auth.by, reason=data.reason
    )
    done = await submit(request, decide_hit, wish, idempotency_key, "unknown_hit")
    return Decision(done.state)


def _view(row: Any) -> HitView:
    return HitView(
        show("hit", row["id"]), show("sel", row["party"]), row["name"], row["list"],
        row["version"], row["entry"], row["listed_name"], row["score"], row["state"],
        row["found_at"], row["decided_by"], row["decided_at"], row["reason"],
    )  # fmt: skip


routes = (all_lists, all_hits, new_decision)
