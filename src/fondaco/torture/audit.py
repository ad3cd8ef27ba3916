"""The audit: what clients were told against our tables, and our tables against the provider."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Set
from typing import Any, Final

from fondaco.check import check
from fondaco.kernel import Database, Tx
from fondaco.kernel import sql as _sql
from fondaco.kernel.ids import parse, show
from fondaco.torture.history import History, undecided

sql: Final = _sql.load("fondaco.torture")

Facts = dict[str, tuple[str, int, str]]
"""Kind, amount and currency, by the provider's key."""

_EXAMPLES: Final = 3
_PAID: Final = {"captured": "captured", "refunded": "captured"}
_DECIDED: Final = {"returned": "captured"}


async def audit(history: History, database: Database, principal: str, theirs: Facts) -> list[str]:
    """Everything that was told is there, once; the rules hold; the provider's ledger is ours.

    `principal` is who sent the history, `theirs` what the provider says that it did.
    """
    async with database.transaction(snapshot=True) as tx:
        witness = _Witness(history, tx, principal)
        found = [
            *await witness.commands(),
            *await witness.purchases(),
            *await witness.parcels(),
            *await witness.money(),
        ]
        ours = {
            show(row["prefix"], row["id"]): (row["kind"], row["amount"], row["currency"])
            for row in await tx.fetch(sql.facts)
        }
        # What we gave up as never sent may have been declined since; no money tells them apart.
        void = {key for key, fact in ours.items() if fact[0] == "voided"}
        nothing = {key for key in void if theirs.get(key, ("declined",))[0] == "declined"}
        found += _differences("the provider's ledger", *(_less(f, nothing) for f in (ours, theirs)))
        wrong = await tx.fetch(sql.returned)
        found += [f"{show('pay', row['id'])} miscounts its refunds" for row in wrong[:_EXAMPLES]]
    rules = await check(database)
    return found + [
        f"rule broken: {rule.domain}.{rule.name}: {rule.rows} rows: {rule.examples}"
        for rule in rules
        if not rule.clean
    ]


def _less(facts: Facts, keys: Set[str]) -> Facts:
    return {key: fact for key, fact in facts.items() if key not in keys}


def _differences(
    what: str, here: Mapping[Any, Hashable], there: Mapping[Any, Hashable]
) -> list[str]:
    """Where two accounts of the same differ, a few of them: ours first."""
    keys = [key for key in {**here, **there} if here.get(key) != there.get(key)]
    told = [f"{key}: {here.get(key)} against {there.get(key)}" for key in keys[:_EXAMPLES]]
    return [f"{what}: {len(keys)} differ: {told}"] if keys else []


class _Witness:
    """Compares a history with the tables behind it, as of one instant."""

    def __init__(self, history: History, tx: Tx, principal: str) -> None:
        self._told = [one for call in history.calls for one in call.told()]
        self._paths = {
            key: call.path for call in history.calls if call.told() for key in call.names()
        }
        self._tx = tx
        self._principal = principal

    async def commands(self) -> list[str]:
        """Each key has one command, accepted or not as was told; no other key has any."""
        rows = await self._tx.fetch(sql.commands, principal=self._principal)
        kept = Counter((row["key"], row["accepted"]) for row in rows)
        told = Counter({(key, status < 300) for key, status, _ in self._told})
        return _differences("commands by key", kept, told)

    async def purchases(self) -> list[str]:
        """Each acknowledged purchase is there with its orders, its one payment, and no other."""
        made = list(self._made("/purchases", "/bulk"))
        told = Counter(parse("pur", one["id"]) for one in made)
        found = _differences("purchases", await self._ids(sql.purchases), told)
        orders = Counter(parse("ord", order["id"]) for one in made for order in one["orders"])
        found += _differences("orders", await self._ids(sql.orders), orders)
        rows = await self._tx.fetch(sql.payments)
        paid = {r["id"]: (r["amount"], _PAID.get(r["state"], "declined")) for r in rows}
        promised = {
            parse("pay", one["payment"]["id"]): (
                one["total"],
                _DECIDED.get(one["payment"]["status"], one["payment"]["status"]),
            )
            for one in made
        }
        for one in made:
            id_ = parse("pay", one["payment"]["id"])
            if undecided(one["payment"]) and id_ in paid:  # decided since
                promised[id_] = (one["total"], paid[id_][1])
        return found + _differences("payments", paid, promised)

    async def parcels(self) -> list[str]:
        """Each acknowledged shipment is a parcel, each scan an event of it, and no other."""
        told = Counter(parse("par", made["id"]) for made in self._made("/shipment"))
        found = _differences("parcels", await self._ids(sql.parcels), told)
        paths = [self._paths[key] for key, status, _ in self._told if status == 201]
        scanned = Counter(parse("par", p.split("/")[-2]) for p in paths if p.endswith("/events"))
        return found + _differences("scans", await self._ids(sql.scans), scanned)

    async def money(self) -> list[str]:
        """Refunds per order, payouts and settled orders are those that were acknowledged."""
        back: Counter[int] = Counter()
        settled: set[int] = set()
        for key, status, body in self._told:
            *_, name, verb = self._paths[key].split("/")
            if status == 201 and verb in ("refunds", "ruling"):
                back[parse("ord", name)] += body["amount"]
            if status == 201 and verb in ("confirmation", "ruling") and body["state"] == "settled":
                settled.add(parse("ord", name))
        rows = [row for row in await self._tx.fetch(sql.orders) if not row["by_itself"]]
        ours = {row["id"]: row["refunded"] for row in rows if row["refunded"]}
        known = {row["id"] for row in rows}
        told = {id_: amount for id_, amount in back.items() if amount and id_ in known}
        found = _differences("refunds by order", ours, told)
        done = Counter(row["id"] for row in rows if row["state"] == "settled")
        found += _differences("settled orders", done, Counter(settled & known))
        rows = await self._tx.fetch(sql.payouts)
        sent = {parse("out", made["id"]): made["amount"] for made in self._made("/payouts")}
        return found + _differences("payouts", {row["id"]: row["amount"] for row in rows}, sent)

    def _made(self, *ends: str) -> Iterator[Any]:
        return (
            body
            for key, status, body in self._told
            if status == 201 and self._paths[key].endswith(ends)
        )

    async def _ids(self, statement: Any) -> Counter[int]:
        return Counter(row["id"] for row in await self._tx.fetch(statement))
