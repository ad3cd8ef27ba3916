"""Documents as files: CSV for programs, PDF for people. Amounts in major units."""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fondaco.billing.model import Document, Line
from fondaco.insight import harmless, plain

COLUMNS: Final = (
    "number", "kind", "issued", "month", "market", "seller", "what", "about", "quantity",
    "vat_percent", "net", "vat", "gross", "currency",
)  # fmt: skip


def as_csv(one: Document) -> bytes:
    """A document as CSV, a row for each line."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in one.lines:
        amounts = (plain(sum_, one.currency) for sum_ in (line.net, line.vat, line.net + line.vat))
        writer.writerow(
            [
                one.number, one.kind, f"{one.issued_on}", one.month, one.market,
                one.seller, line.what, harmless(line.about), line.quantity, percent(line), *amounts,
                one.currency,
            ]
        )  # fmt: skip
    return out.getvalue().encode()


def as_pdf(one: Document) -> bytes:
    """A document as PDF. The font has Latin, Greek and Cyrillic; other letters are left out."""
    from fondaco.billing.pdf import draw

    return draw(one)


def percent(line: Line) -> str:
    """The rate of a line's VAT in percent, without the sign: `5.5`."""
    exact = Decimal(line.vat_numerator * 100) / line.vat_denominator
    return f"{round(exact, 4).normalize():f}"


def by_rate(one: Document) -> Mapping[str, tuple[int, int]]:
    """Net and VAT of each rate, by its percentage."""
    sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for line in one.lines:
        net, vat = sums[percent(line)]
        sums[percent(line)] = (net + line.net, vat + line.vat)
    return sums
