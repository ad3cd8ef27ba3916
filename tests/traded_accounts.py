"""Sellers' accounts on which everything has happened once."""

from datetime import timedelta

from fondaco import payments
from tests.payments.owing import bond, charge, deposit, pay_out, refunded, reserve, sold, vat
from tests.world import World


async def keep_accounts(world: World) -> None:
    """Charge, withhold, draw on, release, recover and give up, in a market of its own."""
    await world.open_market()
    await vat(world, 21)
    await reserve(world, 10, 5)
    seller, debtor = await world.seller(), await world.seller()
    every = [payments.BondRule.PENALTY, payments.BondRule.REFUND]
    await bond(world, seller, 50_00, numerator=20, draws=tuple(every))
    await deposit(world, seller, 10_00)
    early = await sold(world, seller, 100_00)
    await _subscribe(world, seller)
    world.clock.advance(days=6)
    await payments.release_due(world.database)
    late = await sold(world, seller, 100_00)
    await sold(world, seller, 20_00)
    await pay_out(world, seller)
    await refunded(world, late)
    await refunded(world, early)
    await charge(world, seller, 5_00, penalty=True)
    await _owe(world, debtor)
    await sold(world, await world.seller(), 30_00)


async def _subscribe(world: World, seller: int) -> None:
    for ends in (None, world.clock() + timedelta(days=10)):
        wish = payments.SetSubscription(
            seller=seller, market=world.market, name="Plan", every=payments.Every.WEEK,
            amount=1_00, starts_at=world.clock() - timedelta(days=8), ends_at=ends,
        )  # fmt: skip
        await world.do(payments.set_subscription, wish)
    while await payments.charge_due(world.database):
        pass


async def _owe(world: World, debtor: int) -> None:
    """One who never pays of himself: bond, recovery, and the rest is given up."""
    await bond(world, debtor, 10_00, draw_after=timedelta(days=1))
    await deposit(world, debtor, 10_00)
    await charge(world, debtor, 40_00)
    world.clock.advance(days=1)
    await payments.draw_due(world.database)
    paid = payments.RecordRecovery(seller=debtor, currency="EUR", amount=5_00, reference="bank 1")
    await world.do(payments.record_recovery, paid)
    await sold(world, debtor, 10_00)
    lost = payments.WriteOff(seller=debtor, currency="EUR", amount=20_00, reason="insolvent")
    await world.do(payments.write_off, lost)
    await deposit(world, debtor, 3_00)
    await bond(world, debtor, 1_00)
    rest = payments.WriteOff(seller=debtor, currency="EUR", reason="insolvent")
    await world.do(payments.write_off, rest)
    back = payments.RefundBond(seller=debtor, currency="EUR", reason="leaves")
    await world.do(payments.refund_bond, back)
    await charge(world, debtor, 2_00)
