"""Comparing a provider's lines of a day with what is booked. No database, no clock."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date

from fondaco.kernel.money import show
from fondaco.payments.providers.base import ReportLine
from fondaco.payments.reconcile_model import Booked, Break, BreakKind, Compared, Movement

_Group = tuple[Movement, str, str]

_MOVEMENTS = {
    "captured": Movement.CAPTURE, "charge": Movement.CAPTURE, "payment": Movement.CAPTURE,
    "refunded": Movement.REFUND, "refund": Movement.REFUND, "payment_refund": Movement.REFUND,
    "paid_out": Movement.PAYOUT, "transfer": Movement.PAYOUT,
    "dispute_opened": Movement.DISPUTE, "dispute_won": Movement.DISPUTE,
    "adjustment": Movement.DISPUTE,
}  # fmt: skip


def movement_of(line: ReportLine) -> Movement:
    """What a line tells of, by the names that providers have for it."""
    return _MOVEMENTS.get(line.kind, Movement.OTHER) if line.key else Movement.OTHER


def compare(
    day: date, theirs: Sequence[ReportLine], ours: Iterable[Booked],
    before: Sequence[ReportLine] = (), after: Sequence[ReportLine] | None = (),
) -> Compared:  # fmt: skip
    """Pair the lines of a day with what is booked; what is left over are breaks, by key.

    `before` and `after` are the reports of the days beside it, because the two may disagree about
    midnight; `after` is None where that day is not over.
    """
    books: dict[_Group, _Pairing] = defaultdict(_Pairing)
    for one in sorted(ours, key=lambda one: one.at):
        books[one.movement, one.key, one.currency].ours.append(one)
    for line in before:
        books[_group(line)].before.append(line)
    for line in theirs:
        books[_group(line)].theirs.append(line)
    for line in after or ():
        books[_group(line)].after.append(line)
    breaks: list[Break] = []
    for group in sorted(books):
        breaks += books[group].breaks(group, day, after is not None)
    wrong = sum(one.theirs is not None for one in breaks)
    return Compared(len(theirs), len(theirs) - wrong, tuple(breaks))


def _group(line: ReportLine) -> _Group:
    return movement_of(line), line.key or line.reference, line.currency


class _Pairing:
    """What both sides have under one key."""

    def __init__(self) -> None:
        self.ours: list[Booked] = []
        self.before: list[ReportLine] = []
        self.theirs: list[ReportLine] = []
        self.after: list[ReportLine] = []

    def breaks(self, group: _Group, day: date, settled: bool) -> list[Break]:
        known = bool(self.ours)
        self._take(self.before)
        found = []
        lines = [one for one in self._exact(self.theirs) if (one.amount, one.fee) != (0, 0)]
        for line in lines:
            if self.ours:
                found.append(_differs(group, self.ours.pop(0), line))
            else:
                found.append(_surplus(group, line, known))
        self._take(self.after)
        found += [
            _unseen(group, one, settled)
            for one in self.ours
            if one.at.astimezone(UTC).date() == day
        ]
        return _numbered(found)

    def _take(self, lines: Sequence[ReportLine]) -> None:
        """Leave out what other days' reports account for."""
        for _ in self._exact(lines):
            if self.ours:
                self.ours.pop(0)

    def _exact(self, lines: Sequence[ReportLine]) -> list[ReportLine]:
        """Take out what fits to the unit; the lines that do not."""
        rest = []
        for line in lines:
            for n, one in enumerate(self.ours):
                if (one.amount, one.fee) == (line.amount, line.fee):
                    del self.ours[n]
                    break
            else:
                rest.append(line)
        return rest


def _numbered(breaks: Sequence[Break]) -> list[Break]:
    seen: Counter[BreakKind] = Counter()
    numbered = []
    for one in breaks:
        seen[one.kind] += 1
        numbered.append(
            Break(
                one.kind, one.movement, one.key, seen[one.kind], one.reference, one.currency,
                one.ours, one.theirs, one.reason,
            )
        )  # fmt: skip
    return numbered


def _differs(group: _Group, one: Booked, line: ReportLine) -> Break:
    movement, key, currency = group
    ours, theirs = one.amount - one.fee, line.amount - line.fee
    more = theirs - ours
    reason = (
        f"The provider's {movement} for {key} is {show(line.amount, currency)} with a fee of"
        f" {show(line.fee, currency)}, ours {show(one.amount, currency)} with a fee of"
        f" {show(one.fee, currency)}: {show(abs(more), currency)} {'more' if more > 0 else 'less'}"
        " than is booked."
    )
    kind = BreakKind.AMOUNT_DIFFERS
    return Break(kind, movement, key, 1, line.reference, currency, ours, theirs, reason)


def _surplus(group: _Group, line: ReportLine, known: bool) -> Break:
    movement, key, currency = group
    net = line.amount - line.fee
    if known:
        kind, why = BreakKind.DUPLICATE, "which is booked already: the line stands twice."
    elif movement is Movement.OTHER:
        kind, why = BreakKind.MISSING_WITH_US, f"a {line.kind} that the books know nothing of."
    else:
        kind, why = BreakKind.MISSING_WITH_US, "which is not booked."
    reason = f"The provider tells of {show(net, currency)} for {movement} {key}, {why}"
    return Break(kind, movement, key, 1, line.reference, currency, None, net, reason)


def _unseen(group: _Group, one: Booked, settled: bool) -> Break:
    movement, key, currency = group
    net = one.amount - one.fee
    kind = BreakKind.MISSING_WITH_THEM if settled else BreakKind.IN_FLIGHT
    why = (
        "and the provider tells of it neither on the day nor beside it."
        if settled
        else "and may stand in the provider's report of the next day, which is not over."
    )
    reason = f"{show(net, currency)} are booked for {movement} {key}, {why}"
    return Break(kind, movement, key, 1, "", currency, net, None, reason)
