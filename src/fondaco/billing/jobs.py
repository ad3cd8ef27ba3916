"""Invoicing whole months: all sellers of a market, by a person's word or as each month ends."""

from collections import Counter
from datetime import date, timedelta
from secrets import token_hex
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

from fondaco import markets
from fondaco.billing.bill import SETTLED, bill
from fondaco.billing.model import Bill
from fondaco.billing.queries import sql
from fondaco.insight import begins, fees_of_all, month_after, month_before
from fondaco.kernel import Database, Refused, Sent, Sweep, run
from fondaco.kernel.log import logger

log = logger("billing")

_BATCH: Final = 5_000
"""Each batch reads the month again, so few of them."""
_LOOK: Final = timedelta(minutes=10)
"""How often it is asked whether a month has ended."""

_LOOKED: WeakKeyDictionary[Database, float] = WeakKeyDictionary()


class MonthBilled(msgspec.Struct, frozen=True):
    """What came of a month: how many documents, and refusals by their code, with one detail."""

    documents: int
    refused: dict[str, int]
    details: dict[str, str]


async def bill_month(database: Database, market: int, month: date, by: str) -> MonthBilled:
    """Invoice a month to every seller of a market who has not had it. Raises what a seller met."""
    async with database.transaction(snapshot=True) as tx:
        fees = await fees_of_all(tx, market, month)
    sellers = sorted({fee.seller for fee in fees})
    documents, refused = 0, Counter[str]()
    details: dict[str, str] = {}
    for first in range(0, len(sellers), _BATCH):
        # keys are new each time: that a month is invoiced once, the documents themselves ensure
        wishes = [
            Sent(Bill(market=market, seller=seller, month=f"{month:%Y-%m}", by=by), "system", key)
            for seller in sellers[first : first + _BATCH]
            for key in [token_hex()]
        ]
        for answer in await run(database, bill, wishes):
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, Refused):
                refused[answer.code] += 1
                details.setdefault(answer.code, answer.detail)
            else:
                documents += len(answer.numbers)
    return MonthBilled(documents, dict(refused), details)


async def bill_last_month(database: Database) -> int:
    """Invoice the month that has ended in each market whose operator is known; how many did."""
    now = database.clock()
    if now.timestamp() < _LOOKED.get(database, 0.0):
        return 0
    _LOOKED[database] = (now + _LOOK).timestamp()
    rows = await database.fetch(sql.issuers)
    known = await markets.markets(database, [row["market"] for row in rows])
    count = 0
    for row in rows:
        market = known[row["market"]]
        month = month_before(market.day(now - SETTLED))
        ended = begins(month_after(month), market.time_zone)
        if row["since"] >= ended or (row["billed"] is not None and row["billed"] >= month):
            continue
        done = await bill_month(database, market.id, month, "system")
        await database.fetch(sql.note_month, market=market.id, month=month, now=now)
        log.info("month invoiced", month=f"{month:%Y-%m}", documents=done.documents)
        count += 1
    return count


SWEEP: Final = Sweep("billing.months", bill_last_month)
"""What invoices each month once it has ended."""
