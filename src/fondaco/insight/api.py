"""The JSON edge of reports: the books for the operator, statements and accounts for sellers too."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath, QueryParameter

from fondaco import ledger, parties
from fondaco.insight.accounts import TOLD
from fondaco.insight.papers import as_csv, as_pdf
from fondaco.insight.statement import Statement, TooLong, statement
from fondaco.kernel import Problem
from fondaco.kernel.api import Limit, reads
from fondaco.kernel.edge import END, id_in_path, next_page
from fondaco.kernel.ids import BadId, parse, show
from fondaco.kernel.money import in_use

Caller = Request[Any, parties.Access, State]
_PDF_LINES: Final = 5_000
_ID: Final = "[0-7][0-9a-hjkmnp-tv-z]{12}"
_SUBJECT: Final = f"^(sel|per|ord|pur|gft)_{_ID}{END}"
_PLACE: Final = f"^jrn_{_ID}[.][0-9]{{1,4}}([.][A-Z]{{3}}-?[0-9]{{1,18}}){{0,200}}{END}"

Instant = Annotated[datetime, msgspec.Meta(tz=True, description="A time with its offset from UTC.")]
Code = Annotated[str, QueryParameter(pattern=f"^[A-Z]{{3}}{END}", description="ISO 4217.")]


class TrialLineView(msgspec.Struct, frozen=True):
    """An account's debits and credits in a currency, minor units."""

    account: str
    currency: str
    debits: int
    credits: int
    balance: int


class TrialBalance(msgspec.Struct, frozen=True):
    """The trial balance at an instant; null: now. In each currency the balances sum to zero."""

    at: datetime | None
    lines: list[TrialLineView]


class EntryView(msgspec.Struct, frozen=True):
    """A posting as an account sees it. Minor units; `amount` is positive for a debit.

    `other` is the account on the other side; `balance` debits less credits with this entry.
    """

    journal: str
    at: datetime
    kind: str
    currency: str
    amount: int
    other: str
    balance: int


class EntryPage(msgspec.Struct, frozen=True):
    """Entries, oldest first; `next` is the address of the page after, if there is one."""

    entries: list[EntryView]
    next: str | None


@get("/api/trial-balance", **reads("admin"))
async def trial_balance(
    request: Caller,
    at: Annotated[Instant | None, QueryParameter(description="Left out: now.")] = None,
) -> TrialBalance:
    """Every account, as it is or as it was at an instant."""
    database = request.app.state.database
    if at is None:
        lines = await ledger.trial_balance(database)
    else:
        at = _utc(at, "at")
        lines = await ledger.trial_balance_at(database, at)
    return TrialBalance(
        at,
        [
            TrialLineView(one.account, one.currency, one.debits, one.credits, one.balance)
            for one in lines
        ],
    )


@get("/api/accounts/{account:str}/entries", **reads("read", "operator", "seller"))
async def entries(
    request: Caller,
    account: FromPath[str],
    subject: Annotated[str, QueryParameter(pattern=_SUBJECT, description="Of whom or what.")],
    after: Annotated[str | None, QueryParameter(pattern=_PLACE)] = None,
    limit: Limit = 50,
) -> EntryPage:
    """What moved on an account of a seller, a person, or an order; a seller reads its own."""
    mine = parties.only_seller(request.auth)
    of = parse(subject[:3], subject)
    if mine is not None and (subject[:3], of) != ("sel", mine):
        raise Problem(404, "unknown_seller", "There is no such seller.")
    if account not in TOLD:
        detail = f"There is no history of {account!r}; there is of {', '.join(TOLD)}."
        raise Problem(404, "not_found", detail)
    begin = _place(after)
    found = await ledger.history(request.app.state.database, account, of, begin, limit)
    views = [
        EntryView(
            show("jrn", one.journal), one.at, one.kind, one.currency, one.amount, one.other,
            one.balance,
        )
        for one in found
    ]  # fmt: skip
    last = _shown(ledger.place_after(found, begin)) if found else ""
    path = f"/api/accounts/{account}/entries"
    return EntryPage(views, next_page(path, views, limit, last, subject=subject))


@get("/api/sellers/{seller_id:str}/statement", **reads("read", "operator", "seller"))
async def seller_statement(
    request: Caller,
    seller_id: FromPath[str],
    currency: Code,
    since: Annotated[Instant, QueryParameter(description="From this instant on.")],
    until: Annotated[Instant, QueryParameter(description="Until just before this one.")],
    form: Annotated[
        Literal["json", "csv", "pdf"], QueryParameter(name="format", description="As what.")
    ] = "json",
) -> Response[Statement | bytes]:
    """What was a seller's, what changed it and why, and what it is: the seller's own or any."""
    seller = parties.in_path(request.auth, parties.Kind.SELLER, id_in_path("sel", seller_id))
    known = (await parties.organisations(request.app.state.database, [seller])).get(seller)
    if known is None or known["kind"] != parties.Kind.SELLER:
        raise Problem(404, "unknown_seller", "There is no such seller.")
    if not in_use(currency):
        raise Problem(
            422, "unknown_currency", f"{currency} is not a currency in use.", parameter="currency"
        )
    since, until = _utc(since, "since"), _utc(until, "until")
    if until <= since:
        raise Problem(422, "bad_period", "The period must end after it begins.", parameter="until")
    try:
        shown = await statement(request.app.state.database, seller, currency, since, until)
    except TooLong:
        raise _too_long() from None
    if form == "json":
        return Response(shown)
    if form == "pdf" and len(shown.lines) > _PDF_LINES:
        raise _too_long()
    draw = as_pdf if form == "pdf" else as_csv
    body = await asyncio.to_thread(draw, shown)
    kind = "application/pdf" if form == "pdf" else "text/csv; charset=utf-8"
    name = f"statement-{seller_id}-{since:%Y%m%d}-{until:%Y%m%d}-{currency}.{form}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=kind, headers=headers)


def _utc(at: datetime, parameter: str) -> datetime:
    """The instant in UTC. The first and the last day there are may have none."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        detail = "There is no such time in UTC."
        raise Problem(400, "invalid_parameter", detail, parameter=parameter) from None


def _too_long() -> Problem:
    detail = f"Too much happened: take a shorter time, or (over {_PDF_LINES:,} lines) no PDF."
    return Problem(422, "too_long", detail, parameter="until")


def _place(text: str | None) -> ledger.Place:
    """Where `next` said that the page begins: a posting, and the balances there."""
    if text is None:
        return ledger.Place()
    journal, no, *balances = text.split(".")
    try:
        known = tuple((one[:3], int(one[3:])) for one in balances)
        return ledger.Place(parse("jrn", journal), int(no), known)
    except BadId as error:
        raise Problem(400, "invalid_parameter", f"{error}.", parameter="after") from None


def _shown(place: ledger.Place) -> str:
    balances = "".join(f".{currency}{amount}" for currency, amount in place.balances)
    return f"{show('jrn', place.journal)}.{place.no}{balances}"


routes = (trial_balance, entries, seller_statement)
