"""Time: aware, in UTC, and settable."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from fondaco.kernel import SetClock, system_clock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_machine_s_time_is_aware_and_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= system_clock() <= datetime.now(UTC)
    assert system_clock().tzinfo is UTC


def test_a_set_clock_stands_until_it_is_moved() -> None:
    clock = SetClock(NOON)
    assert clock() == clock() == NOON
    assert clock.advance(days=10, minutes=1) == NOON + timedelta(days=10, minutes=1)
    assert clock() == NOON + timedelta(days=10, minutes=1)


def test_another_zone_becomes_utc() -> None:
    clock = SetClock(datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=1))))
    assert clock() == NOON
    assert clock().tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        SetClock(datetime(2026, 3, 1, 12))
