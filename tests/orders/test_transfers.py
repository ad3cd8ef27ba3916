"""Transfers by reference: to the cent, too little, too much, too late, twice, and back."""

from typing import Any

import pytest
from stdnum import iso11649

from fondaco import kernel, orders, payments
from fondaco.kernel.ids import show
from fondaco.orders import Placed, Tender
from fondaco.orders.jobs import collect
from fondaco.payments.providers import (
    Ability,
    Action,
    BankEntry,
    Charge,
    Fact,
    find_payment,
)
from fondaco.payments.providers.bank import Bank, reference_of
from tests.world import World

BANK = Bank("DE89370400440532013000", "Fondaco GmbH", bic="COBADEFFXXX")
FRENCH = "FR1420041010050500013M02606"
TRANSFER = (Tender("bank", "transfer"),)


async def waiting(world: World) -> Placed:
    """A purchase of 100.00 to be paid by transfer."""
    return await world.place(await world.offer(await world.seller(), 100_00), tenders=TRANSFER)


def entry(placed: Placed, amount: int, name: str = "", **more: Any) -> BankEntry:
    text = f"Invoice / {reference_of(placed.payments[0])}"
    usual: dict[str, Any] = {
        "credit": True,
        "currency": "EUR",
        "account": FRENCH,
    }
    return BankEntry(
        id=name or f"bank-{placed.purchase}-{amount}",
        amount=amount,
        **(usual | {"text": text} | more),
    )


async def take(world: World, *entries: BankEntry) -> list[str]:
    async def submit(handler: Any, sent: Any) -> Any:
        return await kernel.run(world.database, handler, sent)

    return await orders.take_entries(submit, entries)


async def tills(world: World, placed: Placed) -> list[tuple[int, int, int, str]]:
    rows = await payments.payments_of(world.database, [placed.purchase])
    return [(row["amount"], row["captured"], row["refunded"], row["state"]) for row in rows]


async def state(world: World, placed: Placed) -> list[str]:
    return await world.state(*(order.id for order in placed.orders))


async def test_the_buyer_is_told_where_to_send_what(world: World) -> None:
    placed = await waiting(world)
    key = show("pay", placed.payments[0])
    [action] = await BANK.charge([Charge(key, 100_00, "EUR", "transfer")])
    assert isinstance(action, Action)
    assert iso11649.is_valid(action.details["reference"])
    assert action.details == {
        "iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "holder": "Fondaco GmbH",
        "reference": reference_of(placed.payments[0]), "amount": "10000", "currency": "EUR",
    }  # fmt: skip
    for bad in (Charge(key, 1, "USD", "transfer"), Charge(key, 1, "EUR", "tok_ok")):
        [fact] = await BANK.charge([bad])
        assert isinstance(fact, Fact)
        assert fact.kind == "declined"
    assert BANK.abilities == {Ability.PAY_OUT}


async def test_references_are_found_as_people_write_them(world: World) -> None:
    payment = (await waiting(world)).payments[0]
    reference = reference_of(payment)
    grouped = " ".join(reference[n : n + 4] for n in range(0, len(reference), 4))
    for text in (reference, grouped.lower(), f"order no. 7, ref {grouped}. thanks"):
        assert find_payment(text) == payment
    wrong = reference[:4] + ("A" if reference[4] != "A" else "B") + reference[5:]
    for text in ("", "RF", wrong, "RF18539007547034"):
        assert find_payment(text) is None


async def test_to_the_cent_it_pays_and_counts_once(world: World) -> None:
    placed = await waiting(world)
    assert await take(world, entry(placed, 100_00)) == [""]
    assert await take(world, entry(placed, 100_00)) == [""]
    assert await state(world, placed) == ["paid"]
    assert await tills(world, placed) == [(100_00, 100_00, 0, "captured")]
    assert await world.balance("escrow", placed.orders[0].id) == 100_00


async def test_too_little_waits_and_the_rest_completes_it_under_the_same_reference(
    world: World,
) -> None:
    placed = await waiting(world)
    await take(world, entry(placed, 60_00))
    assert await state(world, placed) == ["created"]
    assert await tills(world, placed) == [(60_00, 60_00, 0, "captured"), (40_00, 0, 0, "created")]
    assert await world.balance("unapplied", placed.purchase) == 60_00
    await take(world, entry(placed, 30_00), entry(placed, 10_00))
    assert await state(world, placed) == ["paid"]
    assert [captured for _, captured, _, _ in await tills(world, placed)] == [60_00, 30_00, 10_00]
    assert await world.balance("unapplied", placed.purchase) == 0


