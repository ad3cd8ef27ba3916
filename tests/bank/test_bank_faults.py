"""What an attacker, a careless bank or an odd name might do to payouts by file."""

import pytest

from fondaco import orders, parties, payments
from fondaco.kernel.ids import show
from fondaco.payments import PayOut
from fondaco.payments.payout_model import HoldPayouts
from fondaco.payments.payout_terms import hold_payouts
from fondaco.payments.providers.bank import Bank
from fondaco.payments.providers.bank import reference_of as reference
from tests.bank.letters import OWN, SELLERS, entry, rejected, statement
from tests.bank.test_bank_files import MAKE, file_of, name, paid_out, state, take
from tests.scratch import scratch_url as scratch_url
from tests.world import World, open_world


async def test_holds_count_in_every_bucket(scratch_url: str) -> None:
    async with open_world(scratch_url, buckets=8) as world:
        sellers = [(await paid_out(world))[0] for _ in range(6)]
        for seller in sellers[:5]:
            hold = HoldPayouts(seller=seller, reason="Checks", by="operator")
            await world.do(hold_payouts, hold)
        made = await file_of(world)
        assert (made.payouts, len(made.left_out)) == (1, 5)


async def test_a_transfer_counts_as_one_thing_in_every_bucket(scratch_url: str) -> None:
    """Its payer writes the reference of a purchase and the id of a payout that was paid."""
    async with open_world(scratch_url, buckets=8) as world:
        lamp = await world.offer(await world.seller(), 97_20)
        for _ in range(4):
            seller, payout = await paid_out(world)
            await file_of(world)
            key = show("out", payout)
            left = statement(entry(97_20, name(), key), moved=-97_20, name=name())
            assert (await take(world, left)).unexplained == []
            placed = await world.place(lamp, tenders=(orders.Tender("bank", "transfer"),))
            both = entry(97_20, name(), key, credit=True, text=reference(placed.payments[0]))
            [missed] = (await take(world, statement(both, moved=97_20, name=name()))).unexplained
            assert "which is meant" in missed.why
            assert await state(world, payout) == "paid"
            assert await world.balance("payable", seller) == 0
            assert await world.state(placed.orders[0].id) == ["created"]


@pytest.mark.parametrize("reason", ["AM05", "DU01"])
async def test_a_file_that_came_twice_is_not_owed_twice(world: World, reason: str) -> None:
    seller, payout = await paid_out(world)
    made = await file_of(world)
    [missed] = (await take(world, rejected(made.message, reason=reason))).unexplained
    assert "had it twice" in missed.why
    assert await state(world, payout) == "created"
    assert await world.balance("payable", seller) == 0


async def test_what_the_bank_can_never_send_is_owed_again(world: World) -> None:
    seller, payout = await paid_out(world, account="acct_1")
    told = await payments.give_up_unfit(world.database)
    assert told[show("out", payout)] == "owed again: 'acct_1' is no IBAN"
    assert await world.balance("payable", seller) == 97_20
    refused = PayOut(seller=seller, currency="EUR", rail="bank")
    assert await world.refused(payments.pay_out, refused) == payments.PayoutRefusal.NOT_BY_BANK
    right = parties.SetPayoutAccount(seller=seller, account=SELLERS, verified=True)
    await world.do(parties.set_payout_account, right)
    await world.do(payments.pay_out, refused)
    assert await world.broken() == []


async def test_a_name_without_letters_stops_nobody(world: World) -> None:
    _, payout = await paid_out(world)
    await world.rows("update parties.organisation set name = '🦊' where kind = 'seller'")
    made = await file_of(world)
    found = await payments.bank_file(world.database, made.message)
    assert found is not None
    key = show("out", payout).replace("_", "-")
    assert f"<Nm>{key}</Nm>".encode() in found["body"]
    assert b"_" not in found["body"]


async def test_a_hold_stops_what_was_asked_for_and_not_sent(world: World) -> None:
    seller = await world.seller()
    await world.sell(await world.offer(seller, 10_00))
    made = await world.do(payments.pay_out, PayOut(seller=seller, currency="EUR"))
    hold = HoldPayouts(seller=seller, reason="Checks", by="operator")
    await world.do(hold_payouts, hold)
    bank = {"bank": Bank(OWN, "F")}
    await payments.send_payouts(world.database, bank, "bank", [made.id])
    refusal = await world.refused(payments.make_bank_file, MAKE)
    assert refusal == payments.BankFileRefusal.NOTHING_TO_SEND
