"""Billing: the operator's invoices and credit notes to its sellers.

Owns the schema `billing`. Promises that each month of a seller is invoiced once, exactly what the
journal says was taken and given back, under numbers without a gap, and that a document never
changes. Publishes nothing; moves no money.
"""

from fondaco.billing.bill import bill
from fondaco.billing.business import set_business
from fondaco.billing.jobs import SWEEP, MonthBilled, bill_last_month, bill_month
from fondaco.billing.model import (
    REFUSALS,
    Bill,
    Billed,
    BillRefusal,
    Business,
    BusinessRefusal,
    BusinessSet,
    Document,
    Line,
    SetBusiness,
)
from fondaco.billing.papers import as_csv, as_pdf
from fondaco.billing.queries import INVARIANTS, businesses, document, documents_of

__all__ = [
    "INVARIANTS",
    "REFUSALS",
    "SWEEP",
    "Bill",
    "BillRefusal",
    "Billed",
    "Business",
    "BusinessRefusal",
    "BusinessSet",
    "Document",
    "Line",
    "MonthBilled",
    "SetBusiness",
    "as_csv",
    "as_pdf",
    "bill",
    "bill_last_month",
    "bill_month",
    "businesses",
    "document",
    "documents_of",
    "set_business",
]
