"""The Online Retail files of a folder as invoices and cancellations; what is neither is named.

Reads every table of the folder, in the order of their names. Any subset of rows will do.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fondaco.kernel.money import MAX_AMOUNT
from fondaco.replay import fields, tables
from fondaco.replay.retail_match import Sales
from fondaco.replay.retail_model import GiveBack, Invoice, Reason, RetailData, RetailLine
from fondaco.replay.tables import Break, Unreadable

COLUMNS: Final = ("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
NO_SALE: Final = (
    "D",
    "S",
    "B",
    "BANK CHARGES",
    "CRUK",
    "AMAZONFEE",
    "ADJUST",
    "ADJUST2",
    "TEST001",
    "TEST002",
)
"""Stock codes of discounts, samples, the shop's own fees and gifts, adjustments and trials.

Postage and carriage are sold like goods: the buyer pays them, with the VAT of what is sent.
"""
_VOUCHER: Final = "GIFT_"
_MOST_UNITS: Final = 1_000_000
_MOST_LINES: Final = 10_000


class _Reported(Exception):
    """The row is not traded."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def read_retail(folder: Path) -> RetailData:
    """Every row of the folder's tables, each in exactly one class. Raises Unreadable."""
    return _Reading(folder).data()


class _Reading:
    """One pass over a folder."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise Unreadable(f"{folder} is not a folder")
        self.paths = tables.every(folder)
        if not self.paths:
            raise Unreadable(f"there is no .parquet, .csv or .csv.gz file in {folder}")
        self.rows = 0
        self.invoices: dict[str, Invoice] = {}
        self.cancellations: list[RetailLine] = []
        self.reported: Counter[Reason] = Counter()
        self.breaks: list[Break] = []

    def data(self) -> RetailData:
        for path in self.paths:
            for one in self._lines(path):
                if one.invoice.startswith("C"):
                    self.cancellations.append(one)
                else:
                    self._sell(one)
        by_time = sorted(self.invoices.values(), key=lambda invoice: (invoice.at, invoice.number))
        back, matched = self._match(by_time)
        return RetailData(
            self.rows, by_time, back, len(self.cancellations), matched,
            dict(sorted(self.reported.items())),
            sorted(self.breaks, key=lambda each: (each.file, each.line)),
        )  # fmt: skip

    def _lines(self, path: Path) -> Iterator[RetailLine]:
        table = tables.read(path, COLUMNS)
        for broken in table.breaks:
            self.rows += 1
            self._report(Reason.UNREADABLE, broken.file, broken.line, broken.reason)
        for line, row in table.rows:
            self.rows += 1
            try:
                yield _line(self.rows, table.file, line, *row)
            except fields.BadField as error:
                self._report(Reason.UNREADABLE, table.file, line, str(error))
            except _Reported as found:
                self._report(found.reason, table.file, line, str(found))

    def _report(self, reason: Reason, file: str, line: int, detail: str) -> None:
        self.reported[reason] += 1
        self.breaks.append(Break(file, line, detail))

    def _sell(self, one: RetailLine) -> None:
        invoice = self.invoices.setdefault(
            one.invoice, Invoice(one.invoice, one.customer, one.at, [])
        )
        if invoice.customer != one.customer:
            detail = f"invoice {one.invoice} is another customer's in an earlier row"
            self._report(Reason.UNREADABLE, one.file, one.line, detail)
        elif len(invoice.lines) == _MOST_LINES:
            detail = f"invoice {one.invoice} has more than {_MOST_LINES} lines"
            self._report(Reason.UNREADABLE, one.file, one.line, detail)
        else:
            invoice.at = min(invoice.at, one.at)
            invoice.lines.append(one)

    def _match(self, invoices: list[Invoice]) -> tuple[list[GiveBack], int]:
        """What cancellations take back, the earliest first, and how many rows of them do."""
        sales = Sales(invoices)
        back: list[GiveBack] = []
        matched = 0
        for one in sorted(self.cancellations, key=lambda each: (each.at, each.row)):
            if not one.customer:
                detail = f"cancellation {one.invoice} names no customer"
                self._report(Reason.CANCELLATION_WITHOUT_CUSTOMER, one.file, one.line, detail)
                continue
            taken = sales.take_back(one)
            if isinstance(taken, int):
                detail = (
                    f"cancellation {one.invoice} takes back {one.units} units of {one.code}, of "
                    f"which {taken} are known to be sold to customer {one.customer} at that price"
                )
                self._report(Reason.CANCELLATION_WITHOUT_SALE, one.file, one.line, detail)
            else:
                back += taken
                matched += 1
        return back, matched


def _line(
    row: int, file: str, line: int, invoice: str, code: str, quantity: str, date: str, price: str,
    customer: str,
) -> RetailLine:  # fmt: skip
    """A row of a file, checked. Raises BadField or _Reported."""
    invoice = fields.text("InvoiceNo", invoice).upper()
    if invoice.startswith("A"):
        raise _Reported(Reason.ADJUSTMENT, f"invoice {invoice} is an adjustment of the books")
    code = fields.text("StockCode", code).upper()
    if code in NO_SALE or code.startswith(_VOUCHER):
        raise _Reported(Reason.NO_SALE, f"StockCode {code} stands for no sale")
    units = _units(invoice, quantity.strip())
    pence = _price(price.strip())
    if units * pence > MAX_AMOUNT:
        raise fields.BadField("Quantity times UnitPrice is too large")
    at = fields.moment("InvoiceDate", date)
    if at is None:
        raise fields.BadField("InvoiceDate is missing")
    return RetailLine(row, file, line, invoice, code, units, pence, at, _customer(customer))


def _units(invoice: str, quantity: str) -> int:
    negative = quantity.startswith("-")
    units = fields.whole("Quantity", quantity.removeprefix("-"), least=1)
    if units > _MOST_UNITS:
        raise fields.BadField(f"Quantity {quantity} is more than {_MOST_UNITS}")
    if negative and not invoice.startswith("C"):
        detail = f"Quantity {quantity} is negative, and {invoice} no cancellation"
        raise _Reported(Reason.NEGATIVE_QUANTITY, detail)
    if invoice.startswith("C") and not negative:
        detail = f"cancellation {invoice} has the positive Quantity {quantity}"
        raise _Reported(Reason.POSITIVE_CANCELLATION, detail)
    return units


def _price(price: str) -> int:
    if price.startswith("-"):
        fields.cents("UnitPrice", price.removeprefix("-"))
        raise _Reported(Reason.NEGATIVE_PRICE, f"UnitPrice {price} is negative")
    pence = fields.cents("UnitPrice", price) if price else 0
    if not pence:
        raise _Reported(Reason.NO_PRICE, "there is no UnitPrice")
    return pence


def _customer(customer: str) -> str:
    """The number as text; spreadsheets write `17850.0`."""
    return fields.text("CustomerID", customer).removesuffix(".0") if customer.strip() else ""
