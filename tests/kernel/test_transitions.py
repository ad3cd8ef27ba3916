"""Steps of state machines: the database keeps each once, and refuses one that is not legal."""

import re
from itertools import product
from typing import Final

import asyncpg
import pytest

from fondaco import check
from fondaco.kernel import Database, Step, migrate, note_steps
from fondaco.kernel.sql import Statement, compile_statement
from tests.scratch import NOON

ACTORS: Final = ("buyer", "seller", "operator", "carrier", "provider", "system")
STATES: Final = {
    "order": "created paid shipped delivered confirmed settled expired cancelled",
    "payment": "created captured failed voided refunded",
    "refund": "requested succeeded failed",
    "payout": "created awaiting_approval approved paid failed returned",
    "return": "requested approved declined shipped received inspected closed",
    "dispute": "open answered under_review ruled closed",
    "parcel": "planned handed_over in_transit delivered exception returned lost",
}
_KEPT = compile_statement(
    "kept",
    "select src, dst, actor from kernel.transition where entity = :entity order by at, dst",
)
_CHECKS = Statement(
    "checks",
    "select conname, pg_get_expr(conbin, conrelid) as rule from pg_constraint"
    " where conrelid = 'kernel.transition'::regclass and contype = 'c'",
    (),
)


def step(entity: int, src: str, dst: str, actor: str, machine: str = "order") -> Step:
    return Step(entity, machine, src, dst, actor, 1, NOON)


async def note(database: Database, *steps: Step) -> None:
    async with database.transaction() as tx:
        note_steps(tx, steps)


async def test_legal_steps_are_kept(scratch: Database) -> None:
    entity = scratch.mint()
    await note(
        scratch,
        step(entity, "created", "paid", "provider"),
        step(entity, "paid", "shipped", "seller"),
    )
    rows = await scratch.fetch(_KEPT, entity=entity)
    assert [tuple(row) for row in rows] == [
        ("created", "paid", "provider"),
        ("paid", "shipped", "seller"),
    ]


@pytest.mark.parametrize(
    ("src", "dst", "actor"),
    [
        ("created", "shipped", "seller"),  # no leap
        ("paid", "created", "provider"),  # no way back
        ("expired", "paid", "provider"),  # no resurrection
        ("created", "paid", "buyer"),  # the provider says so, not the buyer
        ("confirmed", "settled", "seller"),
        ("settled", "cancelled", "operator"),
    ],
)
async def test_an_illegal_step_is_refused(
    scratch: Database, src: str, dst: str, actor: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="order_steps"):
        await note(scratch, step(scratch.mint(), src, dst, actor))


async def test_a_state_is_reached_once(scratch: Database) -> None:
    entity = scratch.mint()
    await note(scratch, step(entity, "paid", "confirmed", "operator"))
    with pytest.raises(asyncpg.UniqueViolationError):
        await note(scratch, step(entity, "delivered", "confirmed", "buyer"))


async def test_an_unknown_machine_is_refused(scratch: Database) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="machine"):
        await note(scratch, step(scratch.mint(), "created", "paid", "provider", "basket"))


async def test_no_steps_write_nothing(scratch: Database) -> None:
    await note(scratch)


def test_the_states_tried_are_those_of_the_tables() -> None:
    text = "".join(one.text for one in migrate.migrations())
    listed = re.findall(r"check\s+\(state in\s*\(([^)]*)\)\)", text)
    named = [set(re.findall(r"'(\w+)'", states)) for states in listed]
    for states in STATES.values():
        assert set(states.split()) in named


async def test_the_database_and_the_invariants_agree_on_every_step(scratch: Database) -> None:
    """Legal steps are said twice, in constraints and in invariants; here both are asked."""
    every = [
        (n, machine, src, dst, actor)
        for n, (machine, src, dst, actor) in enumerate(
            (machine, src, dst, actor)
            for machine, states in STATES.items()
            for src, dst, actor in product(states.split(), states.split(), ACTORS)
        )
    ]
    values = ",".join(f"({n},'{m}','{s}','{d}','{a}')" for n, m, s, d, a in every)
    steps = f"(values {values}) as step (entity, machine, src, dst, actor)"
    rules = " and ".join(f"({row['rule']})" for row in await scratch.fetch(_CHECKS))
    legal = Statement("legal", f"select entity from {steps} where {rules}", ())
    by_constraint = {row["entity"] for row in await scratch.fetch(legal)}
    by_invariant = set(range(len(every)))
    for invariant in check.INVARIANTS:
        if invariant.name.endswith("steps_are_legal"):
            text = invariant.statement.text.replace(
                "from kernel.transition", f"from (select 0 as bucket, step.* from {steps}) t"
            )
            rows = await scratch.fetch(Statement("illegal", text, ()))
            by_invariant -= {row["entity"] for row in rows}
    assert [every[n] for n in sorted(by_constraint ^ by_invariant)] == []
    assert len(by_constraint) > 30
