"""The JSON edge of the catalogue: categories, products, offers and their prices.

Owns no rules: each handler turns its body into a command. Promises what the commands promise.
"""

from fondaco.catalog.api import offers, products

routes = (*products.routes, *offers.routes)
