"""A fault point for tests: FONDACO_FAULT names the moment at which the process kills itself.

`statement:37` is right before the 37th statement on the connections that write, `commit:4` right
before the fourth COMMIT, `committed:4` right after it and before anybody is told. Where the
variable is not set, connections are asyncpg's own and nothing is counted.
"""

import os
import signal
import sys
from typing import Any, Final

import asyncpg

VARIABLE: Final = "FONDACO_FAULT"
MOMENTS: Final = ("statement", "commit", "committed")


def connection_class() -> Any:
    """The class of connections that write. Raises ValueError for a moment that there is not."""
    if not (text := os.environ.get(VARIABLE)):
        return asyncpg.Connection
    moment, _, number = text.partition(":")
    if moment not in MOMENTS or not number.isdecimal():
        raise ValueError(f"{VARIABLE} is {text!r}; it should be like {MOMENTS[0]}:37")
    left = int(number)

    def pass_by(point: str, statement: str) -> None:
        nonlocal left
        if point == moment:
            left -= 1
            if left == 0:
                words = " ".join(statement.split())[:60]
                print(f"killed at {text}: {words}", file=sys.stderr, flush=True)
                os.kill(os.getpid(), signal.SIGKILL)

    class Mortal(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
        async def fetch(self, query: str, *values: Any, **options: Any) -> Any:
            pass_by("statement", query)
            return await super().fetch(query, *values, **options)

        async def execute(self, query: str, *values: Any, **options: Any) -> Any:
            commits = query == "COMMIT;"
            if commits:
                pass_by("commit", query)
            answer = await super().execute(query, *values, **options)
            if commits:
                pass_by("committed", query)
            return answer

    return Mortal
