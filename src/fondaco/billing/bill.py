"""Issuing invoices and credit notes: what was taken and given back in a month, numbered in turn."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from fondaco import markets, parties
from fondaco.billing.model import Bill, Billed, BillRefusal, Business, first_day
from fondaco.billing.queries import sql
from fondaco.insight import Fee, FeesOf, begins, fees_taken, month_after
from fondaco.kernel import Batch, Refused, Row, Tx, as_json, command

SETTLED: Final = timedelta(hours=1)
"""How long after a month nothing can be posted in it any more: longer than a command takes."""


class _Issuer(NamedTuple):
    prefix: str
    business: Business


class _Key(NamedTuple):
    """What there is one document of: `kind` is `invoice` or `credit_note`."""

    market: int
    seller: int
    month: date
    currency: str
    kind: str


@command(Billed)
async def bill(tx: Tx, batch: Batch[Bill]) -> list[Billed | Refused]:
    """Invoice months of sellers, each once. BillRefusal says why not.

    Documents of a market are numbered one after the other, without a gap: whoever issues some
    waits for whoever issues others.
    """
    rows = await tx.fetch(sql.lock_issuers, markets=sorted({one.market for one in batch}))
    issuers = {row["party"]: _Issuer(row["prefix"], _business(row)) for row in rows}
    known = await markets.markets(tx, [one.market for one in batch])
    sellers = await parties.organisations(tx, [one.seller for one in batch])
    desk = _Desk(tx, issuers, sellers, known)
    refusals = [
        _refusal(one, at, known, sellers, issuers) for one, at in zip(batch, batch.at, strict=True)
    ]
    wanted = [
        FeesOf(one.seller, one.market, first_day(one.month))
        for one, refusal in zip(batch, refusals, strict=True)
        if refusal is None
    ]
    await desk.open(wanted)
    outcomes: list[Billed | Refused] = []
    for one, at, refusal in zip(batch, batch.at, refusals, strict=True):
        outcomes.append(refusal or desk.issue(one, at))
    await desk.write()
    return outcomes


def _business(row: Row) -> Business:
    return Business(row["name"], row["address"], row["country"], row["tax_id"])


def _refusal(
    one: Bill, at: datetime, known: Mapping[int, markets.Market], sellers: Mapping[int, Row],
    issuers: Mapping[int, _Issuer],
) -> Refused | None:  # fmt: skip
    if one.market not in known:
        return Refused(BillRefusal.UNKNOWN_MARKET, "There is no such market.", "/market")
    if one.seller not in sellers or sellers[one.seller]["kind"] != parties.Kind.SELLER:
        return Refused(BillRefusal.UNKNOWN_SELLER, "There is no such seller.", "/seller")
    zone = known[one.market].time_zone
    over = begins(month_after(first_day(one.month)), zone) + SETTLED
    if at < over:
        detail = f"{one.month} can be invoiced from {over:%Y-%m-%d %H:%M} UTC on."
        return Refused(BillRefusal.MONTH_NOT_OVER, detail, "/month")
    if one.market not in issuers:
        detail = "Nobody said who runs the market: set its business first."
        return Refused(BillRefusal.NO_ISSUER, detail, "/market")
    return None


class _Desk:
    """Where documents are drawn up: what is to be invoiced, and the numbers in turn."""

    def __init__(
        self, tx: Tx, issuers: Mapping[int, _Issuer], sellers: Mapping[int, Row],
        known: Mapping[int, markets.Market],
    ) -> None:  # fmt: skip
        self._tx, self._issuers, self._sellers, self._markets = tx, issuers, sellers, known
        self._known: dict[int, Business] = {}
        self._fees: dict[FeesOf, list[Fee]] = defaultdict(list)
        self._issued: dict[_Key, str] = {}
        self._before: dict[FeesOf, list[str]] = defaultdict(list)
        self._last: dict[tuple[str, str, int], int] = {}
        self._documents: list[dict[str, Any]] = []
        self._lines: list[dict[str, Any]] = []

    async def open(self, wanted: Sequence[FeesOf]) -> None:
        """Read what was taken, what was issued, and the last numbers."""
        for fee in await fees_taken(self._tx, wanted):
            self._fees[FeesOf(fee.seller, fee.market, fee.month)].append(fee)
        sellers = sorted({one.seller for one in wanted})
        rows = await self._tx.fetch(sql.issued_to, sellers=sellers)
        for row in rows:
            self._note(_Key(*(row[name] for name in _Key._fields)), row["number"])
        rows = await self._tx.fetch(sql.businesses, parties=sellers)
        self._known = {row["party"]: _business(row) for row in rows}
        prefixes = sorted({one.prefix for one in self._issuers.values()})
        rows = await self._tx.fetch(sql.last_numbers, prefixes=prefixes)
        self._last = {(row["prefix"], row["kind"], row["year"]): row["last"] for row in rows}

    def issue(self, one: Bill, at: datetime) -> Billed | Refused:
        """Draw up the documents of a seller's month."""
        month = first_day(one.month)
        sheets: dict[_Key, list[Fee]] = defaultdict(list)
        for fee in self._fees[FeesOf(one.seller, one.market, month)]:
            kind = "credit_note" if fee.given_back else "invoice"
            sheets[_Key(one.market, one.seller, month, fee.currency, kind)].append(fee)
        if before := self._before.get(FeesOf(one.seller, one.market, month)):
            detail = f"{one.month} is invoiced already: {', '.join(sorted(before))}."
            return Refused(BillRefusal.ALREADY_BILLED, detail, "/month")
        if not sheets:
            detail = f"Nothing was taken of the seller in {one.month}, and nothing given back."
            return Refused(BillRefusal.NOTHING_TO_BILL, detail, "/month")
        # the invoice comes first: a credit note of the same month names it
        in_turn = sorted(sheets, key=lambda key: (key.kind == "credit_note", key.currency))
        return Billed([self._draw_up(key, sheets[key], one.by, at) for key in in_turn])

    def _draw_up(self, key: _Key, fees: Sequence[Fee], by: str, at: datetime) -> str:
        issuer = self._issuers[key.market]
        year = self._markets[key.market].day(at).year
        series = (issuer.prefix, key.kind, year)
        no = self._last[series] = self._last.get(series, 0) + 1
        mark = "C" if key.kind == "credit_note" else ""
        number = f"{issuer.prefix}-{mark}{year}-{no:06}"
        id_ = self._tx.mint()
        self._note(key, number)
        self._documents.append(
            {
                **key._asdict(), "id": id_, "number": number, "prefix": issuer.prefix,
                "year": year, "no": no, "net": sum(fee.net for fee in fees),
                "vat": sum(fee.vat for fee in fees), "issuer": issuer.business,
                "recipient": self._recipient(key.seller), "by": by, "at": at,
            }
        )  # fmt: skip
        for line, fee in enumerate(fees, 1):
            row = {name: getattr(fee, name) for name in _COPIED}
            self._lines.append({**row, "document": id_, "no": line, "about": self._about(fee, key)})
        return number

    def _note(self, key: _Key, number: str) -> None:
        self._issued[key] = number
        self._before[FeesOf(key.seller, key.market, key.month)].append(number)

    def _recipient(self, seller: int) -> Business:
        """Who the seller said it is; else what is known of it."""
        if seller in self._known:
            return self._known[seller]
        row = self._sellers[seller]
        return Business(row["name"], row["city"], row["country"])

    def _about(self, fee: Fee, key: _Key) -> str:
        if not fee.given_back:
            return fee.about
        taken = key._replace(month=fee.taken_in, kind="invoice")
        return self._issued.get(taken, f"{fee.taken_in:%Y-%m}")

    async def write(self) -> None:
        """Write what was drawn up, and the numbers that were given last."""
        await self._tx.fetch(sql.insert_documents, rows=as_json(self._documents))
        await self._tx.fetch(sql.insert_lines, rows=as_json(self._lines))
        last = [
            {"prefix": prefix, "kind": kind, "year": year, "last": no}
            for (prefix, kind, year), no in sorted(self._last.items())
        ]
        await self._tx.fetch(sql.keep_last_numbers, rows=as_json(last))


_COPIED: Final = ("what", "quantity", "vat_numerator", "vat_denominator", "net", "vat")
