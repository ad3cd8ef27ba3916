"""What every provider promises, on the sandbox inside this process and behind HTTP."""

from collections.abc import Callable, Sequence

import pytest

from fondaco.payments.providers import (
    Action,
    Charge,
    Fact,
    FactKind,
    NoAnswer,
    Provider,
    Return,
    Transfer,
    Unknown,
)
from fondaco.payments.providers.sandbox import (
    CLOSED_ACCOUNT,
    Mode,
    Token,
)
from tests.payments.providers.conftest import SetMode

Key = Callable[[], str]


def charge(key: str, amount: int = 10_00, token: str = Token.OK, currency: str = "EUR") -> Charge:
    return Charge(key, amount, currency, token, "Fondaco")


def told(outcome: Fact | Action | Unknown | None) -> Fact:
    assert isinstance(outcome, Fact)
    return outcome


def said(outcomes: Sequence[Fact | Action | Unknown]) -> list[tuple[str, str]]:
    return [
        (one.kind.value, one.reason) if isinstance(one, Fact)
        else ("?", one.reason if isinstance(one, Unknown) else one.url)
        for one in outcomes
    ]  # fmt: skip


async def test_a_charge_sent_again_is_captured_once(provider: Provider, key: Key) -> None:
    wish = charge(key())
    first, second = await provider.charge([wish]), await provider.charge([wish])
    assert first == second
    fact = told(first[0])
    assert (fact.kind, fact.key, fact.amount) == (FactKind.CAPTURED, wish.key, 10_00)
    assert fact.at.tzinfo is not None


async def test_the_same_key_twice_in_a_batch_is_one_charge(provider: Provider, key: Key) -> None:
    wish = charge(key())
    first, second = await provider.charge([wish, wish])
    assert told(first) == second
    back = Return(key(), wish.key, 20_00, "EUR")
    assert said(await provider.refund([back])) == [("refund_failed", "over_captured")]


async def test_a_key_that_meant_something_else_is_not_answered(
    provider: Provider, key: Key
) -> None:
    wish = charge(key())
    before = told((await provider.charge([wish]))[0])
    others = [
        charge(wish.key, 10_01),
        charge(wish.key, token=Token.DECLINED),
        charge(wish.key, currency="USD"),
    ]
    assert await provider.charge(others) == [Unknown(wish.key, "key_reused")] * 3
    assert await provider.pay_out([Transfer(wish.key, "IT60", 10_00, "EUR")]) == [
        Unknown(wish.key, "key_reused")
    ]
    assert await provider.look_up([wish.key]) == [before]


async def test_tokens_say_what_becomes_of_a_charge(provider: Provider, key: Key) -> None:
    tokens = [Token.OK, Token.DECLINED, Token.INSUFFICIENT_FUNDS, "tok_of_another_shop", Token.OK]
    assert said(await provider.charge([charge(key(), token=token) for token in tokens])) == [
        ("captured", ""),
        ("declined", "declined"),
        ("declined", "insufficient_funds"),
        ("declined", "unknown_token"),
        ("captured", ""),
    ]


async def test_bad_amounts_and_currencies_are_declined_alone(provider: Provider, key: Key) -> None:
    batch = [
        charge(key(), -1),
        charge(key(), 10**15 + 1),
        charge(key(), currency="euro"),
        charge(key(), 0),
    ]
    assert said(await provider.charge(batch)) == [
        ("declined", "invalid_amount"),
        ("declined", "invalid_amount"),
        ("declined", "invalid_currency"),
        ("captured", ""),
    ]


async def test_fees_are_rounded_half_up_and_never_exceed_the_charge(
    provider: Provider, key: Key
) -> None:
    outcomes = await provider.charge([charge(key(), n) for n in (10_00, 50_00, 20, 0)])
    assert [told(o).fee for o in outcomes] == [59, 175, 20, 0]  # 29/1000 and 30, rounded half up
    declined = await provider.charge([charge(key(), token=Token.DECLINED)])
    assert told(declined[0]).fee == 0


async def test_a_lost_answer_is_found_by_look_up_and_by_asking_again(
    provider: Provider, key: Key
) -> None:
    wish = charge(key(), token=Token.LOST)
    assert said(await provider.charge([wish, charge(key())]))[1] == ("captured", "")
    alone = charge(key(), token=Token.LOST)
    assert isinstance((await provider.charge([alone]))[0], Unknown)
    for one in (wish, alone):
        found = told((await provider.look_up([one.key]))[0])
        assert found.kind == FactKind.CAPTURED
        assert await provider.charge([one]) == [found]


