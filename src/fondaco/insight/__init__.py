"""Insight: reports drawn from what the house has written: the journal, and sellers' statements.

Writes nothing of its own. Promises that every sum is the ledger's own, read as of one instant.
"""

from fondaco.insight.accounts import TOLD
from fondaco.insight.papers import as_csv, as_pdf
from fondaco.insight.statement import Statement, StatementLine, TooLong, statement

__all__ = ["TOLD", "Statement", "StatementLine", "TooLong", "as_csv", "as_pdf", "statement"]
