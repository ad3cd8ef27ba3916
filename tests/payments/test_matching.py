"""Which lines of a report fit the books, and what the others are called."""

from datetime import UTC, date, datetime, timedelta

from fondaco.payments.matching import compare
from fondaco.payments.providers.base import ReportLine
from fondaco.payments.reconcile_model import Booked, Compared, Movement

DAY = date(2026, 1, 5)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def line(key: str, amount: int, kind: str = "captured", fee: int = 0) -> ReportLine:
    return ReportLine(key, kind, amount, fee, "EUR", NOON, f"tx {key}")


def booked(
    key: str, amount: int, movement: Movement = Movement.CAPTURE, fee: int = 0, days: int = 0
) -> Booked:
    return Booked(movement, key, amount, fee, "EUR", NOON + timedelta(days=days))


def kinds(found: Compared) -> list[tuple[str, str, int]]:
    return [(str(one.kind), one.key, one.difference) for one in found.breaks]


def test_what_fits_is_no_break() -> None:
    theirs = [line("a", 1000, fee=30), line("r", -400, "refund"), line("p", -500, "paid_out")]
    ours = [
        booked("a", 1000, fee=30), booked("r", -400, Movement.REFUND),
        booked("p", -500, Movement.PAYOUT),
    ]  # fmt: skip
    assert compare(DAY, theirs, ours) == Compared(3, 3, ())


def test_each_kind_of_break_is_named_with_its_difference() -> None:
    theirs = [line("more", 1001), line("fee", 500, fee=20), line("twice", 700), line("twice", 700),
              line("theirs", 900), line("", -250, "stripe_fee")]  # fmt: skip
    ours = [booked("more", 1000), booked("fee", 500, fee=25), booked("twice", 700),
            booked("ours", 300)]  # fmt: skip
    found = compare(DAY, theirs, ours)
    assert sorted(kinds(found)) == [
        ("amount_differs", "fee", 5),
        ("amount_differs", "more", 1),
        ("duplicate", "twice", 700),
        ("missing_with_them", "ours", -300),
        ("missing_with_us", "theirs", 900),
        ("missing_with_us", "tx ", -250),
    ]
    assert (found.lines, found.matched) == (6, 1)
    assert all(one.reason.endswith(".") for one in found.breaks)


def test_an_amount_and_fee_that_differ_alike_are_a_break_without_a_difference() -> None:
    found = compare(DAY, [line("a", 1010, fee=10)], [booked("a", 1000)])
    assert kinds(found) == [("amount_differs", "a", 0)]


def test_another_currency_is_missing_on_both_sides() -> None:
    dollars = ReportLine("a", "captured", 1000, 0, "USD", NOON)
    found = compare(DAY, [dollars], [booked("a", 1000)])
    assert sorted(kinds(found)) == [
        ("missing_with_them", "a", -1000), ("missing_with_us", "a", 1000),
    ]  # fmt: skip


def test_midnight_may_be_told_otherwise() -> None:
    late = booked("late", 100, days=1)
    assert kinds(compare(DAY, [line("late", 100)], [late])) == []
    assert kinds(compare(DAY, [], [booked("a", 100)], after=[line("a", 100)])) == []
    assert kinds(compare(DAY, [], [booked("a", 100)], before=[line("a", 100)])) == []
    assert kinds(compare(DAY, [], [booked("a", 100, days=-1)])) == []


def test_what_a_day_not_over_may_still_tell_is_in_flight() -> None:
    found = compare(DAY, [], [booked("a", 100)], after=None)
    assert kinds(found) == [("in_flight", "a", -100)]


def test_a_line_that_stood_in_yesterdays_report_is_a_duplicate() -> None:
    once = line("a", 100)
    found = compare(DAY, [once], [booked("a", 100, days=-1)], before=[once])
    assert kinds(found) == [("duplicate", "a", 100)]


def test_two_disputes_of_one_payment_are_told_apart() -> None:
    theirs = [line("a", -300, "dispute_opened"), line("a", -200, "dispute_opened")]
    ours = [booked("a", amount, Movement.DISPUTE) for amount in (-200, -300)]
    assert kinds(compare(DAY, theirs, ours)) == []


def test_nothing_moved_is_nothing_to_fit() -> None:
    assert compare(DAY, [line("a", 0)], []) == Compared(1, 1, ())
