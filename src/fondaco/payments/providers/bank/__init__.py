"""Pay by bank transfer: the buyer sends money with a structured reference (ISO 11649).

There is nobody to ask: what came in is read from the bank's statements and matched by reference,
and what goes back is sent with the operator's other transfers.
"""

from fondaco.payments.providers.bank.camt import BankStatement, read_statements
from fondaco.payments.providers.bank.client import Bank
from fondaco.payments.providers.bank.entries import BankEntry
from fondaco.payments.providers.bank.reference import find_payment, reference_of
from fondaco.payments.providers.bank.schema import held_to_schema
from fondaco.payments.providers.bank.status import TransferStatus, read_statuses
from fondaco.payments.providers.bank.xml import MOST as MOST_OF_A_FILE
from fondaco.payments.providers.bank.xml import BadBankFile, kind_of

__all__ = [
    "MOST_OF_A_FILE",
    "BadBankFile",
    "Bank",
    "BankEntry",
    "BankStatement",
    "TransferStatus",
    "find_payment",
    "held_to_schema",
    "kind_of",
    "read_statements",
    "read_statuses",
    "reference_of",
]
