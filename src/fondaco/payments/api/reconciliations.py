"""The JSON edge of comparing providers' reports with the journal, and of what did not fit."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody, QueryParameter

from fondaco import parties
from fondaco.kernel import Problem, Row
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import Text, id_in_path, next_page, parsed
from fondaco.kernel.ids import show
from fondaco.payments.account_model import Reason
from fondaco.payments.breaks import breaks_of, open_breaks, resolve_break
from fondaco.payments.providers.base import NoAnswer, Unable
from fondaco.payments.reconcile_model import BookTo, ResolveBreak
from fondaco.payments.reconciliation import reconcile

Caller = Request[Any, parties.Access, State]


class DayOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider's day, in UTC."""

    provider: Text
    day: date


class BreakView(msgspec.Struct, frozen=True):
    """A movement that did not fit, and why. Minor units, net of the provider's fee.

    `ours` or `theirs` is null where it is missing; `difference` is how much more is in the
    provider's account than in the books.
    """

    id: str
    provider: str
    day: date
    kind: str
    movement: str
    key: str
    reference: str
    currency: str
    ours: int | None
    theirs: int | None
    difference: int
    reason: str
    state: str
    account: str
    note: str
    found_at: datetime


class ReconciliationView(msgspec.Struct, frozen=True):
    """What came of a comparison: lines of the report, those that fit, and all breaks of the day."""

    provider: str
    day: date
    lines: int
    matched: int
    breaks: list[BreakView]


class BreakPage(msgspec.Struct, frozen=True):
    """Breaks that nobody has resolved, and where the next page is."""

    breaks: list[BreakView]
    next: str | None


class Resolution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a movement did not fit; `book` is where the difference goes, where money did move."""

    note: Reason
    book: BookTo | None = None


class ResolvedView(msgspec.Struct, frozen=True):
    """What was booked: above zero, the provider owes us so much more."""

    booked: int


@post("/api/reconciliations", dto=Strict[DayOf], **writes("admin", "operator"))
async def new_reconciliation(
    data: JSONBody[DayOf], request: Caller, idempotency_key: IdempotencyKey
) -> ReconciliationView:
    """Compare a provider's report of a day with the journal, and keep what does not fit."""
    state = request.app.state
    provider = state.providers.get(data.provider)
    if provider is None:
        detail = f"There is no provider {data.provider!r}."
        raise Problem(422, "unknown_provider", detail, pointer="/provider")
    try:
        done = await reconcile(
            state.database, provider, data.day, pays_out=state.payer == data.provider,
            principal=str(request.auth.principal), key=idempotency_key,
        )  # fmt: skip
    except Unable as error:
        raise Problem(422, "unknown_provider", f"{error}.", pointer="/provider") from None
    except ValueError as error:
        raise Problem(422, "invalid_body", f"{error}.", pointer="/day") from None
    except NoAnswer as error:
        raise Problem(503, "unavailable", f"The provider does not answer: {error}.") from None
    rows = await breaks_of(state.database, data.provider, data.day)
    return ReconciliationView(
        data.provider, data.day, done.lines, done.matched, [_view(row) for row in rows]
    )


@get("/api/breaks", **reads("admin", "operator"))
async def all_breaks(
    request: Caller,
    provider: Annotated[str, QueryParameter(max_length=50, description="With `day`.")] = "",
    day: Annotated[date | None, QueryParameter(description="All of this day, in UTC.")] = None,
    after: Annotated[str | None, after("brk")] = None,
    limit: Limit = 50,
) -> BreakPage:
    """Breaks that nobody has resolved; of one day all, also those that cleared."""
    database = request.app.state.database
    if day is not None:
        return BreakPage([_view(row) for row in await breaks_of(database, provider, day)], None)
    rows = await open_breaks(database, parsed("brk", after) or 0, limit)
    views = [_view(row) for row in rows]
    return BreakPage(views, next_page("/api/breaks", views, limit, views[-1].id if views else ""))


@post(
    "/api/breaks/{break_id:str}/resolution", dto=Strict[Resolution], **writes("admin", "operator")
)
async def new_resolution(
    data: JSONBody[Resolution],
    request: Caller,
    break_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> ResolvedView:
    """Close a break with a note, and book the difference where money did move."""
    wish = ResolveBreak(
        id=id_in_path("brk", break_id), note=data.note, by=request.auth.by, book=data.book
    )
    done = await submit(request, resolve_break, wish, idempotency_key, "unknown_break")
    return ResolvedView(done.booked)


def _view(row: Row) -> BreakView:
    return BreakView(
        show("brk", row["id"]), row["provider"], row["day"], row["kind"], row["movement"],
        row["key"], row["reference"], row["currency"], row["ours"], row["theirs"],
        row["difference"], row["reason"], row["state"], row["account"], row["note"],
        row["found_at"],
    )  # fmt: skip


routes = (new_reconciliation, all_breaks, new_resolution)
