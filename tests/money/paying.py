"""Rules about sellers' accounts and payouts, and about time that passes."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from fondaco import orders, payments
from fondaco.payments import payout_decisions, payout_jobs, payout_terms
from fondaco.payments.payout_model import (
    DecidePayout,
    HoldPayouts,
    LiftHold,
    PayoutEvery,
    ReturnPayout,
    SetPayoutSchedule,
)
from tests.money.machine import N, step
from tests.money.returning import Returning
from tests.money.stage import Turn

AMOUNTS = st.sampled_from([1, 3_33, 10_00, 55_55, 200_00])
DRAWS = [frozenset[str](), frozenset(["penalty"]), frozenset(["refund", "one_off"])]
SELDOM_NOT = st.sampled_from([True, True, True, False])
CHARGES = ["one_off", "penalty", "week", "month", "end"]
MOVES = ["deposit", "deposit", "draw", "draw", "refund", "recover", "write off"]
TERMS = ["hold", "lift", "day", "week", "policy", "policy"]
WHAT = ["reserve", "reserve", "bond", "bond", *CHARGES, *MOVES, *TERMS]
HOURS = [24, 1, 24 * 2, 24 * 5, 24 * 10, 24 * 31]


class Paying(Returning):
    """Sellers owe, keep back, pay in and are paid."""

    def mine(self, seller: int) -> dict[str, Any]:
        return {"seller": self.ids["seller"][seller], "currency": self.currency}

    @step(9,
        what=st.sampled_from(WHAT), seller=st.integers(0, 1), amount=AMOUNTS,
        percent=st.sampled_from([10, 33, 100, 0]), days=st.integers(0, 5), yes=st.booleans(),
    )  # fmt: skip
    def manage(
        self, what: str, seller: int, amount: int, percent: int, days: int, yes: bool
    ) -> None:  # fmt: skip
        """Something about a seller's account, or its payouts."""
        if what == "reserve":
            self.set_reserve(seller, percent, days + 1, yes)
        elif what == "bond":
            self.set_bond(seller, amount, percent, DRAWS[days % 3], days if yes else None)
        elif what in CHARGES:
            self.charge(seller, amount, what)
        elif what in MOVES:
            self.move_bond(what, seller, amount, days < 3, yes)
        else:
            self.set_terms(what, seller, 5_00 if yes else 0, (None, 0, 20_00)[days % 3])

    def set_reserve(self, seller: int, percent: int, days: int, own: bool) -> None:
        wish = payments.SetReserve(
            market=self.house.world.market, numerator=percent, days=days,
            seller=self.ids["seller"][seller] if own else None,
        )  # fmt: skip
        whose = seller if own else None
        self.do(
            "set reserve", payments.set_reserve, wish,
            lambda: self.clerk.set_reserve(whose, percent, days),
        )  # fmt: skip

    def set_bond(
        self, seller: int, asked: int, percent: int, draws: frozenset[str], days: int | None
    ) -> None:
        after, now = None if days is None else timedelta(days=days), self.now()
        wish = payments.SetBond(
            **self.mine(seller), target=asked, numerator=percent, draw_after=after,
            draws=tuple(payments.BondRule(one) for one in sorted(draws)),
        )  # fmt: skip
        self.do(
            "set bond", payments.set_bond, wish,
            lambda: self.clerk.set_bond(seller, asked, percent, draws, after, now),
        )  # fmt: skip

    def move_bond(self, what: str, seller: int, amount: int, whole: bool, again: bool) -> None:
        """Into a bond, out of it, or against a debt."""
        clerk, mine = self.clerk, self.mine(seller)
        bond = clerk.sellers[seller].bond
        if what == "refund" and not clerk.debt(seller):
            self.overfill_bond(seller, amount if whole else 0, again)
        if what == "deposit" and bond is not None:
            lacks = bond.target - clerk.on("bond", "seller", seller)
            amount = min(amount, lacks) if lacks > 0 else amount
        if what == "draw" and whole:  # let there be both a bond and a debt
            self.set_bond(seller, clerk.on("bond", "seller", seller) + amount, 0, DRAWS[0], None)
            self.move_bond("deposit", seller, amount, False, again)
            self.charge(seller, clerk.payable(seller) + amount, "one_off")
        some = None if whole else amount
        moves: dict[str, tuple[Any, Any, Any]] = {
            "deposit": (
                payments.deposit_bond, payments.DepositBond(**mine, amount=amount, reference="x"),
                lambda: clerk.deposit(seller, amount),
            ),
            "draw": (
                payments.draw_bond, payments.DrawBond(**mine, amount=some, reason="x"),
                lambda: clerk.draw(seller, some),
            ),
            "refund": (
                payments.refund_bond, payments.RefundBond(**mine, reason="x"),
                lambda: clerk.refund_bond(seller),
            ),
            "recover": (
                payments.record_recovery,
                payments.RecordRecovery(**mine, amount=amount, reference="x"),
                lambda: clerk.lower(seller, amount, paid=True),
            ),
            "write off": (
                payments.write_off, payments.WriteOff(**mine, amount=some, reason="x"),
                lambda: clerk.lower(seller, some, paid=False),
            ),
        }  # fmt: skip
        handler, wish, ask = moves[what]
        self.do(f"bond {what}" if what in ("draw", "refund") else what, handler, wish, ask, again)

    def overfill_bond(self, seller: int, amount: int, again: bool) -> None:
        """Let there be more in a bond than has to be."""
        if amount:
            self.set_bond(
                seller, self.clerk.on("bond", "seller", seller) + amount, 0, DRAWS[0], None
            )
            self.move_bond("deposit", seller, amount, False, again)
        least = max(self.clerk.on("bond", "seller", seller) - 1, 0)
        self.set_bond(seller, least, 0, DRAWS[0], None)

    def charge(self, seller: int, amount: int, kind: str) -> None:
        """Once, as a penalty, or again and again until it is ended."""
        clerk, now = self.clerk, self.now()
        whose: dict[str, Any] = {
            "seller": self.ids["seller"][seller], "market": self.house.world.market
        }  # fmt: skip
        if kind in ("one_off", "penalty"):
            wish: Any = payments.ChargeSeller(
                **whose, amount=amount, reason="x", penalty=kind == "penalty"
            )
            asked = lambda: clerk.charge(seller, amount, kind, now)  # noqa: E731
            self.do(kind, payments.charge_seller, wish, asked)
        elif kind != "end":
            wish = payments.SetSubscription(
                **whose, name="Plan", every=payments.Every(kind), amount=amount
            )
            asked = lambda: clerk.subscribe(seller, amount, kind == "week", now)  # noqa: E731
            self.do("subscribe", payments.set_subscription, wish, asked)
        elif clerk.subscriptions:
            k = amount % len(clerk.subscriptions)
            wish = payments.EndSubscription(subscription=self.ids["subscription"][k])
            self.do("unsubscribe", payments.end_subscription, wish,
                    lambda: clerk.unsubscribe(k, now))  # fmt: skip

    @step(5, seller=st.integers(0, 1), part=st.sampled_from([8, 8, 4, 9]), by=st.sampled_from("ab"),
          again=st.booleans())  # fmt: skip
    def pay_out(self, seller: int, part: int, by: str, again: bool) -> None:
        owed = max(self.clerk.payable(seller) - self.clerk.debt(seller), 0)
        amount = None if part == 8 else max(owed * part // 8, 1)
        wish = payments.PayOut(**self.mine(seller), amount=amount, by=by)
        self.do(
            "pay out", payments.pay_out, wish, lambda: self.clerk.pay_out(seller, amount, by), again
        )

    @step(
        4,
        lambda self: self.clerk.payouts,
        n=N,
        how=st.sampled_from(["paid", "paid", "failed", "returned"]),
        again=st.booleans(),
    )
    def hear_of_payout(self, n: int, how: str, again: bool) -> None:
        """The bank paid, did not, or sent it back."""
        states = ("paid",) if how == "returned" else ("created", "approved")
        k = self.one_of(
            n, self.likely(self.clerk.payouts, lambda one: one.state in states), self.clerk.payouts
        )
        fact: dict[str, Any] = {
            "payout": self.ids["payout"][k], "amount": self.clerk.payouts[k].amount,
            "currency": self.currency,
        }  # fmt: skip
        if how == "returned":
            back = ReturnPayout(**fact, reference="bank-1", reason="AC04")
            self.do(
                "payout returned", payout_decisions.return_payout, back,
                lambda: self.clerk.return_payout(k), again,
            )  # fmt: skip
        else:
            wish = payments.PayoutFact(**fact, paid=how == "paid")
            self.do(
                f"payout {how}", payments.record_payout, wish,
                lambda: self.clerk.record_payout(k, how == "paid"), again,
            )  # fmt: skip

    @step(
        4,
        lambda self: any(p.state == "awaiting_approval" for p in self.clerk.payouts),
        n=N,
        approve=st.booleans(),
        by=st.sampled_from("ab"),
    )
    def decide(self, n: int, approve: bool, by: str) -> None:
        waiting = self.likely(self.clerk.payouts, lambda one: one.state == "awaiting_approval")
        k = self.one_of(n, waiting, self.clerk.payouts)
        wish = DecidePayout(payout=self.ids["payout"][k], approve=approve, by=by, reason="x")
        kind = "approve" if approve else "turn down"
        decide = payout_decisions.decide_payout
        self.do(kind, decide, wish, lambda: self.clerk.decide(k, approve, by))

    def set_terms(self, what: str, seller: int, least: int, limit: int | None) -> None:
        """Holds, schedules, the least that is paid, and what a second person must approve."""
        clerk, id_ = self.clerk, self.ids["seller"][seller]
        if what == "policy":
            self.set_policy(least, limit)
        elif what == "hold" and not clerk.sellers[seller].on_hold:
            held = HoldPayouts(seller=id_, reason="x", by="ann")
            self.do("hold", payout_terms.hold_payouts, held, lambda: clerk.hold(seller))
        elif what in ("hold", "lift"):
            self.do(
                "lift", payout_terms.lift_hold, LiftHold(seller=id_), lambda: clerk.lift(seller)
            )
        else:
            now = self.now()
            wish = SetPayoutSchedule(**self.mine(seller), every=PayoutEvery(what), minimum=least)
            self.do(
                "schedule", payout_terms.set_payout_schedule, wish,
                lambda: clerk.schedule(seller, what, least, now),
            )  # fmt: skip

    @step(5, hours=st.sampled_from(HOURS), swept=SELDOM_NOT, paid=SELDOM_NOT)
    def wait(self, hours: int, swept: bool, paid: bool) -> None:
        """Time passes; whoever does what is due may be late."""
        self.house.world.clock.advance(hours=hours)
        if swept:
            self.sweep_orders()
            self.sweep_returns()
            self.sweep_claims()
        if paid:
            self.sweep_accounts()

    def sweep_orders(self) -> None:
        """All deadlines of orders that have passed, the earliest first, in one batch."""
        clerk, now = self.clerk, self.now()
        due = sorted(
            (one.due, k, one.state)
            for k, one in enumerate(clerk.orders)
            if one.due and one.due <= now
        )
        turns = [
            Turn(
                orders.DoDue(order=self.ids["order"][k], state=state),
                lambda k=k, state=state: clerk.do_due(k, state, now),  # type: ignore[misc]
            )
            for _, k, state in due
        ]
        for said in self.run(self.stage.play(orders.do_due, turns)) if turns else ():
            self.count(f"due {said[0]}")

    def sweep_accounts(self) -> None:
        """Reserves, subscriptions, old debts and payouts whose time has come."""
        database, clerk, now = self.house.world.database, self.clerk, self.now()
        held = sum(sum(one.kept.values()) for one in clerk.sellers)
        self.run(payments.release_due(database))
        clerk.release_due(now)
        self.count("released", held > sum(sum(one.kept.values()) for one in clerk.sellers))
        self.run(payments.charge_due(database))
        self.count("period", clerk.charge_due(now))
        self.run(payments.draw_due(database))
        debts = [clerk.debt(n) for n in (0, 1)]
        clerk.draw_due(now)
        self.count("drawn by age", debts != [clerk.debt(n) for n in (0, 1)])
        self.run(payout_jobs.pay_turns(database))
        self.count("turn", clerk.take_turns(now))
        self.run(self.stage.name_payouts())
