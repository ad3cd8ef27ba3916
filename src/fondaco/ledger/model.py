"""What the ledger is told: journals made of postings between accounts."""

from datetime import datetime
from typing import NamedTuple


class Account(NamedTuple):
    """An account of the chart for one subject (an order, a seller, a payment, 0 for none)."""

    name: str
    subject: int
    guarded: bool
    asset: bool = False


class Posting(NamedTuple):
    """Move `amount` (minor units, positive) of `currency` out of `credit` into `debit`.

    In bookkeeping terms: debit the one, credit the other.
    """

    debit: Account
    credit: Account
    currency: str
    amount: int


class Journal(NamedTuple):
    """One movement: its postings, why, and the command that caused it."""

    root: int
    cause: int
    kind: str
    at: datetime
    postings: list[Posting]


class Key(NamedTuple):
    """Name of one guarded balance; sorts in the order in which rows are locked."""

    subject: int
    account: str
    currency: str


def account(name: str, *, guarded: bool = False, asset: bool = False) -> "AccountOf":
    """Declare an account of the chart; calling the result names it for one subject.

    A guarded balance is credits less debits, as of what we owe; of an `asset`, debits less credits.
    """
    return AccountOf(name, guarded, asset)


class AccountOf(NamedTuple):
    """An account of the chart, before a subject is named."""

    name: str
    guarded: bool
    asset: bool = False

    def __call__(self, subject: int) -> Account:
        """This account for one subject."""
        return Account(self.name, subject, self.guarded, self.asset)

    def key(self, subject: int, currency: str) -> Key:
        """Key of this account's guarded balance for one subject."""
        return Key(subject, self.name, currency)
