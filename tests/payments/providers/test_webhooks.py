"""Webhooks: every fact arrives, signed, however often and in whatever order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from fondaco.kernel.clock import system_clock
from fondaco.payments.providers import Charge, Fact, Transfer
from fondaco.payments.providers.sandbox import Mode, Sandbox, SandboxProcess, Token, start
from fondaco.payments.providers.signing import verify
from tests.payments.providers.conftest import Receiver

SECRET = "whsec_c2FuZGJveCBzYW5kYm94IHNhbmRib3g="


@asynccontextmanager
async def sending_to(
    receiver: Receiver, path: Path | None = None, mode: Mode | None = None
) -> AsyncIterator[tuple[SandboxProcess, Sandbox]]:
    with start(path, webhook_url=receiver.url, secret=SECRET, mode=mode) as running:
        client = running.client()
        yield running, client
        await client.aclose()


def charges(count: int, token: str = Token.OK) -> list[Charge]:
    return [Charge(f"pay_{n}", 100 + n, "EUR", token) for n in range(count)]


def received(receiver: Receiver) -> list[Fact]:
    return [
        fact
        for headers, body in receiver.got
        for fact in verify(SECRET, headers, body, system_clock())
    ]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - the receiver is a thread, and knows no event loop
            await asyncio.sleep(0.02)


async def test_every_fact_is_sent_signed_as_it_was_answered(receiver: Receiver) -> None:
    async with sending_to(receiver) as (_, client):
        facts = await client.charge(charges(5))
        facts += await client.charge([Charge("pay_no", 1, "EUR", Token.DECLINED)])
        facts += await client.pay_out([Transfer("po_1", "IT60", 5, "EUR")])
        await client.charge(charges(5))  # a retry is no new fact
        await until(lambda: len(received(receiver)) >= len(facts))
        assert received(receiver) == facts
        assert all(h["content-type"] == "application/json" for h, _ in receiver.got)


async def test_a_lost_answer_is_told_by_webhook(receiver: Receiver) -> None:
    async with sending_to(receiver) as (_, client):
        await client.charge(charges(1, Token.LOST))
        await until(lambda: bool(receiver.got))
        assert [fact.key for fact in received(receiver)] == ["pay_0"]


async def test_repeated_and_reordered_they_carry_the_same_event_ids(receiver: Receiver) -> None:
    mode = Mode(seed=1, repeat=3, reorder_ms=500)
    async with sending_to(receiver, mode=mode) as (_, client):
        facts = [f for f in await client.charge(charges(40)) if isinstance(f, Fact)]
        await until(lambda: len(received(receiver)) >= 120)
        got = received(receiver)
    ids = [fact.id for fact in got]
    assert sorted(ids) == sorted([fact.id for fact in facts] * 3)
    assert {fact.id: fact for fact in got} == {fact.id: fact for fact in facts}
    assert len({fact.id for fact in facts}) == 40
    assert list(dict.fromkeys(ids)) != [fact.id for fact in facts], "nothing overtook"


async def test_refused_webhooks_are_sent_again_under_the_same_id(receiver: Receiver) -> None:
    receiver.statuses = [500, 404, 301]
    async with sending_to(receiver) as (_, client):
        await client.charge(charges(1))
        await until(lambda: len(receiver.got) == 4)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1


async def test_webhooks_wait_for_a_receiver_and_survive_the_sandbox(
    receiver: Receiver, tmp_path: Path
) -> None:
    receiver.statuses = [503] * 100
    async with sending_to(receiver, tmp_path / "book") as (running, client):
        facts = await client.charge(charges(3))
        await until(lambda: bool(receiver.got))
        ledger = httpx.get(f"{running.url}/ledger", trust_env=False).json()
        assert (ledger["webhooks_waiting"], ledger["webhooks_given_up"]) == (3, 0)
        running.kill()
    receiver.got.clear()
    receiver.statuses.clear()
    async with sending_to(receiver, tmp_path / "book") as (_, client):
        await until(lambda: bool(receiver.got))
        assert received(receiver) == facts


async def test_a_delayed_webhook_comes_after_the_answer(receiver: Receiver) -> None:
    mode = Mode(webhook_delay_ms=3_600_000)
    async with sending_to(receiver, mode=mode) as (running, client):
        await client.charge(charges(2))
        ledger = httpx.get(f"{running.url}/ledger", trust_env=False).json()
        assert ledger["webhooks_waiting"] == 2
        assert receiver.got == []
