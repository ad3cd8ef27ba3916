"""Which sale a cancellation takes back.

A row of a cancellation takes units of lines sold before it (or in the same minute) to the same
customer, of the same stock code at the same price: the latest first, a line's units only once.
It is matched whole or not at all, so that nothing is given back that nobody is known to have paid.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import msgspec

from fondaco.replay.retail_model import GiveBack, Invoice, RetailLine

_Key = tuple[str, str, int]


class _Sold(msgspec.Struct):
    """A line of an invoice, and how many of its units nobody took back yet."""

    at: datetime
    row: int
    invoice: str
    line_no: int
    left: int


class Sales:
    """What every customer bought, by code and price."""

    def __init__(self, invoices: Iterable[Invoice]) -> None:
        self._sold: dict[_Key, list[_Sold]] = defaultdict(list)
        for invoice in invoices:
            for no, line in enumerate(invoice.lines, 1):
                sold = _Sold(invoice.at, line.row, invoice.number, no, line.units)
                self._sold[_key(line)].append(sold)
        for lines in self._sold.values():
            lines.sort(key=lambda one: (one.at, one.row), reverse=True)

    def take_back(self, cancellation: RetailLine) -> list[GiveBack] | int:
        """What it takes back of which lines; or, where that is too little, how many units."""
        wanted = cancellation.units
        taken: list[tuple[_Sold, int]] = []
        for sold in self._sold.get(_key(cancellation), ()):
            if wanted and sold.left and sold.at <= cancellation.at:
                taken.append((sold, min(wanted, sold.left)))
                wanted -= taken[-1][1]
        if wanted:
            return cancellation.units - wanted
        for sold, units in taken:
            sold.left -= units
        return [GiveBack(cancellation, one.invoice, one.line_no, n) for one, n in taken]


def _key(line: RetailLine) -> _Key:
    return line.customer, line.code, line.price
