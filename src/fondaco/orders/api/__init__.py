"""The JSON edge of orders: purchases, each seller's orders, their parcels, providers' webhooks.

Owns the paths below `/api/purchases`, `/api/orders`, `/api/parcels` and `/api/webhooks`. Promises
that a buyer sees and touches only its own purchases, and a seller only its own orders.
"""

from fondaco.orders.api import orders, parcels, purchases, webhooks

routes = (*purchases.routes, *orders.routes, *parcels.routes, *webhooks.routes)

__all__ = ["routes"]
