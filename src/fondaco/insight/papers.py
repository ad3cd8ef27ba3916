"""A statement as a file: CSV for spreadsheets, PDF for people. Amounts in major units."""

import csv
import io
from typing import Final

from fondaco.insight.statement import Statement, StatementLine
from fondaco.kernel.money import show

COLUMNS: Final = (
    "time", "kind", "reference", "gross", "commission", "charge", "vat", "tax", "net", "balance",
)  # fmt: skip

_FORMULA: Final = frozenset("=+-@\t\r")


def as_csv(one: Statement) -> bytes:
    """A statement as CSV: a row for the opening, one for each event, one for the closing."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*COLUMNS, "currency", "seller", "name"])
    whose = [one.currency, one.seller, harmless(one.name)]
    blank = [""] * 6

    def edge(name: str, at: str, balance: int) -> None:
        writer.writerow([at, name, "", *blank, plain(balance, one.currency), *whose])

    edge("opening", one.since.isoformat(), one.opened_with)
    for line in one.lines:
        shown = [plain(amount, one.currency) for amount in amounts(line)]
        writer.writerow([line.at.isoformat(), line.kind, line.reference, *shown, *whose])
    edge("closing", one.until.isoformat(), one.closed_with)
    return out.getvalue().encode()


def harmless(text: str) -> str:
    """A text that a spreadsheet takes for nothing else: one that begins a formula is quoted."""
    return f"'{text}" if text[:1] in _FORMULA else text


def plain(amount: int, currency: str) -> str:
    """An amount without its currency and without separators, as programs read it."""
    return show(amount, currency).split()[0].replace(",", "")


def amounts(line: StatementLine) -> tuple[int, ...]:
    """The amounts of a line in the order of `COLUMNS`."""
    return (
        line.gross, line.commission, line.charge, line.vat, line.tax, line.net, line.balance,
    )  # fmt: skip


def as_pdf(one: Statement) -> bytes:
    """A statement as PDF. The font has Latin, Greek and Cyrillic; other letters are left out."""
    from fondaco.insight.pdf import draw

    return draw(one)
