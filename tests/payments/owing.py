"""Verbs of sellers' accounts, and sellers that owe."""

from typing import Any

from fondaco import orders, payments
from fondaco.markets import FeePolicy, SetFeePolicy, set_fee_policy
from fondaco.orders import Placed
from tests.world import World


async def account(world: World, seller: int) -> tuple[int, int, int, int]:
    """What a seller has in euros: payable, reserve, bond, and what it owes."""
    held = (await payments.account_of(world.database, seller)).balances
    names = ("payable", "reserve", "bond", "receivable")
    payable, reserve, bond, debt = (held.get(name, {}).get("EUR", 0) for name in names)
    return payable, reserve, bond, debt


async def charge(world: World, seller: int, amount: int, **more: Any) -> payments.Charged:
    """Charge a seller in the world's market."""
    wish = payments.ChargeSeller(
        seller=seller, market=world.market, amount=amount, reason="listing", **more
    )
    return await world.do(payments.charge_seller, wish)


async def bond(world: World, seller: int, target: int, **more: Any) -> int:
    """Ask a seller for a bond; what it lacks."""
    wish = payments.SetBond(seller=seller, currency="EUR", target=target, **more)
    return (await world.do(payments.set_bond, wish)).missing


async def deposit(world: World, seller: int, amount: int) -> None:
    """A seller pays into its bond."""
    wish = payments.DepositBond(seller=seller, currency="EUR", amount=amount, reference="bank 1")
    await world.do(payments.deposit_bond, wish)


async def reserve(world: World, numerator: int, days: int, seller: int | None = None) -> None:
    """Keep some percent back of sales in the world's market."""
    wish = payments.SetReserve(market=world.market, numerator=numerator, days=days, seller=seller)
    await world.do(payments.set_reserve, wish)


async def vat(world: World, percent: int) -> None:
    """The world's market charges VAT on commission and charges."""
    policy = FeePolicy(vat_numerator=percent)
    await world.do(set_fee_policy, SetFeePolicy(market=world.market, policy=policy))


async def pay_out(world: World, seller: int) -> int:
    """Pay all out that a seller is owed."""
    return (await world.do(payments.pay_out, payments.PayOut(seller=seller, currency="EUR"))).amount


async def sold(world: World, seller: int, price: int) -> Placed:
    """A sale of the seller's, settled."""
    return await world.sell(await world.offer(seller, price=price))


async def refunded(world: World, placed: Placed) -> None:
    """All of a settled sale goes back."""
    await world.do(orders.refund, orders.Refund(order=placed.orders[0].id))
