"""Every statement finds its rows by key: none reads a whole table that grows, or a whole bucket.

Each is planned without its values, as a cached plan is, on empty tables and with the settings of
its connections: so what holds here holds whatever the statistics say, at ten million rows too.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from fondaco import kernel
from fondaco.check import INVARIANTS
from fondaco.kernel import Database
from fondaco.kernel.sql import Statement
from tests.scratch import copied

_DOMAINS: Final = (
    "ledger", "parties", "markets", "catalog", "stock", "search", "risk", "payments", "shipping",
    "campaigns", "orders", "aftercare", "insight", "billing",
    "web",
)  # fmt: skip
_MODULES: Final = ["fondaco.kernel.statements", *(f"fondaco.{d}.queries" for d in _DOMAINS)]
_WHOLE: Final = {rule.statement.name for rule in INVARIANTS} | {
    "fondaco.insight.fees_taken",
    "fondaco.ledger.journals_between",
    "fondaco.ledger.trial_balance",
    "fondaco.ledger.trial_balance_at",
    "fondaco.payments.bank_moved",
    "fondaco.payments.bank_on_its_way",
    "fondaco.payments.bank_positions",
    "fondaco.payments.bank_unfit",
    "fondaco.stock.totals",
}
"""Reports, which are meant to read everything, and are not asked for by customers."""

_READS: Final = {
    "fondaco.catalog.market_offers",
    "fondaco.catalog.seller_offers",
    "fondaco.insight.kept_of_orders",
    "fondaco.insight.moves",
    "fondaco.insight.opening",
    "fondaco.ledger.history",
    "fondaco.ledger.posted_between",
    "fondaco.ledger.posted_for",
    "fondaco.orders.discounts_of",
    "fondaco.orders.lines_of",
    "fondaco.payments.payments_named",
    "fondaco.payments.payouts_named",
    "fondaco.payments.purses_of_refunds",
    "fondaco.payments.refunds",
    "fondaco.payments.refunds_named",
    "fondaco.payments.refunds_of",
    "fondaco.payments.refunds_paid",
    "fondaco.search.alike",
    "fondaco.search.cards",
    "fondaco.search.listed_cheap",
    "fondaco.search.listed_dear",
    "fondaco.search.listed_new",
    "fondaco.search.listed_widely",
    "fondaco.search.matches",
    "fondaco.search.offered_by",
    "fondaco.search.texts",
    "fondaco.shipping.parcels_of",
    "fondaco.web.cards",
    "fondaco.web.offers_of",
    "fondaco.web.sold_by",
}
"""A page each, joined row by row; never part of a batch."""

_SMALL: Final = {
    "account", "market", "fee_rule", "fee_policy", "fee_book", "tax_rate", "subscription",
    "category", "payout_policy", "list", "policy", "business", "series", "month", "statistics",
    "bank_statement",
}  # fmt: skip
"""Tables that do not grow with trade."""

_COMPARED: Final = re.compile(r'\b"?([a-z_]+)"?(?:\)?::\w+)? (?:=|<|>|<=|>=|%) |ROW\((\w+)')


def _statements() -> list[Statement]:
    every = [one for module in _MODULES for one in import_module(module).sql]
    return [one for one in every if one.name not in _WHOLE]


@pytest.fixture(scope="module")
def empty_url(server_url: str, run_folder: Path, template: str) -> Iterator[str]:
    with copied(server_url, run_folder, template) as url:
        yield url


@pytest.fixture
async def database(empty_url: str) -> AsyncIterator[Database]:
    database = await kernel.connect(empty_url)
    yield database
    await database.close()


async def _plan(database: Database, statement: Statement) -> dict[str, Any]:
    async with database.transaction(snapshot=statement.name in _READS) as tx:
        connection = tx.connection
        await connection.execute("set local enable_seqscan = off")
        await connection.execute("set local plan_cache_mode = force_generic_plan")
        await connection.execute(f"prepare asked as {statement.text}")
        values = ", ".join(["null"] * len(statement.parameters))
        call = f"asked({values})" if values else "asked"
        text = await connection.fetchval(f"explain (format json) execute {call}")
        await connection.execute("deallocate asked")
    plan: dict[str, Any] = json.loads(text)[0]["Plan"]
    return plan


def _scans(node: dict[str, Any], bounded: bool = False) -> Iterator[tuple[dict[str, Any], bool]]:
    """The nodes that read a table or index, and whether a limit right above ends them early."""
    kind = node["Node Type"]
    if "Scan" in kind and kind != "Bitmap Heap Scan":
        yield node, bounded
    passes_on = bounded and kind not in ("Sort", "Hash", "Aggregate", "WindowAgg")
    for child in node.get("Plans", ()):
        yield from _scans(child, passes_on or kind == "Limit")


def _table(node: dict[str, Any]) -> str:
    if "Relation Name" in node:
        return str(node["Relation Name"])
    return str(node.get("Index Name", "")).partition("_")[0]


def _by_key(node: dict[str, Any]) -> bool:
    compared = {a or b for a, b in _COMPARED.findall(node.get("Index Cond", ""))}
    return bool(compared - {"bucket"})


@pytest.mark.parametrize("statement", _statements(), ids=lambda one: one.name)
async def test_a_statement_names_its_rows_by_key(database: Database, statement: Statement) -> None:
    for node, bounded in _scans(await _plan(database, statement)):
        if _table(node) in _SMALL:
            continue
        assert node["Node Type"] != "Seq Scan", f"{_table(node)} is read from end to end"
        if "Index" in node["Node Type"]:
            assert bounded or _by_key(node), f"{node['Index Name']} is read from end to end"


async def test_a_statement_that_reads_a_bucket_is_noticed(database: Database) -> None:
    text = "select id from orders.orders where bucket = $1::smallint and goods = 1"
    [(node, bounded)] = _scans(await _plan(database, Statement("bad", text, ("bucket",))))
    assert not bounded
    assert not _by_key(node)


async def test_a_statement_that_no_index_serves_is_noticed(database: Database) -> None:
    text = "select id from shipping.parcel where tracking = $1"
    [(node, _)] = _scans(await _plan(database, Statement("bad", text, ("tracking",))))
    assert node["Node Type"] == "Seq Scan"
