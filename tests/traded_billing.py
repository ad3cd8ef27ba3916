"""Invoices and credit notes in a small world: of every market, of each month there was."""

from datetime import timedelta

from fondaco import billing
from tests.world import World


async def invoice(world: World) -> None:
    """Let the month end, then invoice it and the one before to everybody."""
    now = world.clock()
    over = (now.replace(day=28) + timedelta(days=4)).replace(day=1, hour=2)
    world.clock.advance(seconds=(over - now).total_seconds())
    for n, row in enumerate(await world.rows("select id from markets.market order by id")):
        wish = billing.SetBusiness(
            party=row["id"], prefix=f"T{n}", name="Nord GmbH", address="Hafen 1", country="DE",
            by="operator",
        )  # fmt: skip
        await world.do(billing.set_business, wish)
        for day in (now.replace(day=1) - timedelta(days=1), now):
            month = day.date().replace(day=1)
            await billing.bill_month(world.database, row["id"], month, "operator")
    kinds = await world.rows("select distinct kind from billing.document")
    assert len(kinds) == 2, "an invoice and a credit note"
