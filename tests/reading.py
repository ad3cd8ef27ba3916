"""What a test reads of the house: balances, states, shelves, and whether every rule holds."""

from collections.abc import Sequence
from typing import Any, cast

from fondaco import check, orders, payments, stock
from fondaco.kernel import Database, Row, Sent
from fondaco.kernel.sql import compile_statement
from fondaco.orders import Placed

_STATE = """
    campaigns.buyer_counter campaigns.campaign campaigns.counter campaigns.redemption
    catalog.offer ledger.balance ledger.journal ledger.posting orders.discount orders.dispute
    orders.line orders.orders orders.purchase payments.payment payments.payout payments.refund
    shipping.event shipping.parcel stock.level stock.move stock.reservation
    kernel.outbox kernel.transition markets.fee_policy markets.fee_rule markets.market
    markets.tax_rate markets.fx_rate catalog.offer_price payments.bond payments.charge
    payments.reserve_terms payments.reserve_tranche payments.seller_move
    payments.subscription
    payments.payout_hold payments.payout_policy payments.payout_turn
    payments.exchange orders.quote orders.tax_quote payments.break payments.reconciliation
    aftercare.return aftercare.return_line aftercare.policy
    aftercare.dispute aftercare.evidence
""".split()  # noqa: SIM905 - a list of tables reads better as text


class Reading:
    """A database that tests look into, also where the house itself never looks."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def rows(self, query: str, **values: Any) -> list[Row]:
        """Read with a query of the test's own."""
        return await self.database.fetch(compile_statement("test", query), **values)

    async def balance(self, account: str, *subjects: int) -> int:
        """Credits less debits of an account: what is owed, held or earned."""
        query = """
            select coalesce(-sum(amount), 0)::bigint as amount from ledger.entry
            where account = :account and subject = any(:subjects::bigint[])
        """
        [row] = await self.rows(query, account=account, subjects=list(subjects))
        return cast("int", row["amount"])

    async def balances(self, account: str, subject: int) -> dict[str, int]:
        """Credits less debits of an account by currency, where they are not even."""
        query = """
            select currency, -sum(amount)::bigint as amount from ledger.entry
            where account = :account and subject = :subject
            group by currency having sum(amount) <> 0
        """
        rows = await self.rows(query, account=account, subject=subject)
        return {row["currency"]: row["amount"] for row in rows}

    async def state(self, *ids: int) -> list[str]:
        """States of orders, in the order of these ids."""
        found = {r["id"]: r["state"] for r in await orders.orders_of(self.database, ids)}
        return [found[id_] for id_ in ids]

    async def shelf(self, offer: int) -> tuple[int, int]:
        """Units on hand and units promised."""
        levels = await stock.levels(self.database, [offer])
        return sum(r["on_hand"] for r in levels), sum(r["reserved"] for r in levels)

    async def refunds(self, placed: Placed) -> list[Row]:
        """Refunds of a purchase, oldest first."""
        return await payments.refunds_of(self.database, placed.purchase)

    async def fingerprint(self) -> dict[str, str]:
        """A hash of each table that a refused command must leave alone, by its name.

        By name, because a plan with workers returns the parts of a union in any order.
        """
        hashes = " union all ".join(
            f"select '{t}', md5(coalesce(string_agg(t::text, chr(10) order by t::text), ''))"
            f" from {t} t"
            for t in _STATE
        )
        return {row[0]: row[1] for row in await self.rows(hashes)}

    async def broken(self) -> list[tuple[str, Any]]:
        """Rows that break an invariant, with its name; must be none at any time."""
        found = await check.check(self.database)
        return [(f"{one.domain}.{one.name}", one.examples) for one in found if not one.clean]

    async def transactions(self, sent: Sequence[Sent[Any]]) -> int:
        """How many transactions decided these commands."""
        query = """
            select count(distinct xmin::text) as n from kernel.command
            where key = any(:keys::text[])
        """
        [row] = await self.rows(query, keys=[one.key for one in sent])
        return cast("int", row["n"])
