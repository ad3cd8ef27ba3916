"""Erasing buyers: nobody is named any more, and no balance moves by a cent."""

from fondaco import ledger, orders, parties, payments
from fondaco.kernel import Refused
from fondaco.orders import EraseBuyer, ErasureRefusal
from fondaco.parties import IssueKey, Join, Kind, Role, Scope, hash_secret, new_secret
from tests.world import World

WORDS = "select reason, ruling from orders.dispute where purchase = :purchase"


async def refusal(world: World, buyer: int) -> str:
    return await world.refused(orders.erase_buyer, EraseBuyer(buyer=buyer))


async def test_erasing_a_buyer_changes_no_balance(world: World) -> None:
    """Scenario 25: the name goes, every account keeps exactly what it had."""
    offer = await world.offer(await world.seller(), 10_00)
    buyer = await world.buyer()
    other = await world.buy(offer)
    placed = await world.buy(offer, buyer=buyer, reference="For Ada's birthday")
    [order] = placed.orders
    secret, hash_, prefix = new_secret()
    key = IssueKey(hash=hash_, prefix=prefix, party=buyer, kind=Kind.BUYER, scopes=(Scope.READ,))
    await world.do(parties.issue_key, key)
    await world.deliver(order.id)
    await world.do(orders.dispute, orders.Dispute(order=order.id, reason="Ada's lamp is broken"))
    await world.do(orders.rule, orders.Rule(order=order.id, refund=3_00, ruling="Ada is right"))
    await world.sweep()
    before = await ledger.trial_balance(world.database)
    subjects = "select subject, account, currency, amount from ledger.balance order by 1, 2, 3"
    balances = [tuple(row) for row in await world.rows(subjects)]

    await world.do(orders.erase_buyer, EraseBuyer(buyer=buyer))

    assert await ledger.trial_balance(world.database) == before
    assert [tuple(row) for row in await world.rows(subjects)] == balances
    person = "select name, reference, erased_at is not null from parties.person where id = :id"
    assert tuple((await world.rows(person, id=buyer))[0]) == ("erased", "", True)
    assert [tuple(row) for row in await world.rows(WORDS, purchase=placed.purchase)] == [
        ("erased", "erased")
    ]
    assert await parties.access_of(world.database, hash_secret(secret)) is None
    references = "select reference from orders.purchase where buyer = :buyer"
    assert [row[0] for row in await world.rows(references, buyer=buyer)] == [""]
    assert await world.state(other.orders[0].id) == ["paid"]
    assert await world.broken() == []


async def test_who_is_erased_is_nobody_any_more(world: World) -> None:
    buyer, offer = await world.buyer(), await world.offer(await world.seller(), 10_00)
    await world.do(orders.erase_buyer, EraseBuyer(buyer=buyer))
    assert await refusal(world, buyer) == ErasureRefusal.UNKNOWN_BUYER
    again = await world.refused(orders.place, world.basket(offer, buyer=buyer))
    assert again == orders.PlaceRefusal.UNKNOWN_BUYER
    _, hash_, prefix = new_secret()
    key = IssueKey(hash=hash_, prefix=prefix, party=buyer, kind=Kind.BUYER, scopes=(Scope.READ,))
    assert await world.refused(parties.issue_key, key) == parties.KeyRefusal.UNKNOWN_PARTY


async def test_a_buyer_with_an_order_under_way_is_not_erased(world: World) -> None:
    buyer, offer = await world.buyer(), await world.offer(await world.seller(), 10_00)
    placed = await world.buy(offer, buyer=buyer)
    assert await refusal(world, buyer) == ErasureRefusal.ORDERS_UNDER_WAY
    await world.deliver(placed.orders[0].id)
    assert await world.confirm(placed.orders[0].id) == "settled"
    await world.do(orders.erase_buyer, EraseBuyer(buyer=buyer))


async def test_a_wallet_is_not_forgotten_with_money_in_it(world: World) -> None:
    buyer = await world.buyer()
    gift = payments.GrantCredit(person=buyer, amount=5_00, currency="EUR", reason="Sorry")
    await world.do(payments.grant_credit, gift)
    [refused] = await world.batch(orders.erase_buyer, [EraseBuyer(buyer=buyer)])
    assert refused == Refused(
        ErasureRefusal.CREDIT_LEFT,
        "The buyer's wallet holds 5.00 EUR, or is about to; it has to go first.",
    )


async def test_who_acts_for_an_organisation_is_not_erased(world: World) -> None:
    person, seller = await world.buyer(), await world.seller()
    await world.do(parties.join, Join(organisation=seller, person=person, role=Role.OWNER))
    assert await refusal(world, person) == ErasureRefusal.ACTS_FOR_OTHERS


async def test_a_batch_erases_each_buyer_once(world: World) -> None:
    first, second = await world.buyer(), await world.buyer()
    wishes = [EraseBuyer(buyer=one) for one in (first, second, first, 1)]
    outcomes = await world.batch(orders.erase_buyer, wishes)
    unknown = ErasureRefusal.UNKNOWN_BUYER
    codes = [one.code if isinstance(one, Refused) else None for one in outcomes]
    assert codes == [None, None, unknown, unknown]
