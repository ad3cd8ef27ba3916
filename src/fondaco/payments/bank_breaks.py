"""What a bank's statement shows that nothing of ours explains, kept as breaks."""

from collections.abc import Sequence
from datetime import date

from fondaco.kernel import Database, Refused, Sent, run
from fondaco.kernel.ids import show
from fondaco.payments.breaks import record_reconciliation
from fondaco.payments.providers.bank import BankEntry
from fondaco.payments.reconcile_model import (
    Break,
    BreakKind,
    Compared,
    Movement,
    RecordReconciliation,
)


def unmatched(entry: BankEntry, why: str) -> Break:
    """An entry that was not taken, as a break: the bank has it, the books do not.

    Its key is the bank's own id: of two entries that name one payout, what a person said of one
    must not come to stand for the other once the first is taken.
    """
    return Break(
        kind=BreakKind.MISSING_WITH_US, movement=Movement.OTHER, key=entry.id,
        no=1, reference=entry.id, currency=entry.currency, ours=None,
        theirs=entry.amount if entry.credit else -entry.amount, reason=why,
    )  # fmt: skip


def provider_of(statement: str) -> str:
    """Under which name a statement's breaks are kept: statements of a day stand side by side."""
    return f"bank {statement}"[:50]


async def record_statement(
    database: Database, statement: str, day: date, entries: int, found: Sequence[Break]
) -> None:
    """Keep what of a statement fits nothing; of an earlier reading of it what fits now clears."""
    compared = Compared(entries, entries - len(found), _numbered(found))
    wish = RecordReconciliation(provider=provider_of(statement), day=day, found=compared)
    key = f"statement {statement} {show('rec', database.mint())}"[:200]
    [answer] = await run(database, record_reconciliation, [Sent(wish, "system", key)])
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, Refused):
        raise AssertionError(answer.detail)


def _numbered(found: Sequence[Break]) -> tuple[Break, ...]:
    seen: dict[str, int] = {}
    numbered = []
    for one in found:
        seen[one.key] = no = seen.get(one.key, 0) + 1
        numbered.append(
            Break(
                one.kind, one.movement, one.key, no, one.reference, one.currency, one.ours,
                one.theirs, one.reason,
            )
        )  # fmt: skip
    return tuple(numbered)