async def test_of_too_much_the_difference_goes_back_to_where_it_came_from(world: World) -> None:
    placed = await waiting(world)
    await take(world, entry(placed, 70_00), entry(placed, 70_00, "bank-second"))
    assert await state(world, placed) == ["paid"]
    assert await world.balance("escrow", placed.orders[0].id) == 100_00
    [back] = await world.refunds(placed)
    assert (back["amount"], back["state"]) == (40_00, "requested")
    rows = await payments.returns_waiting(world.database, 1000)
    [due] = [row for row in rows if row["id"] == back["id"]]
    assert (due["account"], due["amount"]) == (FRENCH, 40_00)
    name = show("ref", back["id"])
    out = entry(placed, 40_00, "bank-out", credit=False, text="", end_to_end=name)
    assert await take(world, out) == [""]
    assert (await world.refunds(placed))[0]["state"] == "succeeded"


async def test_what_comes_too_late_or_again_goes_back(world: World) -> None:
    placed, paid = await waiting(world), await waiting(world)
    await take(world, entry(placed, 60_00), entry(paid, 100_00))
    world.clock.advance(hours=1)
    await world.sweep()
    mine = await payments.payments_of(world.database, [placed.purchase])
    rows = await payments.payments(world.database, [row["id"] for row in mine])
    await collect(world.database, {"bank": BANK}, rows)
    assert await state(world, placed) == ["expired"]
    assert await tills(world, placed) == [
        (60_00, 60_00, 60_00, "captured"),
        (40_00, 0, 0, "voided"),
    ]
    await take(world, entry(placed, 40_00, "late"), entry(paid, 100_00, "again"))
    assert [row["amount"] for row in await world.refunds(placed)] == [60_00, 40_00]
    assert [row["amount"] for row in await world.refunds(paid)] == [100_00]
    assert (await state(world, placed), await state(world, paid)) == (["expired"], ["paid"])
    assert await world.balance("unapplied", placed.purchase) == 0


async def test_many_at_once_are_taken_in_turn(world: World) -> None:
    several = [await waiting(world) for _ in range(3)]
    wishes = [
        orders.ReceiveTransfer(
            payment=placed.payments[0], amount=50_00, currency="EUR", account="x"
        )
        for placed in several * 3
    ]
    outcomes = await world.batch(orders.receive_transfer, wishes)
    told = [(one.paid, one.outstanding, one.returned) for one in outcomes]
    assert told == [(False, 50_00, 0)] * 3 + [(True, 0, 0)] * 3 + [(False, 0, 50_00)] * 3


async def test_what_is_not_ours_is_left_with_a_reason(world: World) -> None:
    placed = await waiting(world)
    by_card = await world.place(await world.offer(await world.seller(), 5_00))
    assert await take(
        world,
        entry(placed, 1, text="thanks"),
        entry(placed, 2, credit=False, end_to_end="nothing"),
        entry(placed, 3, currency="USD"),
        entry(by_card, 5_00),
    ) == [
        "it names no payment, refund or payout of ours",
        "it names no payment, refund or payout of ours",
        "The payment is in EUR.",
        "The payment is made by sandbox.",
    ]
    await take(world, entry(placed, 10_00, "same"))
    assert await take(world, entry(placed, 20_00, "same")) == ["its id was another entry's"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"payment": 64}, "unknown_payment"),
        ({"currency": "USD"}, "foreign_currency"),
    ],
)
async def test_a_refused_transfer_changes_nothing(world: World, more: Any, why: str) -> None:
    placed = await waiting(world)
    wish = {"payment": placed.payments[0], "amount": 1, "currency": "EUR"} | more
    assert await world.refused(orders.receive_transfer, orders.ReceiveTransfer(**wish)) == why


async def test_a_card_payment_takes_no_transfer(world: World) -> None:
    placed = await world.place(await world.offer(await world.seller(), 5_00))
    wish = orders.ReceiveTransfer(payment=placed.payments[0], amount=5_00, currency="EUR")
    assert await world.refused(orders.receive_transfer, wish) == "not_by_transfer"


def test_an_account_that_cannot_be_is_refused() -> None:
    for iban, bic in (("DE89370400440532013001", ""), ("DE89370400440532013000", "NOPE")):
        with pytest.raises(ValueError, match="is not a"):
            Bank(iban, "Fondaco", bic=bic)
