"""Invoices and credit notes: issued, listed and read."""

import asyncio
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody, QueryParameter

from fondaco import parties
from fondaco.billing.bill import bill
from fondaco.billing.model import Bill, Business, Document, Month
from fondaco.billing.papers import as_csv, as_pdf, by_rate, percent
from fondaco.billing.queries import document, documents_of
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import MarketId, id_in_path, next_page, parsed
from fondaco.kernel.ids import parse, show

Caller = Request[Any, parties.Access, State]
_NEWEST: Final = 2**63 - 1
_PDF_LINES: Final = 5_000


class NewBill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The month of a market, in its time zone, that the seller is to be invoiced: `2026-10`."""

    market: MarketId
    month: Month


class BilledView(msgspec.Struct, frozen=True):
    """The numbers of the documents that were issued."""

    numbers: list[str]


class DocumentLine(msgspec.Struct, frozen=True):
    """What is invoiced or credited. Minor units.

    `what` is `commission` on so many orders (`quantity`), or a charge (`one_off`, `subscription`,
    `penalty`) with its reason in `about`. `about` of credited commission is the invoice that had
    it, or its month if there is none. `vat_percent` is the rate, e.g. `5.5`.
    """

    what: str
    about: str
    quantity: int
    vat_percent: str
    net: int
    vat: int


class VatSum(msgspec.Struct, frozen=True):
    """What of a document is at one rate of VAT. Minor units."""

    vat_percent: str
    net: int
    vat: int


class DocumentView(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice, or a credit note (`kind` says) about what was invoiced. Minor units.

    Nothing is to be paid on it: commission and charges were kept back from what the seller is
    owed, what is credited was given back to it. `reverse_charge`: VAT is for the seller to pay.
    `issued_on` is the day in the market's time zone.
    """

    number: str
    kind: str
    market: str
    seller: str
    month: str
    currency: str
    issued_at: datetime
    issued_on: date
    issuer: Business
    recipient: Business
    lines: list[DocumentLine]
    rates: list[VatSum]
    net: int
    vat: int
    total: int
    reverse_charge: bool


class DocumentSummary(msgspec.Struct, frozen=True):
    """A document without its lines. Minor units."""

    id: str
    number: str
    kind: str
    market: str
    month: str
    currency: str
    net: int
    vat: int
    issued_at: datetime


class DocumentPage(msgspec.Struct, frozen=True):
    """Documents, latest first; `next` is the address of the page after, if there is one."""

    documents: list[DocumentSummary]
    next: str | None


@post("/api/sellers/{seller_id:str}/invoices", dto=Strict[NewBill], **writes("admin"))
async def new_invoices(
    data: JSONBody[NewBill], request: Caller, seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> BilledView:  # fmt: skip
    """Invoice a month to a seller, once it has ended: what was taken, and what was given back."""
    wish = Bill(
        market=parse("mkt", data.market), seller=id_in_path("sel", seller_id), month=data.month,
        by=request.auth.by,
    )  # fmt: skip
    done = await submit(request, bill, wish, idempotency_key, "unknown_seller")
    return BilledView(done.numbers)


@get("/api/sellers/{seller_id:str}/invoices", **reads("read", "operator", "seller"))
async def all_invoices(
    request: Caller,
    seller_id: FromPath[str],
    after: Annotated[str | None, after("doc")] = None,
    limit: Limit = 50,
) -> DocumentPage:
    """What was invoiced and credited to a seller: its own, or any for the operator."""
    seller = parties.in_path(request.auth, parties.Kind.SELLER, id_in_path("sel", seller_id))
    database = request.app.state.database
    known = await parties.organisations(database, [seller])
    if seller not in known or known[seller]["kind"] != parties.Kind.SELLER:
        raise Problem(404, "unknown_seller", "There is no such seller.")
    rows = await documents_of(database, seller, parsed("doc", after) or _NEWEST, limit)
    views = [
        DocumentSummary(
            show("doc", row["id"]), row["number"], row["kind"], show("mkt", row["market"]),
            f"{row['month']:%Y-%m}", row["currency"], row["net"], row["vat"], row["issued_at"],
        )
        for row in rows
    ]  # fmt: skip
    last = views[-1].id if views else ""
    return DocumentPage(views, next_page(f"/api/sellers/{seller_id}/invoices", views, limit, last))


@get("/api/invoices/{number:str}", **reads("read", "operator", "seller"))
async def one_invoice(
    request: Caller,
    number: FromPath[str],
    form: Annotated[
        Literal["json", "csv", "pdf"], QueryParameter(name="format", description="As what.")
    ] = "json",
) -> Response[DocumentView | bytes]:
    """An invoice or credit note by its number: a seller's own, or any for the operator."""
    found = await document(request.app.state.database, number)
    mine = parties.only_seller(request.auth)
    if found is None or (mine is not None and found.seller != show("sel", mine)):
        raise Problem(404, "not_found", "There is no such document.")
    if form == "json":
        return Response(_view(found))
    if form == "pdf" and len(found.lines) > _PDF_LINES:
        raise Problem(422, "too_long", "It is too long for a PDF; take CSV.", parameter="format")
    body = await asyncio.to_thread(as_pdf if form == "pdf" else as_csv, found)
    kind = "application/pdf" if form == "pdf" else "text/csv; charset=utf-8"
    headers = {"content-disposition": f'attachment; filename="{found.number}.{form}"'}
    return Response(body, media_type=kind, headers=headers)


def _view(one: Document) -> DocumentView:
    return DocumentView(
        number=one.number, kind=one.kind, market=one.market, seller=one.seller, month=one.month,
        currency=one.currency, issued_at=one.issued_at, issued_on=one.issued_on,
        issuer=one.issuer, recipient=one.recipient, net=one.net, vat=one.vat, total=one.total,
        reverse_charge=one.reverse_charge,
        lines=[
            DocumentLine(line.what, line.about, line.quantity, percent(line), line.net, line.vat)
            for line in one.lines
        ],
        rates=[VatSum(rate, net, vat) for rate, (net, vat) in by_rate(one).items()],
    )  # fmt: skip


routes = (new_invoices, all_invoices, one_invoice)
