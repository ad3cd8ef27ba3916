"""Stripe against a stateful fake server: charges, holds, refunds, webhooks, retries."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from fondaco.payments.providers import (
    Action,
    BadSignature,
    Capture,
    Charge,
    Fact,
    Return,
    Unknown,
)
from fondaco.payments.providers.stripe import Stripe
from tests.payments.providers.conftest import Receiver
from tests.payments.providers.stripe.conftest import KEY, SECRET

Key = Callable[[], str]
VISA, DECLINED, SECURE = (
    "4242424242424242", "4000000000000341", "4000002500003155",
)  # fmt: skip


def post(fake: str, path: str, **data: str) -> Any:
    answer = httpx.post(f"{fake}{path}", data=data, auth=(KEY, ""), trust_env=False)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def card(fake: str, number: str = VISA) -> str:
    """What Stripe's fields in the buyer's browser would make of a card."""
    data = {"card[number]": number, "card[exp_month]": "12", "card[exp_year]": "2099",
            "card[cvc]": "123", "type": "card"}  # fmt: skip
    made: str = post(fake, "/v1/payment_methods", **data)["id"]
    return made


@pytest.fixture
def key() -> Key:
    return lambda: f"pay_{uuid.uuid4().hex}"


def told(one: Fact | Action | Unknown | None) -> tuple[str, str, int, str]:
    assert isinstance(one, Fact), one
    return one.key, one.kind.value, one.amount, one.currency


async def test_a_charge_is_captured_once_however_often_it_is_sent(
    client: Stripe, fake: str, key: Key
) -> None:
    wish = Charge(key(), 12_34, "EUR", card(fake), "pur_1")
    first, again = await client.charge([wish]), await client.charge([wish])
    assert first == again
    assert told(first[0]) == (wish.key, "captured", 12_34, "EUR")
    fresh = Stripe(KEY, SECRET, url=fake)
    assert await fresh.look_up([wish.key, key()]) == [*first, None]
    await fresh.aclose()
    other = Charge(wish.key, 12_35, "EUR", wish.token)
    assert await client.charge([other]) == [Unknown(wish.key, "key_reused")]


async def test_a_declined_card_is_a_fact(client: Stripe, fake: str, key: Key) -> None:
    wishes = [Charge(key(), 5_00, "EUR", card(fake, DECLINED))]
    wishes.append(Charge(key(), 5_00, "EUR", "pm_unknown"))
    facts = await client.charge(wishes)
    assert [told(fact)[1] for fact in facts] == ["declined"] * 2
    found = await client.look_up([wishes[0].key])
    assert told(found[0])[1] == "declined"


async def test_what_is_held_is_taken_or_let_go(client: Stripe, fake: str, key: Key) -> None:
    taken, left = (Charge(key(), 20_00, "EUR", card(fake)) for _ in range(2))
    held = await client.authorise([taken, left])
    assert [told(one)[1] for one in held] == ["authorized"] * 2
    [fact] = await client.capture([Capture(taken.key, 20_00, "EUR")])
    assert told(fact) == (taken.key, "captured", 20_00, "EUR")
    voided, late = await client.void([left.key, taken.key])
    assert (told(voided)[1], told(late)[1]) == ("voided", "captured")
    [never] = await client.void([key()])
    assert isinstance(never, Unknown)


async def test_money_goes_back_once_and_never_for_nothing(
    client: Stripe, fake: str, key: Key
) -> None:
    wish, declined = (Charge(key(), 20_00, "EUR", card(fake, n)) for n in (VISA, DECLINED))
    await client.charge([wish, declined])
    back = Return(key(), wish.key, 5_00, "EUR")
    first, again = await client.refund([back]), await client.refund([back])
    assert first == again
    assert told(first[0]) == (back.key, "refunded", 5_00, "EUR")
    nothing, unheard = await client.refund(
        [Return(key(), declined.key, 1_00, "EUR"), Return(key(), key(), 1_00, "EUR")]
    )
    assert told(nothing)[1] == "refund_failed"
    assert isinstance(unheard, Unknown)


async def test_a_buyer_confirms_with_his_bank_and_the_webhook_tells(
    client: Stripe, fake: str, key: Key, receiver: Receiver
) -> None:
    post(fake, "/_config/webhooks/ours", url=receiver.url, secret=SECRET)
    wish = Charge(key(), 7_00, "EUR", card(fake, SECURE))
    [action] = await client.charge([wish])
    assert isinstance(action, Action)
    assert isinstance((await client.look_up([wish.key]))[0], Unknown)
    name = action.client_secret.partition("_secret_")[0]
    post(
        fake, f"/v1/payment_intents/{name}/_authenticate",
        client_secret=action.client_secret, success="true",
    )  # fmt: skip
    async with asyncio.timeout(60):
        while not any(name.encode() in body for _, body in receiver.got):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    headers, body = next(got for got in receiver.got if name.encode() in got[1])
    facts = await client.webhook(headers, body)
    assert [told(fact) for fact in facts] == [(wish.key, "captured", 7_00, "EUR")]
    assert await client.look_up([wish.key]) == facts, "the same fact under the same id"
    with pytest.raises(BadSignature):
        await client.webhook(headers, body.replace(b"700", b"900"))
    with pytest.raises(BadSignature):
        await client.webhook({}, body)


async def test_a_charge_of_nothing_asks_nobody(client: Stripe, key: Key) -> None:
    [fact] = await client.charge([Charge(key(), 0, "EUR", "pm_any")])
    assert told(fact)[1:] == ("captured", 0, "EUR")
