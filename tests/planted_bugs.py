"""Bugs to plant in the code, one at a time, each with the tests that must notice it.

    python -m tests.planted_bugs            # all of them
    python -m tests.planted_bugs outbox     # those with this word in their file or description

Each is planted in a copy of `src`; the tree itself stays as it is.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
_PYTEST: Final = (sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider")
FAILED: Final = 1
"""What pytest ends with when tests failed; anything else proves nothing."""


class Bug(NamedTuple):
    """`old` stands once in `file`; with `new` in its place `caught_by` must fail."""

    what: str
    file: str
    old: str
    new: str
    caught_by: str


BUGS: Final = (
    Bug(
        "the odd cents of a share go to the smallest remainders",
        "kernel/money.py",
        "key=lambda i: -(amount * weights[i] % total)",
        "key=lambda i: amount * weights[i] % total",
        "tests/kernel/test_money.py",
    ),
    Bug(
        "a key twice in one batch, with another body: answered as the first",
        "kernel/commands.py",
        "same = prints[first] == prints[number]",
        "same = True",
        "tests/kernel/test_commands.py",
    ),
    Bug(
        "a key sent again with another body: answered as if it were the same",
        "kernel/commands.py",
        'if row["fingerprint"] != print_:',
        "if False:",
        "tests/torture/test_schedules.py -k nothing_is_lost",
    ),
    Bug(
        "the outbox is read beyond transactions that still run",
        "kernel/sql/outbox.sql",
        "            and xid < pg_snapshot_xmin(pg_current_snapshot())\n",
        "",
        "tests/kernel/test_outbox.py",
    ),
    Bug(
        "two lanes work on one key at once",
        "kernel/gather.py",
        "busy = (one.principal, one.key) in self._keys",
        "busy = False",
        "tests/kernel/test_gather.py",
    ),
    Bug(
        "PostgreSQL may forget what it has committed",
        "kernel/db.py",
        '{"jit": "off", ',
        '{"jit": "off", "synchronous_commit": "off", ',
        "tests/faults/test_kill.py -k postgresql",
    ),
    Bug(
        "transactions of clients that vanished have no limit",
        "kernel/db.py",
        "        init=limited,\n",
        "",
        "tests/regressions/test_half_open.py",
    ),
    Bug(
        "a batch does not count down what it has promised",
        "stock/shelf.py",
        "                self._free[offer, level.location] -= units\n",
        "",
        "tests/stock/test_shelf.py tests/orders/test_place.py",
    ),
    Bug(
        "VAT on commission is kept as commission",
        "payments/settlement.py",
        "(VAT_PAYABLE, one.commission_vat)",
        "(COMMISSION, one.commission_vat)",
        "tests/scenarios/test_tax.py",
    ),
    Bug(
        "units go back at an even share of the line, not of what is left of it",
        "orders/giving.py",
        "    return goods.first(units, line.units_left)",
        "    return line.goods.first(units, line.quantity)",
        "tests/orders/test_clerk.py",
    ),
    Bug(
        "a second refund of a payment replaces the first in its sum",
        "payments/refunds.py",
        'self._returned[payment] += refund["amount"]',
        'self._returned[payment] = refund["amount"]',
        "tests/payments/test_refund_facts.py",
    ),
    Bug(
        "refunds of one payment share one key at the provider",
        "payments/jobs.py",
        'Return(show("ref", r["id"])',
        'Return(show("ref", r["payment"])',
        "tests/torture/test_schedules.py -k nothing_is_lost",
    ),
    Bug(
        "a payout that failed is booked as paid",
        "payments/payouts.py",
        'credit = BANK(payout["id"]) if paid else PAYABLE(payout["seller"])',
        'credit = BANK(payout["id"])',
        "tests/payments/test_payouts.py",
    ),
    Bug(
        "what goes back of an exchanged share is rounded each time",
        "payments/exchange.py",
        "half_up(self.into_amount * (self.back + part), self.amount) - self.into_back",
        "half_up(self.into_amount * part, self.amount)",
        "tests/payments/test_exchange.py",
    ),
    Bug(
        "what was deducted of a unit goes back with the next one",
        "orders/giving.py",
        "    if line.kept:\n        goods",
        "    if False:\n        goods",
        "tests/aftercare/test_returns.py",
    ),
    Bug(
        "money of a settled order can be paid out while it is disputed",
        "orders/holding.py",
        "    if held:\n        who = (order.id, order.seller, currency)",
        "    if False:\n        who = (order.id, order.seller, currency)",
        "tests/aftercare/test_disputes.py",
    ),
    Bug(
        "a seller may act on another seller's orders",
        "orders/api/orders.py",
        'row is None or (seller is not None and row["seller"] != seller)',
        "row is None",
        "tests/edge/test_doors.py",
    ),
    Bug(
        "an order is refunded while its dispute is open",
        "orders/aftersale.py",
        "    if (refusal := frozen(order)) is not None:\n        return refusal\n    if one.lines",
        "    if one.lines",
        "tests/orders/test_aftersale.py",
    ),
)


def planted(bug: Bug, folder: Path) -> Path:
    """A copy of the code with a bug in it."""
    copy = folder / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
    file = copy / "fondaco" / bug.file
    text = file.read_text(encoding="utf-8")
    assert text.count(bug.old) == 1, f"not once in {bug.file}: {bug.old!r}"
    file.write_text(text.replace(bug.old, bug.new), encoding="utf-8")
    return copy


def caught(bug: Bug) -> str:
    """The first test that failed, or nothing if none did."""
    with tempfile.TemporaryDirectory(prefix="fondaco-bug-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        environment = {**os.environ, "PYTHONPATH": str(planted(bug, folder))}
        done = subprocess.run(
            [*_PYTEST, *shlex.split(bug.caught_by)],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    failed = [line.split(" - ")[0] for line in done.stdout.splitlines() if line[:6] == "FAILED"]
    return failed[0].removeprefix("FAILED ") if done.returncode == FAILED and failed else ""


def main(word: str = "") -> int:
    """Plant them in turn; how many were not caught."""
    missed = 0
    for bug in BUGS:
        if word in f"{bug.file} {bug.what}":
            began = time.monotonic()
            by = caught(bug)
            missed += not by
            took = time.monotonic() - began
            print(f"{bug.file}: {bug.what}: {by or 'NOT CAUGHT'} ({took:.0f} s)", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
