"""The JSON edge of parties: sellers, buyers and API keys.

Owns the paths below `/api/sellers` and `/api/buyers` that say who they are, and `/api/keys`.
Promises that a secret is told once and kept nowhere.
"""

from fondaco.parties.api import keys, sellers, standing

routes = (*sellers.routes, *keys.routes, *standing.routes)

__all__ = ["routes"]
