"""What every rule of the machine needs: a market in each run, targets, and both sides compared."""

from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from fondaco.kernel import Handler
from fondaco.payments import payout_terms
from fondaco.payments.payout_model import PayoutEvery, SetPayoutPolicy
from tests.clerk.clerk import Clerk
from tests.clerk.rules import Rules, Said, Tax
from tests.money.quiet import quieten
from tests.money.stage import Stage, Turn
from tests.money.theatre import Theatre

N = st.integers(0, 999)
"""Picks a target: one for which it makes sense, or from 950 on any."""

TAXES = st.none() | st.builds(Tax, st.booleans(), st.booleans(), st.booleans(), st.booleans())
RULES = st.builds(
    Rules,
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    settle_after=st.sampled_from([timedelta(days=1), timedelta(0)]),
    tax=TAXES, vat=st.sampled_from([21, 0]), net_of_tax=st.booleans(), keep=st.booleans(),
)  # fmt: skip


Verb = Callable[..., None]


def step(
    times: int, when: Callable[[Any], object] = lambda _: True, **drawn: st.SearchStrategy[Any]
) -> Callable[[Verb], Verb]:
    """Something that may happen `when` it makes sense, `times` as often as the rarest."""

    def mark(verb: Verb) -> Verb:
        verb.step = (times, when, st.fixed_dictionaries(drawn))  # type: ignore[attr-defined]
        return verb

    return mark


def steps_of(machine: type) -> list[Any]:
    """Its steps, and those of what it builds on."""
    known = {name: one for kind in reversed(machine.__mro__) for name, one in vars(kind).items()}
    return [one for one in known.values() if hasattr(one, "step")]


class Machine(RuleBasedStateMachine):
    """One market with its clerk. `accepted` counts what was done, by kind, over all runs.

    It has one rule, which chooses among the steps by their weights. Of several rules Hypothesis
    leaves some out for a whole run each time, and without buyers a market has nothing to compare.
    """

    def __init__(self, house: Theatre, accepted: Counter[str]) -> None:
        super().__init__()
        self.house, self.accepted = house, accepted
        self.well = False

    @initialize(rules=RULES, limit=st.sampled_from([None, 0, 10_00]))
    def open(self, rules: Rules, limit: int | None) -> None:
        """A market of this run's own, at the same time in every run."""
        self.house.run(quieten(self.house.world))
        self.stage = Stage(self.house.world, rules)
        self.house.run(self.stage.furnish())
        self.set_policy(0, limit)
        self.well = True

    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        """One step."""
        steps = [one for one in steps_of(type(self)) if one.step[1](self)]
        names = [one.__name__ for one in steps for _ in range(one.step[0])]
        name = data.draw(st.sampled_from(names), "step")
        [verb] = [one for one in steps if one.__name__ == name]
        verb(self, **data.draw(verb.step[2], "with"))

    @property
    def clerk(self) -> Clerk:
        return self.stage.clerk

    @property
    def ids(self) -> dict[str, list[int]]:
        return self.stage.ids

    @property
    def currency(self) -> str:
        return self.clerk.rules.currency

    def now(self) -> Any:
        return self.house.world.clock()

    def likely(self, things: Sequence[Any], which: Callable[[Any], object]) -> list[int]:
        """Numbers of those that something may be done to."""
        return [n for n, one in enumerate(things) if which(one)]

    def one_of(self, n: int, likely: Sequence[int], among: Sequence[Any]) -> int:
        """A likely target, now and then any."""
        if n >= 950 or not likely:
            return n % len(among)
        return likely[n % len(likely)]

    def do(self, kind: str, handler: Handler[Any, Any], wish: Any, ask: Callable[[], Said],
           again: bool = False) -> Said:  # fmt: skip
        """One command to both; counted under its kind if it was not refused."""
        self.well = False
        [said] = self.house.run(self.stage.play(handler, [Turn(wish, ask)], again))
        self.accepted["refused" if isinstance(said, str) else kind] += 1
        self.well = True
        return said

    def count(self, kind: str, times: int = 1) -> None:
        """What was done not by one command that may be refused."""
        if times:
            self.accepted[kind] += times

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        """What is not a command of its own: sweeps, and looking."""
        self.well = False
        found = self.house.run(what)
        self.well = True
        return found

    def compare(self) -> None:
        """Both sides agree on everything."""
        self.run(self.stage.compare())

    def set_policy(self, least: int, limit: int | None) -> None:
        wish = SetPayoutPolicy(
            currency=self.currency, every=PayoutEvery.REQUEST, minimum=least, approval_above=limit
        )
        self.do(
            "payout policy", payout_terms.set_payout_policy, wish,
            lambda: self.clerk.set_payout_policy(least, limit),
        )  # fmt: skip

    def check_invariants(self, settings: Any, output: Any, runtimes: Any) -> None:
        """After every step: the hook is Hypothesis's own, so that no decorator is forgotten."""
        super().check_invariants(settings, output, runtimes)
        if self.well:
            self.compare()

    def teardown(self) -> None:
        """At the end the books are checked, by the rules that `fondaco check` runs."""
        if self.well:
            self.run(self.stage.compare_accounts())
            assert self.house.run(self.house.world.broken()) == []
