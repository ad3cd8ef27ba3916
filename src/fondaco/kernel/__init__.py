"""The kernel: what every domain stands on, and nothing about trade.

Owns the schema `kernel` (commands with their keys, the outbox, state steps). Promises that a
command is decided once, that its outcome and its events commit with what it did, and that
queues are bounded. The rest of the house imports these names from here.
"""

from fondaco.kernel.clock import Clock, SetClock, system_clock
from fondaco.kernel.commands import Batch, Command, Handler, Sent, command, run, run_in
from fondaco.kernel.db import Database, Row, Tx, as_json, connect
from fondaco.kernel.errors import KeyReused, Outdated, Overloaded, Problem, Refused, Unavailable
from fondaco.kernel.gather import Gatherer
from fondaco.kernel.invariants import INVARIANTS, Invariant, invariants
from fondaco.kernel.jobs import Jobs, Sweep
from fondaco.kernel.outbox import Event, Subscriber, deliver, deliver_all, prune, publish, subscribe
from fondaco.kernel.sql import Statement
from fondaco.kernel.sql import load as load_sql
from fondaco.kernel.transitions import Step, note_steps

__all__ = [
    "INVARIANTS",
    "Batch",
    "Clock",
    "Command",
    "Database",
    "Event",
    "Gatherer",
    "Handler",
    "Invariant",
    "Jobs",
    "KeyReused",
    "Outdated",
    "Overloaded",
    "Problem",
    "Refused",
    "Row",
    "Sent",
    "SetClock",
    "Statement",
    "Step",
    "Subscriber",
    "Sweep",
    "Tx",
    "Unavailable",
    "as_json",
    "command",
    "connect",
    "deliver",
    "deliver_all",
    "invariants",
    "load_sql",
    "note_steps",
    "prune",
    "publish",
    "run",
    "run_in",
    "subscribe",
    "system_clock",
]