async def test_lost_before_the_work_nothing_happened(
    provider: Provider, set_mode: SetMode, key: Key
) -> None:
    wish = charge(key())
    set_mode(Mode(lose_before=1.0))
    assert isinstance((await provider.charge([wish]))[0], Unknown)
    assert await provider.look_up([wish.key]) == [None]
    assert said(await provider.charge([wish])) == [("captured", "")]


async def test_lost_after_the_work_it_happened(
    provider: Provider, set_mode: SetMode, key: Key
) -> None:
    wish = charge(key())
    set_mode(Mode(lose=1.0))
    assert isinstance((await provider.charge([wish]))[0], Unknown)
    assert told((await provider.look_up([wish.key]))[0]).kind == FactKind.CAPTURED


async def test_in_an_outage_nothing_is_done_and_nothing_is_denied(
    provider: Provider, set_mode: SetMode, key: Key
) -> None:
    wish = charge(key())
    set_mode(Mode(outage=True))
    assert isinstance((await provider.charge([wish]))[0], Unknown)
    assert isinstance((await provider.refund([Return(key(), wish.key, 1, "EUR")]))[0], Unknown)
    assert isinstance((await provider.pay_out([Transfer(key(), "IT60", 1, "EUR")]))[0], Unknown)
    with pytest.raises(NoAnswer):
        await provider.look_up([wish.key])
    set_mode(Mode())
    assert await provider.look_up([wish.key]) == [None]


async def test_refunds_never_exceed_what_was_captured(provider: Provider, key: Key) -> None:
    paid, declined = charge(key()), charge(key(), token=Token.DECLINED)
    await provider.charge([paid, declined])
    first = Return(key(), paid.key, 6_00, "EUR")
    batch = [
        first,
        Return(key(), paid.key, 4_01, "EUR"),
        Return(key(), paid.key, 4_00, "USD"),
        Return(key(), paid.key, 4_00, "EUR"),
        Return(key(), paid.key, 1, "EUR"),
        Return(key(), declined.key, 1, "EUR"),
        Return(key(), key(), 1, "EUR"),
        Return(key(), paid.key, 0, "EUR"),
        first,
    ]
    assert said(await provider.refund(batch)) == [
        ("refunded", ""),
        ("refund_failed", "over_captured"),
        ("refund_failed", "other_currency"),
        ("refunded", ""),
        ("refund_failed", "over_captured"),
        ("refund_failed", "unknown_charge"),
        ("refund_failed", "unknown_charge"),
        ("refund_failed", "invalid_amount"),
        ("refunded", ""),
    ]
    late = Return(key(), paid.key, 1, "EUR")
    assert said(await provider.refund([late, first])) == [
        ("refund_failed", "over_captured"),
        ("refunded", ""),
    ]


async def test_payouts_arrive_unless_the_account_is_closed(provider: Provider, key: Key) -> None:
    batch = [
        Transfer(key(), "IT60X0542811101000000123456", 35_00, "EUR"),
        Transfer(key(), CLOSED_ACCOUNT, 35_00, "EUR"),
        Transfer(key(), "IT60X0542811101000000123456", 0, "EUR"),
    ]
    assert said(await provider.pay_out(batch)) == [
        ("paid_out", ""),
        ("payout_failed", "account_closed"),
        ("payout_failed", "invalid_amount"),
    ]


async def test_told_to_fail_it_fails_and_stays_failed(
    provider: Provider, set_mode: SetMode, key: Key
) -> None:
    paid = charge(key())
    await provider.charge([paid])
    set_mode(Mode(decline=1.0, fail_refund=1.0, fail_payout=1.0))
    wish = charge(key())
    assert said(await provider.charge([wish])) == [("declined", "declined")]
    back = Return(key(), paid.key, 1, "EUR")
    assert said(await provider.refund([back])) == [("refund_failed", "refund_refused")]
    out = Transfer(key(), "IT60", 1, "EUR")
    assert said(await provider.pay_out([out])) == [("payout_failed", "payout_refused")]
    set_mode(Mode())
    assert said(await provider.charge([wish])) == [("declined", "declined")]


async def test_a_thousand_and_more_keep_their_order(provider: Provider, key: Key) -> None:
    batch = [charge(key(), amount) for amount in range(1, 1_502)]
    outcomes = await provider.charge(batch)
    assert [told(o).key for o in outcomes] == [one.key for one in batch]
    assert [told(o).amount for o in outcomes] == list(range(1, 1_502))
    ghosts = [key() for _ in range(3)]
    keys = [one.key for one in reversed(batch)] + ghosts
    assert await provider.look_up(keys) == [*reversed(outcomes), None, None, None]


async def test_an_empty_batch_is_answered_empty(provider: Provider) -> None:
    assert await provider.charge([]) == []
    assert await provider.look_up([]) == []
