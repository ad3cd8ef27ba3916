"""Authorise, capture and void; pages that the buyer is sent to; disputes; the report of a day."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from fondaco.payments.providers import (
    Action,
    Capture,
    Charge,
    Fact,
    Provider,
    Return,
    Unknown,
)
from fondaco.payments.providers.sandbox import (
    Dispute,
    DisputeError,
    LocalSandbox,
    Mode,
    Ruling,
    SandboxProcess,
    Token,
)
from tests.payments.providers.conftest import SetMode

Key = Callable[[], str]


def charge(key: str, amount: int = 10_00, token: str = Token.OK) -> Charge:
    return Charge(key, amount, "EUR", token, "Fondaco")


def told(outcome: Fact | Action | Unknown | None) -> tuple[str, str, int]:
    assert isinstance(outcome, Fact), outcome
    return outcome.key, outcome.kind.value, outcome.amount


async def test_what_is_authorised_is_taken_once_in_part_and_told_as_the_charge(
    provider: Provider, key: Key
) -> None:
    wish = charge(key())
    assert told((await provider.authorise([wish]))[0]) == (wish.key, "authorized", 10_00)
    [back] = await provider.refund([Return(key(), wish.key, 1, "EUR")])
    assert told(back)[1] == "refund_failed", "nothing was taken yet"
    part = Capture(wish.key, 6_00, "EUR")
    first, again = await provider.capture([part]), await provider.capture([part])
    assert first == again
    assert told(first[0]) == (wish.key, "captured", 6_00)
    assert isinstance((await provider.capture([Capture(wish.key, 4_00, "EUR")]))[0], Unknown)
    assert await provider.look_up([wish.key]) == first
    assert await provider.void([wish.key]) == first, "too late: what was taken is told"
    over, back = await provider.refund(
        [Return(key(), wish.key, 6_01, "EUR"), Return(key(), wish.key, 6_00, "EUR")]
    )
    assert [told(over)[1], told(back)[1]] == ["refund_failed", "refunded"]


async def test_what_was_not_held_cannot_be_taken(provider: Provider, key: Key) -> None:
    declined, paid, held = charge(key(), token=Token.DECLINED), charge(key()), charge(key())
    await provider.authorise([declined, held])
    await provider.charge([paid])
    answers = await provider.capture(
        [
            Capture(declined.key, 1, "EUR"),
            Capture(key(), 1, "EUR"),
            Capture(held.key, 10_01, "EUR"),
        ]
    )
    assert [told(one)[1] for one in answers] == ["declined"] * 3


async def test_a_void_ends_a_hold_and_keeps_a_charge_from_coming_late(
    provider: Provider, key: Key
) -> None:
    held, never = charge(key()), charge(key())
    await provider.authorise([held])
    assert [told(one)[1] for one in await provider.void([held.key, never.key])] == ["voided"] * 2
    assert isinstance((await provider.capture([Capture(held.key, 1, "EUR")]))[0], Unknown)
    assert isinstance((await provider.charge([never]))[0], Unknown)
    assert [told(one)[1] for one in await provider.look_up([held.key, never.key])] == ["voided"] * 2


async def test_a_buyer_is_sent_to_a_page_and_pays_there(process: SandboxProcess, key: Key) -> None:
    client = process.client()
    wish = charge(key(), token=Token.PAGE)
    [action] = await client.charge([wish])
    assert isinstance(action, Action)
    assert await client.charge([wish]) == [action]
    assert isinstance((await client.look_up([wish.key]))[0], Unknown)
    assert "Pay in the sandbox" in httpx.get(action.url, trust_env=False).text
    httpx.post(action.url, trust_env=False).raise_for_status()
    [fact] = await client.look_up([wish.key])
    assert told(fact) == (wish.key, "captured", 10_00)
    assert await client.charge([wish]) == [fact]
    assert httpx.get(f"{process.url}/pages/nobody", trust_env=False).status_code == 404
    await client.aclose()


async def test_a_page_that_was_closed_takes_no_money(key: Key) -> None:
    sandbox = LocalSandbox()
    wish = charge(key(), token=Token.PAGE)
    await sandbox.charge([wish])
    await sandbox.void([wish.key])
    assert told(sandbox.act(wish.key)) == (wish.key, "voided", 10_00)
    assert sandbox.act(key()) is None


async def test_a_dispute_takes_the_money_until_it_is_won(key: Key) -> None:
    sandbox = LocalSandbox()
    wish = charge(key())
    await sandbox.charge([wish])
    await sandbox.refund([Return(key(), wish.key, 1_00, "EUR")])
    opened = sandbox.dispute(Dispute("dp_1", wish.key, fee=15_00))
    assert (told(opened), opened.reference) == ((wish.key, "dispute_opened", 9_00), "dp_1")
    assert (opened.fee, opened.reason) == (15_00, "fraudulent")
    assert opened.respond_by == opened.at + timedelta(days=7)
    assert sandbox.dispute(Dispute("dp_1", wish.key, fee=15_00)) == opened
    [refused] = await sandbox.refund([Return(key(), wish.key, 1, "EUR")])
    assert told(refused)[1] == "refund_failed", "the bank has it"
    won = sandbox.dispute(Dispute("dp_1", wish.key, Ruling.WON))
    assert (told(won), won.fee) == ((wish.key, "dispute_won", 9_00), 0)
    with pytest.raises(DisputeError, match="was won"):
        sandbox.dispute(Dispute("dp_1", wish.key, Ruling.LOST))
    [back] = await sandbox.refund([Return(key(), wish.key, 9_00, "EUR")])
    assert told(back)[1] == "refunded"


async def test_a_dispute_that_cannot_be_is_refused(key: Key) -> None:
    sandbox = LocalSandbox()
    wish = charge(key())
    await sandbox.charge([wish])
    for bad, why in (
        (Dispute("dp_1", key()), "no such charge"),
        (Dispute("dp_1", wish.key, Ruling.LOST), "no such dispute"),
        (Dispute("dp_1", wish.key, amount=10_01), "only 1000"),
    ):
        with pytest.raises(DisputeError, match=why):
            sandbox.dispute(bad)


async def test_the_process_takes_disputes_and_reports_its_day(
    process: SandboxProcess, key: Key
) -> None:
    client = process.client()
    wish, refund = charge(key()), key()
    await client.charge([wish])
    await client.refund([Return(refund, wish.key, 1_00, "EUR")])
    for stage, status in (("opened", 200), ("lost", 200), ("won", 409)):
        body = {"reference": f"dp_{wish.key}", "charge_key": wish.key, "stage": stage}
        answer = httpx.post(f"{process.url}/disputes", json=body, trust_env=False)
        assert answer.status_code == status
    lines = [
        (line.kind, line.amount)
        for line in await client.report(datetime.now(UTC).date())
        if line.key in (wish.key, refund)
    ]
    assert lines == [("captured", 10_00), ("refunded", -1_00), ("dispute_opened", -9_00)]
    assert await client.report(datetime(2020, 1, 1, tzinfo=UTC).date()) == []
    await client.aclose()


async def test_told_to_take_a_wrong_amount_it_does_and_says_so(
    provider: Provider, set_mode: SetMode, key: Key
) -> None:
    set_mode(Mode(wrong_amount=1.0, seed=3))
    batch = [charge(key()) for _ in range(20)]
    facts = await provider.charge(batch)
    assert {told(fact)[2] for fact in facts} == {9_00, 11_00}
    over = next(fact for fact in facts if told(fact)[2] == 11_00)
    assert await provider.charge([batch[facts.index(over)]]) == [over], "the same when asked again"
    set_mode(Mode())
    [back] = await provider.refund([Return(key(), told(over)[0], 11_00, "EUR")])
    assert told(back)[1] == "refunded"


def test_late_webhooks_are_late_and_the_others_are_not() -> None:
    mode = Mode(late=0.3, late_ms=60_000, webhook_delay_ms=10)
    delays = [mode.webhook_delays(f"pay_{n}")[0] for n in range(200)]
    assert set(delays) == {10, 60_010}
    assert 30 < delays.count(60_010) < 90


async def test_a_book_from_before_charges_could_take_less_is_read_on(
    tmp_path: Path, key: Key
) -> None:
    path, wish = tmp_path / "book", charge(key())
    sandbox = LocalSandbox(path)
    facts = await sandbox.charge([wish])
    await sandbox.aclose()
    with sqlite3.connect(path) as book:
        book.execute("alter table entry drop column taken")
    book.close()
    again = LocalSandbox(path)
    assert await again.charge([wish]) == facts
    assert [total.amount for total in again.totals()] == [10_00]
    await again.aclose()
