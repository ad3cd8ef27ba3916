"""Tidying the outbox looks at a page, however many events are too young to go."""

import json
from datetime import timedelta
from typing import Any

from fondaco.kernel import Database, Event, Tx, prune, publish
from fondaco.kernel.sql import Statement
from tests.scratch import NOON
from tests.scratch import scratch as scratch
from tests.scratch import scratch_url as scratch_url

_CLEAR = [Statement(t, f"truncate kernel.{t}", ()) for t in ("outbox", "subscription")]
_PAGE, _EVENTS = 50, 2000


def _most_rows(plan: dict[str, Any]) -> int:
    """The most rows that one node of a plan read."""
    own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return max([int(own), *(_most_rows(child) for child in plan.get("Plans", ()))])


async def test_pruning_reads_no_more_than_a_page(scratch: Database, monkeypatch: Any) -> None:
    for statement in _CLEAR:
        await scratch.fetch(statement)
    async with scratch.transaction() as tx:
        old = [Event("told", n, {}, NOON - timedelta(days=9)) for n in range(10)]
        publish(tx, old + [Event("told", n, {}, NOON) for n in range(_EVENTS)])
    fetch, read = Tx.fetch, []

    async def explained(self: Tx, statement: Statement, **values: Any) -> Any:
        rows = await fetch(self, statement, **values)
        text = f"explain (analyze, format json) {statement.text}"
        again = await fetch(self, statement._replace(text=text), **values)
        read.append(_most_rows(json.loads(again[0][0])[0]["Plan"]))
        return rows

    monkeypatch.setattr(Tx, "fetch", explained)
    assert await prune(scratch, NOON - timedelta(days=1), [], limit=_PAGE) == 10
    assert await prune(scratch, NOON - timedelta(days=1), [], limit=_PAGE) == 0
    assert max(read) <= _PAGE
