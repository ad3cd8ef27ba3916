"""The JSON edge of billing: who runs markets, who sellers are, and what was invoiced.

Owns `/api/invoices` and, of markets and sellers, `business` and `invoices`. Promises that a seller
reads and says only its own.
"""

from fondaco.billing.api import business, documents

routes = (*business.routes, *documents.routes)

__all__ = ["routes"]
