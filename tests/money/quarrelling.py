"""Rules about buyers who claim their money back, sellers who answer, and rulings."""

from typing import Any

from hypothesis import strategies as st

from fondaco import aftercare
from tests.clerk.objections import Claim
from tests.clerk.quarrels import ANOTHER
from tests.money.caring import Caring
from tests.money.machine import N, step
from tests.money.stage import Turn

WHO = st.sampled_from(["right"] * 9 + ["operator", "wrong", ANOTHER])
"""Whose turn it is, mostly; or somebody who may not."""
THEN = st.sampled_from([[], [], ["give way"], ["answer"], ["answer", "escalate"]])
"""What comes of a claim at once."""
DOINGS = [
    *["answer"] * 3, *["escalate"] * 3, *["rule"] * 4, "all", "cost", "cost", "give way",
    "give way", "withdraw", "evidence", "evidence", "filibuster",
]  # fmt: skip


class Quarrelling(Caring):
    """Disputes go from the claim to a ruling, or do not."""

    def party(self, who: str, right: str, order: int) -> tuple[str, dict[str, Any]]:
        """Who acts, in the clerk's words and in the house's."""
        one = self.clerk.orders[order]
        by = {"right": right, "wrong": "seller" if right == "buyer" else "buyer"}.get(who, who)
        whose = {
            "seller": {"seller": self.ids["seller"][one.seller]},
            "buyer": {"buyer": self.ids["buyer"][one.buyer]},
            ANOTHER: {"buyer": self.ids["buyer"][1 - one.buyer]},
        }
        return by, whose.get(by, {})

    @step(4, lambda self: any(one.arrived or one.parcel for one in self.clerk.orders),
        n=N, part=st.sampled_from([1, 2, 3, 4, 7, 8, 8, 9]), settled=st.booleans(), who=WHO,
        declined=st.booleans(), then=THEN, again=st.booleans(),
    )  # fmt: skip
    def claim(
        self, n: int, part: int, settled: bool, who: str, declined: bool, then: list[str],
        again: bool,
    ) -> None:  # fmt: skip
        """An amount of an order is claimed, often of one that is settled. Then it goes on."""
        states = ["shipped", "delivered", "confirmed"]
        if settled and any(one.state == "settled" and one.cash for one in self.clerk.orders):
            states = ["settled"]
        k = self.order_in(n, *states)
        about = self.declined_return(n) if declined else None
        if about is not None and n % 4:
            k = self.clerk.returns[about].order
        order, now = self.clerk.orders[k], self.now()
        amount = None if part == 8 else max(order.cash * part // 8, 1)
        by, whose = self.party(who, "buyer", k)
        wish = aftercare.OpenDispute(
            order=self.ids["order"][k], kind=aftercare.Kind.NOT_AS_DESCRIBED, amount=amount,
            text="It flickers.", rma=None if about is None else self.ids["return"][about], **whose,
        )  # fmt: skip
        kind = "claim of a settled" if order.state == "settled" else "claim"
        kind = kind if about is None else "claim after a return"
        said = self.do(
            kind, aftercare.open_dispute, wish,
            lambda: self.clerk.claim(k, amount, by, about, now), again,
        )  # fmt: skip
        for what in () if isinstance(said, str) else then:
            self.speak(len(self.clerk.claims) - 1, what, "right", True, again)

    def declined_return(self, n: int) -> int | None:
        """One that the seller declined, if any."""
        declined = self.likely(self.clerk.returns, lambda one: one.state == "declined")
        return declined[n % len(declined)] if declined else None

    def one_claim(self, n: int, *states: str) -> int:
        """One that is in a state if any is, else one that is open."""
        for which in (lambda one: one.state in states, lambda one: one.is_open):
            if likely := self.likely(self.clerk.claims, which):
                return self.one_of(n, likely, self.clerk.claims)
        return n % len(self.clerk.claims)

    @step(6, lambda self: any(one.is_open for one in self.clerk.claims),
        n=N, what=st.sampled_from(DOINGS), part=st.integers(0, 9), who=WHO, words=st.integers(0, 9),
        again=st.booleans(),
    )  # fmt: skip
    def argue(self, n: int, what: str, part: int, who: str, words: int, again: bool) -> None:
        """The parties say what they have to say, and somebody decides."""
        if what in ("rule", "all", "cost"):
            self.adjudge(n, what, part, who, words > 0, again)
        elif what in ("evidence", "filibuster"):
            self.testify(n, who, words, what == "filibuster", again)
        else:
            state = {"escalate": "answered", "withdraw": ""}.get(what, "open")
            self.speak(self.one_claim(n, state), what, who, words > 0, again)

    def speak(self, k: int, what: str, who: str, words: bool, again: bool) -> None:
        """A party answers, gives way, does not give way, or gives up."""
        now, clerk = self.now(), self.clerk
        right = "seller" if what in ("answer", "give way") else "buyer"
        by, whose = self.party(who, right, clerk.claims[k].order)
        whose |= {"dispute": self.ids["claim"][k]}
        text = "Indeed." if words else ""
        if what == "escalate":
            wish = aftercare.EscalateDispute(**whose, text=text)
            self.do("escalated", aftercare.escalate_dispute, wish,
                    lambda: clerk.escalate(k, by, words), again)  # fmt: skip
        elif what == "withdraw":
            self.do("withdrawn", aftercare.withdraw_dispute, aftercare.WithdrawDispute(**whose),
                    lambda: clerk.withdraw(k, by, now), again)  # fmt: skip
        else:
            accept = what == "give way"
            said = aftercare.AnswerDispute(**whose, text=text, accept=accept)
            self.do("gave way" if accept else "answered", aftercare.answer_dispute, said,
                    lambda: clerk.answer(k, by, accept, words, now), again)  # fmt: skip

    def testify(self, n: int, who: str, words: int, much: bool, again: bool) -> None:
        """Somebody says something, or more than anybody hears."""
        k, clerk = self.one_claim(n), self.clerk
        by, whose = self.party(who, ("buyer", "seller")[words % 2], clerk.claims[k].order)
        wish = aftercare.AddEvidence(
            dispute=self.ids["claim"][k], text="See." if words else "", **whose
        )
        if not much:
            self.do("evidence", aftercare.add_evidence, wish,
                    lambda: clerk.testify(k, by, words > 0), again)  # fmt: skip
            return
        turns = [Turn(wish, lambda: clerk.testify(k, by, words > 0)) for _ in range(51)]
        said = self.run(self.stage.play(aftercare.add_evidence, turns))
        self.count("filibuster", said[-1] == "too_much_said")

    def adjudge(self, n: int, what: str, part: int, who: str, words: bool, again: bool) -> None:
        """The operator rules, for a part of the claim, for all of it, or out of his own pocket."""
        k, now = self.one_claim(n, "under_review"), self.now()
        claim: Claim = self.clerk.claims[k]
        by, whose = self.party("operator" if who == "right" else who, "buyer", claim.order)
        cost, amount = what == "cost", claim.amount * part // 8
        amount = claim.amount if what == "all" else amount
        wish = aftercare.RuleDispute(
            dispute=self.ids["claim"][k], refund=amount, at_operators_cost=cost,
            ruling="So be it." if words else "", **whose,
        )  # fmt: skip
        kind = "ruled at cost" if cost and amount else "ruled" if amount else "ruled nothing"
        kind = "ruled all" if not cost and amount == claim.amount else kind
        self.do(
            kind, aftercare.rule_dispute, wish,
            lambda: self.clerk.adjudge(k, by, amount, cost, words, now), again,
        )  # fmt: skip

    def sweep_claims(self) -> None:
        """All deadlines of disputes that have passed, the earliest first, in one batch."""
        clerk, now = self.clerk, self.now()
        due = sorted(
            (one.due, k, one.state)
            for k, one in enumerate(clerk.claims)
            if one.due and one.due <= now
        )
        turns = [
            Turn(
                aftercare.DoDueDispute(dispute=self.ids["claim"][k], state=state),
                lambda k=k, state=state: clerk.due_claim(k, state, now),  # type: ignore[misc]
            )
            for _, k, state in due
        ]
        for said in self.run(self.stage.play(aftercare.do_due_dispute, turns)) if turns else ():
            self.count(f"claim due {said[0]}")
