"""The load: customers and sellers who trade, retry, cheat or give up, each by a dice of its own."""

import asyncio
from collections import deque
from random import Random
from typing import Any, Final

import msgspec

from fondaco.kernel.ids import show
from fondaco.torture.history import JSON, NDJSON, Answer, Call, History
from fondaco.torture.market import Market

_TOKENS: Final = ["tok_ok"] * 8 + ["tok_lost", "tok_declined"]
_PLANS: Final[list[list[str]]] = [
    ["ship", "in_transit", "delivered", "confirm", "pay out"],
    ["part", "ship", "delivered", "part", "confirm", "confirm"],
    ["ship", "in_transit", "delivered", "refund"],
    ["ship", "delivered", "confirm", "refund", "pay out", "pay out"],
    ["refund", "refund", "ship"],
    ["dispute", "refund", "rule", "rule", "pay out"],
    ["ship", "dispute", "rule all", "confirm"],
]
"""Lives of an order; what comes at the wrong time must be refused, and stay refused."""

_TAKEN_ABACK: Final = 0.25
"""Seconds that somebody waits who met with no answer, before the next thing is asked for."""

_OTHER: Final[dict[str, Any]] = {
    "ship": {"carrier": "UPS"},
    "refund": {"reason": "another"},
    "part": {"lines": [{"no": 1, "units": 2}], "reason": "another"},
    "dispute": {"reason": "it is another one"},
    "rule": {"refund": 2},
}
"""What a cheat asks for under the key of an honest request."""


class _Order(msgspec.Struct):
    """An order of ours and what is still to be done with it."""

    id: str
    seller: str
    plan: deque[str]
    parcel: str = ""


class Client:
    """One of them. The same dice ask for the same things; when they happen, chance says."""

    def __init__(self, number: int, seed: int, market: Market, history: History) -> None:
        self._name = f"{seed}-{number}"
        self._dice = Random(self._name)  # noqa: S311 - a repeatable load, no secret
        self._market, self._history = market, history
        self._orders: deque[_Order] = deque()
        self._calls = 0

    async def trade(self, stop: asyncio.Event) -> None:
        """One call after the other until told to stop."""
        while not stop.is_set():
            if len(self._orders) > 1 and self._dice.random() < 0.8:
                await self._go_on(self._orders.popleft())
            else:
                await self._buy()
            await asyncio.sleep(self._dice.uniform(0.005, 0.05))

    async def _send(self, call: Call, other: bytes = b"") -> Answer | None:
        """Send a new call, perhaps twice at once or with a rival under the same key.

        Half of those that meet with no answer are tried again at once; the others wait until the
        end, when everybody asks again.
        """
        roll = self._dice.random()
        if roll < 0.1:
            answer, _ = await asyncio.gather(self._history.send(call), self._history.again(call))
        elif roll < 0.2 and other:
            rival = Call(call.key, call.path, other, rivals=(call,))
            call.rivals = (rival,)
            answer, _ = await asyncio.gather(self._history.send(call), self._history.send(rival))
        else:
            answer = await self._history.send(call)
        stubborn = self._dice.random() < 0.5
        for _ in range(5):
            if answer is None and stubborn:
                await asyncio.sleep(self._dice.uniform(0.05, 0.3))
                answer = await self._history.again(call)
        if answer is None:  # a server that is away is not stormed with new wishes
            await asyncio.sleep(_TAKEN_ABACK)
        return answer

    def _call(self, path: str, body: Any = None, form: str = JSON, lines: int = 0) -> Call:
        self._calls += 1
        content = b"" if body is None else body if form == NDJSON else msgspec.json.encode(body)
        return Call(f"{self._name}-{self._calls}", path, content, form, lines)

    async def _buy(self) -> None:
        if self._dice.random() < 0.8:
            call = self._call("/api/purchases", self._wish())
            answer = await self._send(call, msgspec.json.encode(self._wish()))
            good = answer is not None and answer.status == 201
            bought = [answer.body] if answer is not None and good else []
        else:
            answer = await self._buy_many([self._wish() for _ in range(self._dice.randint(2, 8))])
            outcomes = answer.outcomes() if answer is not None else []
            bought = [one["purchase"] for one in outcomes if one["status"] == 201]
        for purchase in bought:
            if purchase["payment"]["status"] != "declined" and len(self._orders) < 40:
                for order in purchase["orders"]:
                    plan = deque(self._dice.choice(_PLANS))
                    self._orders.append(_Order(order["id"], order["seller"], plan))

    async def _buy_many(self, wishes: list[Any]) -> Answer | None:
        """Buy in bulk; some cheats then try another purchase under the key of a line."""
        path = "/api/purchases/bulk"
        if self._dice.random() < 0.5:
            lines = b"\n".join(map(msgspec.json.encode, wishes))
            call = self._call(path, lines, NDJSON, len(wishes))
        else:
            call = self._call(path, wishes, JSON, len(wishes))
        cheats = self._dice.random() < 0.3
        key = self._dice.choice(call.names())
        answer = await self._send(call)
        if cheats and answer is not None and answer.status == 200:
            other = msgspec.json.encode(self._wish())
            await self._history.send(Call(key, "/api/purchases", other, rivals=(call,)))
        return answer

    def _wish(self) -> dict[str, Any]:
        """One to three lines; now and then many units of what is scarce, or one line twice."""
        dice, its = self._dice, self._market
        offers = dice.sample(its.offers, dice.randint(1, 3))
        if dice.random() < 0.25:
            offers = [its.scarce, *offers[1:]]
        lines = [
            {
                "offer": show("off", offer),
                "quantity": dice.randint(40, 200) if offer == its.scarce else dice.randint(1, 3),
            }
            for offer in offers
        ]
        return {
            "market": show("mkt", its.market),
            "buyer": show("per", dice.choice(its.buyers)),
            "lines": lines,
            "payment": {"token": dice.choice(_TOKENS)},
        }

    async def _go_on(self, order: _Order) -> None:
        step = order.plan.popleft()
        if (asked := _request(order, step)) is None:  # no parcel: it could not be shipped
            return
        other = _OTHER.get(step)
        call = self._call(*asked)
        answer = await self._send(call, msgspec.json.encode(other) if other else b"")
        if answer is None:  # whoever does not know waits for somebody to look into it
            return
        if step == "ship" and answer.status == 201:
            order.parcel = answer.body["id"]
        if order.plan:
            self._orders.append(order)


def _request(order: _Order, step: str) -> tuple[str, Any] | None:
    """Path and body of a step."""
    path = f"/api/orders/{order.id}"
    match step:
        case "ship":
            return f"{path}/shipment", {"carrier": "DHL"}
        case "confirm":
            return f"{path}/confirmation", None
        case "refund":
            return f"{path}/refunds", {}
        case "part":
            return f"{path}/refunds", {"lines": [{"no": 1, "units": 1}], "reason": "scratched"}
        case "dispute":
            return f"{path}/dispute", {"reason": "it is not what I ordered"}
        case "rule":
            return f"{path}/ruling", {"refund": 1}
        case "rule all":
            return f"{path}/ruling", {"refund": 10**6}
        case "pay out":
            return "/api/payouts", {"currency": "EUR", "seller": order.seller}
        case scan:
            return (f"/api/parcels/{order.parcel}/events", {"kind": scan}) if order.parcel else None
