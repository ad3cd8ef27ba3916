"""A payment provider without a contract: deterministic, with faults on demand.

`start` runs it as a process of its own, `Sandbox` talks to that; `LocalSandbox` is the same
inside this process, for simulations. It keeps its own ledger, so its books can be compared
with ours.
"""

from fondaco.payments.providers.sandbox.client import Sandbox
from fondaco.payments.providers.sandbox.desk import DisputeError
from fondaco.payments.providers.sandbox.local import LocalSandbox
from fondaco.payments.providers.sandbox.modes import (
    CLOSED_ACCOUNT,
    Dispute,
    Fees,
    Mode,
    Ruling,
    Token,
)
from fondaco.payments.providers.sandbox.process import SandboxError, SandboxProcess, start
from fondaco.payments.providers.sandbox.reach import reached

__all__ = [
    "CLOSED_ACCOUNT",
    "Dispute",
    "DisputeError",
    "Fees",
    "LocalSandbox",
    "Mode",
    "Ruling",
    "Sandbox",
    "SandboxError",
    "SandboxProcess",
    "Token",
    "reached",
    "start",
]
