"""Payment providers: one interface, one folder for each provider.

Everything that leaves the house for a provider goes through `Provider`. `sandbox` is the one that
needs no contract: it runs as a process of its own and makes faults on demand.
"""

from fondaco.payments.providers.bank import (
    MOST_OF_A_FILE,
    BadBankFile,
    Bank,
    BankEntry,
    BankStatement,
    TransferStatus,
    find_payment,
    held_to_schema,
    kind_of,
    read_statements,
    read_statuses,
)
from fondaco.payments.providers.base import (
    MAX_BATCH,
    Ability,
    Action,
    BadSignature,
    BadWebhook,
    Capture,
    Charge,
    Fact,
    FactKind,
    NoAnswer,
    Provider,
    ProviderError,
    ReportLine,
    Return,
    Transfer,
    Unable,
    Unknown,
)

__all__ = [
    "MAX_BATCH",
    "MOST_OF_A_FILE",
    "Ability",
    "Action",
    "BadBankFile",
    "BadSignature",
    "BadWebhook",
    "Bank",
    "BankEntry",
    "BankStatement",
    "Capture",
    "Charge",
    "Fact",
    "FactKind",
    "NoAnswer",
    "Provider",
    "ProviderError",
    "ReportLine",
    "Return",
    "Transfer",
    "TransferStatus",
    "Unable",
    "Unknown",
    "find_payment",
    "held_to_schema",
    "kind_of",
    "read_statements",
    "read_statuses",
]
