"""What is to be done with each order and when, and what follows from each thing done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec

from fondaco import orders
from fondaco.demo.furnish import TIMERS
from fondaco.demo.plan import TURN, TURNS, Ending, Fate
from fondaco.kernel import Command, Handler, Sent
from fondaco.kernel.ids import show
from fondaco.shipping import Scan

USUAL: Final[dict[str, Handler[Any, Any]]] = {
    "ship": orders.ship,
    "scan": orders.record_scan,
    "confirm": orders.confirm,
    "settle": orders.do_due,
}
"""A turn's errands. None follows from another of the same turn, so any order will do."""

CLOSING: Final[dict[str, Handler[Any, Any]]] = {
    "refund": orders.refund,
    "extend": orders.extend,
    "dispute": orders.dispute,
    "rule": orders.rule,
    "due": orders.do_due,
}
"""Errands that may put units back on the shelf, and those of few orders. They are run while
nobody buys, so that runs are alike."""

LANES: Final = 2
"""How many lanes share the errands. Each has its own purchases, so they do not wait for locks."""

_CARRIERS: Final = ("Adria Post", "Corriere Rosso", "Nordpak")


class Deal(msgspec.Struct):
    """One seller's order, with what is going to become of it."""

    order: int
    lane: int
    seller: int
    buyer: int
    amount: int
    fate: Fate
    parcel: int = 0
    due_at: datetime | None = None


class Errand(NamedTuple):
    """A command about an order, at its time."""

    at: datetime
    command: Command
    principal: str
    deal: Deal

    def sent(self, name: str) -> Sent[Any]:
        """As it is sent: each is done once for an order, so its name makes the key."""
        what = getattr(self.command, "kind", "") or getattr(self.command, "state", "")
        key = f"{name} {show('ord', self.deal.order)} {what}"
        return Sent(self.command, self.principal, key, self.at)


class Agenda:
    """The month's errands by turn and name; what would come after the month is left undone.

    What follows from a turn's errand is run in a later turn, so a turn's errands do not depend
    on each other; each has its own time all the same.
    """

    def __init__(self, opened: datetime) -> None:
        self._turn = -1
        self._opened = opened
        self._turns: list[dict[str, list[Errand]]] = [{} for _ in range(TURNS)]
        self._after: dict[str, Callable[[Errand, Any], None]] = {
            "ship": self._shipped,
            "scan": self._scanned,
            "extend": self._extended,
            "refund": self._refunded,
            "dispute": self._disputed,
        }

    def begin(self, turn: int) -> None:
        """From now on what follows from errands is for later turns."""
        self._turn = turn

    def take(self, name: str, lane: int | None = None) -> list[Errand]:
        """This turn's errands of that name, in order of time: a lane's, or all."""
        found = self._turns[self._turn].get(name, ())
        mine = [one for one in found if lane is None or one.deal.lane == lane]
        return sorted(mine, key=lambda one: (one.at, one.deal.order))

    def placed(self, deal: Deal, pay_by: datetime) -> None:
        """Nobody is going to pay for this order."""
        self._due("due", deal, "created", pay_by)

    def paid(self, deal: Deal, at: datetime) -> None:
        """The order is paid, and its seller is told."""
        fate = deal.fate
        match fate.ending:
            case Ending.FORGOTTEN:
                self._due("due", deal, "paid", at + TIMERS.ship_within)
            case Ending.CANCELLED:
                self._refund(deal, at + fate.ship / 2, "no longer wanted")
            case _:
                carrier = _CARRIERS[deal.seller // 64 % len(_CARRIERS)]
                ship = orders.Ship(order=deal.order, seller=deal.seller, carrier=carrier)
                self._add("ship", deal, ship, f"seller:{deal.seller}", at + fate.ship)

    def done(self, name: str, errand: Errand, outcome: Any) -> None:
        """Note what follows from an errand."""
        if name in self._after:
            self._after[name](errand, outcome)

    def _shipped(self, errand: Errand, outcome: Any) -> None:
        deal, fate = errand.deal, errand.deal.fate
        deal.parcel = outcome.parcel
        if fate.scanned:
            self._scan(deal, Scan.IN_TRANSIT, errand.at + fate.travel / 2)
        if fate.ending is Ending.LOST:
            self._dispute(deal, "The parcel never came.", errand.at + 2 * fate.travel + 3 * _DAY)
        else:
            self._scan(deal, Scan.DELIVERED, errand.at + fate.travel)

    def _scanned(self, errand: Errand, outcome: Any) -> None:
        if outcome.order_state == "delivered":
            self._delivered(errand)

    def _delivered(self, errand: Errand) -> None:
        deal, buyer = errand.deal, f"buyer:{errand.deal.buyer}"
        act = errand.at + deal.fate.act
        deal.due_at = errand.at + TIMERS.confirm_within
        match deal.fate.ending:
            case Ending.CONFIRMED:
                wish: Command = orders.Confirm(order=deal.order, buyer=deal.buyer)
                self._add("confirm", deal, wish, buyer, act)
            case Ending.EXTENDED:
                wish = orders.Extend(order=deal.order, buyer=deal.buyer)
                self._add("extend", deal, wish, buyer, act)
            case Ending.UNIT_BACK:
                line = orders.RefundLine(no=1, units=1)
                self._refund(deal, act, "one was broken", line)
            case Ending.ALL_BACK:
                self._refund(deal, act, "sent back")
            case Ending.DISPUTED:
                self._dispute(deal, "Not as described.", act)
            case _:
                self._confirm_itself(deal)

    def _extended(self, errand: Errand, outcome: Any) -> None:
        errand.deal.due_at = outcome.due_at
        self._confirm_itself(errand.deal)

    def _refunded(self, errand: Errand, outcome: Any) -> None:
        if outcome.state == "delivered":
            self._confirm_itself(errand.deal)

    def _disputed(self, errand: Errand, _: Any) -> None:
        deal = errand.deal
        percent = 100 if deal.fate.ending is Ending.LOST else deal.fate.back_percent
        back = deal.amount * percent // 100
        rule = orders.Rule(order=deal.order, refund=back, ruling=f"{percent} % goes back.")
        self._add("rule", deal, rule, "operator", errand.at + 3 * _DAY)

    def _dispute(self, deal: Deal, reason: str, at: datetime) -> None:
        wish = orders.Dispute(order=deal.order, buyer=deal.buyer, reason=reason)
        self._add("dispute", deal, wish, f"buyer:{deal.buyer}", at)

    def _refund(self, deal: Deal, at: datetime, reason: str, *lines: orders.RefundLine) -> None:
        wish = orders.Refund(order=deal.order, seller=deal.seller, lines=lines, reason=reason)
        self._add("refund", deal, wish, f"seller:{deal.seller}", at)

    def _scan(self, deal: Deal, kind: Scan, at: datetime) -> None:
        self._add("scan", deal, orders.RecordScan(parcel=deal.parcel, kind=kind), "carrier", at)

    def _confirm_itself(self, deal: Deal) -> None:
        if deal.due_at is not None:
            self._due("settle", deal, "delivered", deal.due_at)

    def _due(self, name: str, deal: Deal, state: str, at: datetime) -> None:
        self._add(name, deal, orders.DoDue(order=deal.order, state=state), "system", at)

    def _add(self, name: str, deal: Deal, command: Command, principal: str, at: datetime) -> None:
        turn = max((at - self._opened) // TURN, self._turn + 1)
        if turn < TURNS:
            self._turns[turn].setdefault(name, []).append(Errand(at, command, principal, deal))


_DAY: Final = timedelta(days=1)
