"""Insight: reports drawn from what the house has written: the journal, and sellers' statements.

Writes nothing of its own. Promises that every sum is the ledger's own, read as of one instant.
"""

from fondaco.insight.accounts import TOLD
from fondaco.insight.fees import (
    Fee,
    FeesOf,
    begins,
    fees_of_all,
    fees_taken,
    month_after,
    month_before,
)
from fondaco.insight.papers import as_csv, as_pdf, harmless, plain
from fondaco.insight.statement import Statement, StatementLine, TooLong, statement

__all__ = [
    "TOLD",
    "Fee",
    "FeesOf",
    "Statement",
    "StatementLine",
    "TooLong",
    "as_csv",
    "as_pdf",
    "begins",
    "fees_of_all",
    "fees_taken",
    "harmless",
    "month_after",
    "month_before",
    "plain",
    "statement",
]
