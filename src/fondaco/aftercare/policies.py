"""Terms of returns and disputes, by market."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from fondaco import markets
from fondaco.aftercare.model import Policy, PolicyRefusal, PolicySet, SetPolicy
from fondaco.aftercare.queries import sql
from fondaco.kernel import Batch, Database, Refused, Tx, as_json, command


@command(PolicySet)
async def set_policy(tx: Tx, batch: Batch[SetPolicy]) -> list[PolicySet | Refused]:
    """Set markets' terms; of several for one market the last counts. PolicyRefusal says why not."""
    known = await markets.markets(tx, [one.market for one in batch])
    rows = {
        one.market: _row(one, at)
        for one, at in zip(batch, batch.at, strict=True)
        if one.market in known
    }
    await tx.fetch(sql.set_policies, rows=as_json([rows[key] for key in sorted(rows)]))
    unknown = Refused(PolicyRefusal.UNKNOWN_MARKET, "There is no such market.", "/market")
    return [PolicySet() if one.market in known else unknown for one in batch]


def _row(one: SetPolicy, at: datetime) -> dict[str, Any]:
    return {"market": one.market, **msgspec.structs.asdict(one.policy), "set_at": at}


async def policies(source: Tx | Database, ids: Iterable[int]) -> dict[int, Policy]:
    """The terms of these markets; the defaults where none are set."""
    wanted = sorted(set(ids))
    rows = await source.fetch(sql.policies, markets=wanted)
    terms = {
        row["market"]: Policy(**{name: row[name] for name in Policy.__struct_fields__})
        for row in rows
    }
    return {market: terms.get(market, Policy()) for market in wanted}
