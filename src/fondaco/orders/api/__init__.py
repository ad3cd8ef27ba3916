"""The JSON edge of orders: quotes, purchases, sellers' orders, parcels, providers' webhooks.

Owns the paths below `/api/quotes`, `/api/purchases`, `/api/orders`, `/api/parcels`,
`/api/transfers` and `/api/webhooks`. Promises that a buyer sees and touches only its own
purchases, and a seller only its own orders.
"""

from fondaco.orders.api import bank, buyers, orders, parcels, purchases, quotes, transfers, webhooks

routes = (
    *purchases.routes, *quotes.routes, *orders.routes, *parcels.routes, *webhooks.routes,
    *bank.routes, *transfers.routes, *buyers.routes,
)  # fmt: skip

__all__ = ["routes"]
