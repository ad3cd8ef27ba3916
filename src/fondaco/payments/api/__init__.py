"""The JSON edge of payments: payouts, each seller's own account, and store credit.

Owns no rules: each handler turns its body into a command. Promises that a seller sees its own
account and a buyer its own credit only, and that what moves them, but for a payout, is the
operator's.
"""

from fondaco.payments.api import (
    accounts,
    charges,
    credit,
    decisions,
    payout_terms,
    payouts,
    reconciliations,
)

routes = (
    *payouts.routes,
    *payout_terms.routes, *accounts.routes, *charges.routes, *decisions.routes, *credit.routes,
    *reconciliations.routes,
)  # fmt: skip
