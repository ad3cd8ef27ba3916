"""A seller's statement: whatever happened, it opens, moves and closes as the ledger does."""

from fondaco import insight, orders, payments
from tests.scratch import scratch_url as scratch_url
from tests.traded import trade
from tests.world import World, open_world

OWN_BY_SELLER = ["payable", "reserve", "bond", "receivable"]
_HAS = """
    select account, -sum(amount)::bigint as amount from ledger.entry
    where account = any(:accounts::text[]) and subject = :seller and currency = :currency
    group by account having sum(amount) <> 0
"""
_MIDDLE = "select percentile_disc(0.5) within group (order by at) as at from ledger.journal"
_SELLERS = """
    select distinct j.root as seller, p.currency from ledger.journal j
    join ledger.posting p on p.bucket = j.bucket and p.journal = j.id
    join parties.organisation o on o.bucket = j.bucket and o.id = j.root
"""


async def test_every_statement_closes_with_what_the_ledger_has(scratch_url: str) -> None:
    """In a market where everything has happened once, in two periods and in each currency."""
    async with open_world(scratch_url) as world:
        begin = world.clock()
        await trade(world)
        world.clock.advance(seconds=1)
        [row] = await world.rows(_MIDDLE)
        end, middle = world.clock(), row["at"]
        sellers = await world.rows(_SELLERS)
        assert len(sellers) > 10
        held = 0
        for row in sellers:
            seller, currency = row["seller"], row["currency"]
            first = await insight.statement(world.database, seller, currency, begin, middle)
            second = await insight.statement(world.database, seller, currency, middle, end)
            assert first.opening == {}
            assert second.opening == first.closing
            for one in (first, second):
                assert one.opened_with + sum(line.net for line in one.lines) == one.closed_with
                assert all(
                    line.gross + line.commission + line.charge + line.vat + line.tax == line.net
                    for line in one.lines
                )
            have = await world.rows(_HAS, accounts=OWN_BY_SELLER, seller=seller, currency=currency)
            held += second.closing.pop("dispute_hold", 0)
            assert second.closing == {r["account"]: r["amount"] for r in have}
        [row] = await world.rows(
            "select coalesce(sum(amount), 0)::bigint as amount from ledger.balance"
            " where account = 'dispute_hold'"
        )
        assert held == row["amount"]


async def test_a_sale_a_refund_and_a_payout_to_the_cent(world: World) -> None:
    """100.00 + 5.00 shipping at 10 %; a unit of 50.00 goes back; 40.00 is paid out."""
    begin, seller = world.clock(), await world.seller()
    lamp = await world.offer(seller, 50_00, shipping=5_00)
    order = (await world.sell((lamp, 2))).orders[0].id
    world.clock.advance(days=1)
    line = orders.RefundLine(no=1, units=1)
    await world.do(orders.refund, orders.Refund(order=order, lines=(line,)))
    world.clock.advance(days=1)
    await world.do(payments.pay_out, payments.PayOut(seller=seller, currency="EUR", amount=40_00))
    world.clock.advance(days=1)
    shown = await insight.statement(world.database, seller, "EUR", begin, world.clock())
    assert [
        (one.kind, one.gross, one.commission, one.net, one.balance) for one in shown.lines
    ] == [
        ("settlement", 105_00, -10_00, 95_00, 95_00),
        ("claw_back", -50_00, 5_00, -45_00, 50_00),
        ("payout", -40_00, 0, -40_00, 10_00),
    ]  # fmt: skip
    assert [one.reference[:4] for one in shown.lines] == ["ord_", "ord_", "out_"]
    assert shown.closing == {"payable": 10_00}
