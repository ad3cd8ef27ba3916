"""The ledger: accounts, journals, postings and guarded balances. Double entry, no commerce.

Owns the schema `ledger`. Promises that every journal balances per currency (a posting has one
debit, one credit and one positive amount, so it cannot do otherwise), that nothing posted
changes, and that a guarded balance never falls below zero. Publishes nothing: its callers do.
"""

from fondaco.ledger.commands import post
from fondaco.ledger.entries import Entry, Place, history, journals, place_after
from fondaco.ledger.model import Account, AccountOf, Journal, Key, Posting, account
from fondaco.ledger.queries import (
    INVARIANTS,
    TrialLine,
    lock,
    posted_between,
    posted_for,
    trial_balance,
    trial_balance_at,
)

__all__ = [
    "INVARIANTS",
    "Account",
    "AccountOf",
    "Entry",
    "Journal",
    "Key",
    "Place",
    "Posting",
    "TrialLine",
    "account",
    "history",
    "journals",
    "lock",
    "place_after",
    "post",
    "posted_between",
    "posted_for",
    "trial_balance",
    "trial_balance_at",
]
