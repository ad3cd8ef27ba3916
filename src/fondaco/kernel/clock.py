"""Time: one place that says what time it is, so that a test or a replay can set it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the present, aware and in UTC."""


def system_clock() -> datetime:
    """The machine's time in UTC; by `time.time`, as ids are, so that they cannot disagree."""
    return datetime.fromtimestamp(time.time(), UTC)


class SetClock:
    """A clock that stands still until told otherwise."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self.time = start.astimezone(UTC)

    def __call__(self) -> datetime:
        """The time it was set to."""
        return self.time

    def advance(self, **span: float) -> datetime:
        """Move on by a timedelta's arguments, e.g. `days=10`; returns the new time."""
        self.time += timedelta(**span)
        return self.time
