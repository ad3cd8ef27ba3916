"""A document drawn as PDF. Apart from the rest, because the library takes a second to load."""

from typing import Final

import fpdf

from fondaco.billing.model import Business, Document, Line
from fondaco.billing.papers import by_rate, percent
from fondaco.kernel.money import show
from fondaco.kernel.paper import PALE, TEAL, Paper

_WIDTHS: Final = (84, 20, 18, 32, 34)
"""Millimetres of each column on a portrait page."""

_TITLES: Final = {"invoice": "Invoice", "credit_note": "Credit note"}
_WHAT: Final = {
    "commission": "Commission", "one_off": "Charge", "subscription": "Subscription",
    "penalty": "Penalty",
}  # fmt: skip


def draw(one: Document) -> bytes:
    """A document as PDF: the same bytes each time."""
    title = f"{_TITLES[one.kind]} {one.number}"
    paper = Paper(title, f"{title}, {one.issuer.name}", one.issued_at)
    _parties(paper, one)
    paper.headline(title)
    paper.cell(0, 6, f"Issued on {one.issued_on}", new_x="LMARGIN", new_y="NEXT")
    paper.cell(
        0, 6, f"Services of {one.month}, for seller {one.seller}", new_x="LMARGIN", new_y="NEXT"
    )
    paper.ln(4)
    _table(paper, one)
    paper.ln(4)
    _sums(paper, one)
    paper.ln(4)
    paper.set_font("sans", "", 9)
    paper.multi_cell(0, 5, "\n".join(_notes(one)))
    return bytes(paper.output())


def _parties(paper: Paper, one: Document) -> None:
    """Who issues it at the right, who it is for at the left."""
    paper.set_font("sans", "", 9)
    top = paper.get_y()
    paper.multi_cell(90, 4.6, _letterhead(one.recipient), new_x="LMARGIN", new_y="NEXT")
    bottom = paper.get_y()
    paper.set_xy(paper.w - paper.r_margin - 80, top)
    paper.multi_cell(80, 4.6, _letterhead(one.issuer), align="R", new_x="LMARGIN", new_y="NEXT")
    paper.set_y(max(bottom, paper.get_y()) + 10)


def _letterhead(business: Business) -> str:
    lines = (business.name, business.address, business.country, _vat_number(business))
    return "\n".join(line for line in lines if line)


def _vat_number(business: Business) -> str:
    return f"VAT {business.tax_id}" if business.tax_id else ""


def _table(paper: Paper, one: Document) -> None:
    paper.set_font("sans", "", 8.5)
    head = fpdf.FontFace(emphasis="BOLD", color=255, fill_color=TEAL)
    with paper.table(
        col_widths=_WIDTHS, text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT", "RIGHT"),
        headings_style=head, line_height=5.5, borders_layout="NONE", cell_fill_color=PALE,
        cell_fill_mode="ROWS",
    ) as table:  # fmt: skip
        for cells in (
            ("What", "Orders", "VAT %", f"Net {one.currency}", f"VAT {one.currency}"),
            *(_cells(line, one) for line in one.lines),
        ):
            row = table.row()
            for cell in cells:
                row.cell(cell)


def _sums(paper: Paper, one: Document) -> None:
    """The document's sums, below the amounts of its lines."""

    def pair(name: str, amount: int, bold: bool = False) -> None:
        paper.set_x(paper.w - paper.r_margin - 115)
        paper.pair(name, show(amount, one.currency), bold)

    pair("Net", one.net)
    for rate, (net, vat) in by_rate(one).items():
        pair(f"VAT {rate} % on {_bare(net, one)}", vat)
    pair("Total", one.total, bold=True)


def _bare(amount: int, one: Document) -> str:
    """An amount without its currency."""
    return show(amount, one.currency).split()[0]


def _cells(line: Line, one: Document) -> tuple[str, ...]:
    orders = f"{line.quantity:,}" if line.what == "commission" else ""
    amounts = _bare(line.net, one), _bare(line.vat, one)
    return _words(line, one.kind), orders, percent(line), *amounts


def _words(line: Line, kind: str) -> str:
    if line.what == "commission" and kind == "credit_note":
        return f"Commission given back, of {line.about}"
    return f"{_WHAT[line.what]}: {line.about}" if line.about else _WHAT[line.what]


def _notes(one: Document) -> list[str]:
    notes = []
    if one.kind == "invoice":
        notes.append("Set off in your account with the marketplace: please pay nothing on this.")
    else:
        notes.append("Added to your account with the marketplace.")
    if one.reverse_charge:
        notes.append("Reverse charge: VAT is to be paid by the recipient of the service.")
    return notes
