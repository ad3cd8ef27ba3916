"""The JSON edge of payments: payouts, and each seller's own account.

Owns no rules: each handler turns its body into a command. Promises that a seller sees its own
account only, and that what moves it, but for a payout, is the operator's.
"""

from fondaco.payments.api import accounts, charges, decisions, payouts

routes = (*payouts.routes, *accounts.routes, *charges.routes, *decisions.routes)
