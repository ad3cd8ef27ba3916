"""Rules about goods that buyers send back, and what is found when they are looked at."""

from typing import Any

from hypothesis import strategies as st

from fondaco import aftercare
from tests.clerk.objections import Verdict
from tests.money.machine import N, step
from tests.money.quarrelling import WHO, Quarrelling
from tests.money.stage import Turn

ODD = st.sampled_from([""] * 9 + ["line", "twice", "units"])
"""What is wrong with the lines that are named, if anything."""
THEN = st.sampled_from(
    [[], ["decline"], ["approve"], ["approve", "send"], ["approve", "send"], ["approve", "receive"]]
)
"""What comes of a return at once."""
DOINGS = [
    *["approve"] * 2, "decline", "withdraw", "send", "receive", *["inspect"] * 6, "inspect all",
]  # fmt: skip
FROM = {
    "approve": ["requested"], "decline": ["requested"], "withdraw": ["requested", "approved"],
    "send": ["approved"], "receive": ["shipped", "approved"],
    "inspect": ["received", "shipped", "approved"],
    "inspect all": ["received", "shipped", "approved"],
}  # fmt: skip
"""The states in which each makes sense."""


class Returning(Quarrelling):
    """Returns go from the question to the inspection, or do not."""

    @step(4, lambda self: any(one.arrived for one in self.clerk.orders),
        n=N, units=st.integers(1, 3), lines=st.integers(1, 2), settled=st.booleans(), odd=ODD,
        who=WHO, then=THEN, again=st.booleans(),
    )  # fmt: skip
    def ask_back(
        self, n: int, units: int, lines: int, settled: bool, odd: str, who: str, then: list[str],
        again: bool,
    ) -> None:  # fmt: skip
        """Units of an order that arrived, often of one that is settled. Then it goes on."""
        states = ["delivered", "confirmed"]
        if settled and any(one.state == "settled" and not one.empty for one in self.clerk.orders):
            states = ["settled"]
        k, now = self.order_in(n, *states), self.now()
        order = self.clerk.orders[k]
        left = [no for no, line in enumerate(order.lines) if line.units] or [0]
        named = left[n % len(left) :][:lines]
        wanted = [(no, min(units, max(order.lines[no].units, 1))) for no in named]
        wanted += {"line": [(9, 1)], "twice": wanted[:1]}.get(odd, [])
        if odd == "units":
            wanted = [(no, count + 9) for no, count in wanted]
        by, whose = self.party(who, "buyer", k)
        wish = aftercare.RequestReturn(
            order=self.ids["order"][k], reason=aftercare.Reason.CHANGED_MIND,
            lines=tuple(aftercare.Units(no + 1, count) for no, count in wanted), **whose,
        )  # fmt: skip
        kind = "return of a settled" if order.state == "settled" else "return"
        said = self.do(kind, aftercare.request_return, wish,
                       lambda: self.clerk.ask(k, by, wanted, now), again)  # fmt: skip
        for what in () if isinstance(said, str) else then:
            self.send_back(len(self.clerk.returns) - 1, what, "right", True, again)

    @step(6, lambda self: any(one.is_open for one in self.clerk.returns),
        n=N, what=st.sampled_from(DOINGS), who=WHO, words=st.integers(0, 9),
        short=st.integers(0, 5), eighths=st.sampled_from([0, 0, 1, 4, 8, 9]),
        restock=st.booleans(), odd=ODD, again=st.booleans(),
    )  # fmt: skip
    def handle_return(
        self, n: int, what: str, who: str, words: int, short: int, eighths: int, restock: bool,
        odd: str, again: bool,
    ) -> None:  # fmt: skip
        """The parties do what comes next, or something else."""
        likely = self.likely(self.clerk.returns, lambda one: one.state in FROM[what])
        k = self.one_of(n, likely, self.clerk.returns)
        if not what.startswith("inspect"):
            self.send_back(k, what, who, words > 0, again)
            return
        verdicts = [] if what == "inspect all" else self.verdicts(k, short, eighths, restock, words)
        if odd == "twice":
            verdicts += verdicts[:1]
        elif odd == "line":
            verdicts = [*verdicts[1:], Verdict(9, 1)]
        elif odd == "units":
            verdicts = [Verdict(one.line, one.accepted + 4) for one in verdicts]
        self.look_at(k, verdicts, who, again)

    def verdicts(
        self, k: int, short: int, eighths: int, restock: bool, words: int
    ) -> list[Verdict]:
        """One on each line: so many units fewer, so much less for them."""
        rma, found = self.clerk.returns[k], []
        order = self.clerk.orders[rma.order]
        for no, units in rma.units.items():
            accepted, line = max(units - short // 4, 0), order.lines[no]
            left = min(accepted, line.units)
            worth = line.price_of(left, order.added).cash(order.added) if left else 0
            one = Verdict(no, accepted, -(-worth * eighths // 8), restock, words > 0)
            found.append(one)
        return found

    def send_back(self, k: int, what: str, who: str, words: bool, again: bool) -> None:
        """A step on the way, by him whose turn it is."""
        clerk, now = self.clerk, self.now()
        right = "buyer" if what in ("withdraw", "send") else "seller"
        by, whose = self.party(who, right, clerk.returns[k].order)
        whose |= {"rma": self.ids["return"][k]}
        approve, reason = what == "approve", "No." if words else ""
        doings: dict[str, tuple[Any, Any, Any]] = {
            "withdraw": (
                aftercare.withdraw_return, aftercare.WithdrawReturn(**whose),
                lambda: clerk.give_up_return(k, by, now),
            ),
            "send": (
                aftercare.ship_return, aftercare.ShipReturn(**whose, carrier="Post"),
                lambda: clerk.send_return(k, by, now),
            ),
            "receive": (
                aftercare.receive_return, aftercare.ReceiveReturn(**whose),
                lambda: clerk.receive_return(k, by, now),
            ),
        }  # fmt: skip
        handler, wish, asked = doings.get(
            what,
            (
                aftercare.decide_return,
                aftercare.DecideReturn(**whose, approve=approve, reason=reason),
                lambda: clerk.decide_return(k, by, approve, words, now),
            ),
        )
        self.do(f"return: {what}", handler, wish, asked, again)

    def look_at(self, k: int, verdicts: list[Verdict], who: str, again: bool) -> None:
        """What came back is accepted, or some of it, or for less."""
        rma, now = self.clerk.returns[k], self.now()
        by, whose = self.party(who, "seller", rma.order)
        order = self.clerk.orders[rma.order]
        wish = aftercare.InspectReturn(
            rma=self.ids["return"][k],
            lines=tuple(
                aftercare.Inspected(
                    one.line + 1, one.accepted, one.deduction, one.restock,
                    "Worn." if one.words else "",
                )
                for one in verdicts
            ),
            **whose,
        )  # fmt: skip
        kind = "inspected a settled" if order.state == "settled" else "inspected"
        if any(one.deduction for one in verdicts):
            kind = "inspected for less"
        if any(one.accepted < rma.units.get(one.line, 0) for one in verdicts):
            kind = "inspected fewer"
        said = self.do(kind, aftercare.inspect_return, wish,
                       lambda: self.clerk.inspect(k, by, verdicts, now), again)  # fmt: skip
        self.count("came back whole", not isinstance(said, str) and order.state == "cancelled")

    def sweep_returns(self) -> None:
        """All deadlines of returns that have passed, the earliest first, in one batch."""
        clerk, now = self.clerk, self.now()
        due = sorted(
            (one.due, k, one.state)
            for k, one in enumerate(clerk.returns)
            if one.due and one.due <= now
        )
        turns = [
            Turn(
                aftercare.DoDueReturn(rma=self.ids["return"][k], state=state),
                lambda k=k, state=state: clerk.due_return(k, state, now),  # type: ignore[misc]
            )
            for _, k, state in due
        ]
        for said in self.run(self.stage.play(aftercare.do_due_return, turns)) if turns else ():
            self.count(f"return due {said[0]}")
