"""Store credit: given, drawn on never below zero, put back, once each."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from fondaco import kernel, payments
from fondaco.kernel import Sent
from fondaco.payments import (
    BlockGiftCard,
    Draw,
    DrawRefusal,
    GrantCredit,
    IssueGiftCard,
    Purse,
    PutBack,
)
from fondaco.payments.codes import hash_code, make_code
from fondaco.payments.credit import CardRefusal, GrantRefusal
from tests.scratch import scratch_url as scratch_url
from tests.world import World, open_world


async def grant(world: World, amount: int, currency: str = "EUR") -> int:
    wish = GrantCredit(person=world.customer, currency=currency, amount=amount, reason="Sorry.")
    return int((await world.do(payments.grant_credit, wish)).balance)


async def card(world: World, amount: int = 20_00, **wish: Any) -> int:
    code = hash_code(f"{world.name}{amount}")
    new = IssueGiftCard(hash=code, hint="ABCD", currency="EUR", amount=amount, **wish)
    return int((await world.do(payments.issue_gift_card, new)).id)


def drawing(world: World, amount: int, subject: int | None = None, currency: str = "EUR") -> Draw:
    purse = Purse.WALLET if subject is None else Purse.GIFT_CARD
    return Draw(
        purse=purse, subject=subject or world.customer, payment=world.database.mint(),
        currency=currency, amount=amount,
    )  # fmt: skip


@pytest.fixture
async def world(scratch_url: str) -> AsyncIterator[World]:
    """A world whose draws are for payments that nobody made: its books are not checked."""
    async with open_world(scratch_url) as own:
        yield own


async def test_what_is_given_is_there(world: World) -> None:
    assert await grant(world, 5_00) == 5_00
    assert await grant(world, 2_50) == 7_50
    assert await world.balance("wallet", world.customer) == 7_50
    assert await world.balance("goodwill", world.customer) == -7_50


async def test_each_currency_is_its_own(world: World) -> None:
    await grant(world, 5_00)
    assert await grant(world, 100, "JPY") == 100
    refusal = await world.refused(payments.draw, drawing(world, 101, currency="JPY"))
    assert refusal == DrawRefusal.INSUFFICIENT


async def test_no_batch_draws_more_than_there_is(world: World) -> None:
    await grant(world, 10_00)
    answers = await world.batch(payments.draw, [drawing(world, 4_00) for _ in range(3)])
    assert [getattr(answer, "balance", None) for answer in answers] == [6_00, 2_00, None]
    assert answers[2].detail == "There is 2.00 EUR in the wallet."


async def test_the_same_key_draws_once(world: World) -> None:
    await grant(world, 10_00)
    sent = Sent(drawing(world, 4_00), "system", f"{world.name} draw")
    [first] = await kernel.run(world.database, payments.draw, [sent])
    assert await kernel.run(world.database, payments.draw, [sent]) == [first]
    assert await world.balance("wallet", world.customer) == 6_00


async def test_what_goes_back_may_go_onto_a_blocked_card(world: World) -> None:
    id_ = await card(world)
    wish = drawing(world, 20_00, id_)
    await world.do(payments.draw, wish)
    await world.do(payments.block_gift_card, BlockGiftCard(card=id_))
    back = PutBack(
        purse=Purse.GIFT_CARD, subject=id_, payment=wish.payment, refund=world.database.mint(),
        currency="EUR", amount=20_00,
    )  # fmt: skip
    assert (await world.do(payments.put_back, back)).balance == 20_00


async def test_refuses_cards_that_cannot_pay(world: World) -> None:
    blocked = await card(world, 10_00)
    await world.do(payments.block_gift_card, BlockGiftCard(card=blocked))
    soon = await card(world, 11_00, expires_at=world.clock() + timedelta(days=1))
    world.clock.advance(days=1)
    for subject, amount, why in (
        (64, 1, DrawRefusal.UNKNOWN_CARD),
        (blocked, 1, DrawRefusal.BLOCKED),
        (soon, 1, DrawRefusal.EXPIRED),
        (await card(world, 12_00), 12_01, DrawRefusal.INSUFFICIENT),
    ):
        assert await world.refused(payments.draw, drawing(world, amount, subject)) == why
    await world.do(payments.block_gift_card, BlockGiftCard(card=blocked, blocked=False))
    await world.do(payments.draw, drawing(world, 1, blocked))


async def test_refuses_grants_and_cards_that_make_no_sense(world: World) -> None:
    stranger = GrantCredit(person=64, currency="EUR", amount=1)
    assert await world.refused(payments.grant_credit, stranger) == GrantRefusal.UNKNOWN_PERSON
    odd = GrantCredit(person=world.customer, currency="XXX", amount=1)
    assert await world.refused(payments.grant_credit, odd) == GrantRefusal.UNKNOWN_CURRENCY
    code = hash_code(world.name)
    new = IssueGiftCard(hash=code, hint="ABCD", currency="EUR", amount=1)
    await world.do(payments.issue_gift_card, new)
    for wish, why in (
        (new, CardRefusal.CODE_TAKEN),
        (replace(new, currency="XXX"), CardRefusal.UNKNOWN_CURRENCY),
        (replace(new, expires_at=world.clock()), CardRefusal.EXPIRED),
    ):
        assert await world.refused(payments.issue_gift_card, wish) == why
    block = BlockGiftCard(card=64)
    assert await world.refused(payments.block_gift_card, block) == CardRefusal.UNKNOWN_CARD


def test_a_code_is_read_as_people_type_it() -> None:
    code = make_code(b"secret", "one")
    assert code == make_code(b"secret", "one") != make_code(b"secret", "two")
    assert hash_code(code) == hash_code(code.lower().replace("-", " "))
    assert len(code.replace("-", "")) == 16
