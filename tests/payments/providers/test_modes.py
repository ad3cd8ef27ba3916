"""Faults follow from the seed and the key, and the books stay right under all of them."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.payments.providers import Action, Charge, Fact, FactKind, Provider, Return, Unknown
from fondaco.payments.providers.sandbox import LocalSandbox, Mode, SandboxProcess, Token
from tests.payments.providers.conftest import SetMode

FAULTS = Mode(seed=7, lose=0.2, lose_before=0.2, decline=0.3)
Saw = dict[str, tuple[str, str]]


async def run(provider: Provider, keys: list[str], size: int) -> Saw:
    """What the first answers were, in batches of a size."""
    saw: Saw = {}
    for start in range(0, len(keys), size):
        batch = [Charge(key, 500, "EUR", Token.OK) for key in keys[start : start + size]]
        for outcome in await provider.charge(batch):
            assert not isinstance(outcome, Action)
            kind = outcome.kind.value if isinstance(outcome, Fact) else "unknown"
            saw[outcome.key] = (kind, outcome.reason)
    return saw


async def test_the_same_seed_meets_the_same_faults_whatever_the_batches() -> None:
    keys = [f"pay_{n}" for n in range(400)]
    one_by_one = await run(LocalSandbox(mode=FAULTS), keys, 1)
    assert await run(LocalSandbox(mode=FAULTS), keys[::-1], 150) == one_by_one
    other = msgspec.structs.replace(FAULTS, seed=8)
    assert await run(LocalSandbox(mode=other), keys, 1) != one_by_one
    kinds = [kind for kind, _ in one_by_one.values()]
    assert {kinds.count(k) > 40 for k in ("captured", "declined", "unknown")} == {True}


async def test_the_process_meets_the_faults_that_the_local_one_meets(
    process: SandboxProcess, set_process_mode: SetMode, key: Callable[[], str]
) -> None:
    keys = [key() for _ in range(60)]
    local = await run(LocalSandbox(mode=FAULTS), keys, 20)
    set_process_mode(FAULTS)
    client = process.client()
    assert await run(client, keys, 20) == local
    await client.aclose()


async def test_every_fault_ends_when_asked_often_enough() -> None:
    sandbox = LocalSandbox(mode=Mode(lose=1.0, lose_before=1.0))
    wish = Charge("pay_1", 500, "EUR", Token.OK)
    answers = [(await sandbox.charge([wish]))[0] for _ in range(3)]
    assert [isinstance(answer, Unknown) for answer in answers] == [True, True, False]


async def test_facts_carry_the_time_of_the_clock_they_are_given() -> None:
    now = datetime(2017, 10, 2, 10, 56, 33, 123456, tzinfo=UTC)
    sandbox = LocalSandbox(now=lambda: now)
    (fact,) = await sandbox.charge([Charge("pay_1", 500, "EUR", Token.OK)])
    assert isinstance(fact, Fact)
    assert fact.at == now
    assert await sandbox.look_up(["pay_1"]) == [fact]


@pytest.mark.parametrize("text", ['{"lose": 1.5}', '{"repeat": 0}', '{"slow": 1}', '{"lose": -1}'])
def test_a_mode_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Mode)


refunds = st.lists(
    st.builds(
        Return,
        key=st.sampled_from("stuvw"),
        charge_key=st.sampled_from(["pay_1", "pay_2"]),
        amount=st.integers(-1, 9),
        currency=st.just("EUR"),
    ),
    max_size=6,
)


@given(st.lists(refunds, max_size=6), st.integers(0, 3), st.sampled_from([0.0, 0.3, 1.0]))
async def test_no_order_of_refunds_and_faults_gives_back_too_much(
    batches: list[list[Return]], seed: int, fraction: float
) -> None:
    sandbox = LocalSandbox()
    await sandbox.charge([Charge("pay_1", 9, "EUR", Token.LOST)])
    sandbox.mode = Mode(seed=seed, lose=fraction, lose_before=fraction, fail_refund=fraction)
    meant: dict[str, Return] = {}
    for batch in batches:
        for one, outcome in zip(batch, await sandbox.refund(batch), strict=True):
            if isinstance(outcome, Fact):
                assert meant.setdefault(one.key, one) == one, "one key, two requests"
    facts = [fact for fact in await sandbox.look_up(list("stuvw")) if isinstance(fact, Fact)]
    back = sum(fact.amount for fact in facts if fact.kind == FactKind.REFUNDED)
    assert back <= 9
    totals = {total.kind: total.amount for total in sandbox.totals()}
    assert totals[FactKind.CAPTURED] == 9
    assert totals.get(FactKind.REFUNDED, 0) == back
    await sandbox.aclose()
