"""A statement drawn as PDF. Apart from the rest, because the library takes a second to load."""

from typing import Final

import fpdf

from fondaco.insight.papers import COLUMNS, amounts, plain
from fondaco.insight.statement import Statement
from fondaco.kernel.money import show
from fondaco.kernel.paper import PALE, TEAL, Paper

_WIDTHS: Final = (31, 36, 38, 25, 24, 22, 22, 22, 26, 29)
"""Millimetres of each column on a landscape page."""

_ACCOUNTS: Final = {
    "payable": "To be paid out",
    "reserve": "Kept in reserve",
    "dispute_hold": "Held for card disputes",
    "bond": "Bond",
    "receivable": "Owed by the seller",
}
_WORDS: Final = {"vat": "VAT", "settlement": "Order settled", "claw_back": "Refund"}


def draw(one: Statement) -> bytes:
    """A statement as PDF. The font has Latin, Greek and Cyrillic; other letters show as boxes."""
    span = f"{one.since:%Y-%m-%d %H:%M} to {one.until:%Y-%m-%d %H:%M} UTC"
    about = f"{one.name} ({one.seller}), {span}, {one.currency}"
    paper = Paper(f"Statement {one.name}", about, one.until, landscape=True)
    paper.headline("Statement of account")
    paper.cell(0, 6, f"{one.name}  ({one.seller})", new_x="LMARGIN", new_y="NEXT")
    paper.cell(0, 6, span, new_x="LMARGIN", new_y="NEXT")
    paper.ln(3)
    paper.pair("Opening balance", show(one.opened_with, one.currency))
    for kind, amount in _sums(one).items():
        paper.pair(_words(kind), show(amount, one.currency))
    paper.pair("Closing balance", show(one.closed_with, one.currency), bold=True)
    for account, amount in one.closing.items():
        paper.pair(f"    {_ACCOUNTS[account]}", show(amount, one.currency))
    paper.ln(4)
    _table(paper, one)
    return bytes(paper.output())


def _table(paper: Paper, one: Statement) -> None:
    if not one.lines:
        paper.set_font("sans", "", 9)
        paper.cell(0, 6, "Nothing moved in this time.")
        return
    paper.set_font("sans", "", 7.5)
    head = fpdf.FontFace(emphasis="BOLD", color=255, fill_color=TEAL)
    right = ("LEFT",) * 3 + ("RIGHT",) * 7
    with paper.table(
        col_widths=_WIDTHS, text_align=right, headings_style=head, line_height=5,
        borders_layout="NONE", cell_fill_color=PALE, cell_fill_mode="ROWS",
    ) as table:  # fmt: skip
        row = table.row()
        for name in COLUMNS:
            row.cell(_words(name))
        for line in one.lines:
            row = table.row()
            for text in (f"{line.at:%Y-%m-%d %H:%M:%S}", _words(line.kind), line.reference):
                row.cell(text)
            for amount in amounts(line):
                row.cell(plain(amount, one.currency) if amount else "")


def _sums(one: Statement) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in one.lines:
        sums[line.kind] = sums.get(line.kind, 0) + line.net
    return sums


def _words(code: str) -> str:
    return _WORDS.get(code) or code.replace("_", " ").capitalize()
