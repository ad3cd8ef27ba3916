"""The load: customers and sellers who trade, retry or give up, each by a dice of its own."""

import asyncio
from collections import deque
from random import Random
from typing import Any

import msgspec

from fondaco.bench.house import House
from fondaco.kernel.ids import show
from tests.faults.history import JSON, NDJSON, Answer, Call, History

CLIENTS = 16
_TOKENS = ["tok_ok"] * 8 + ["tok_lost", "tok_declined"]
_PLANS: list[list[str]] = [
    ["ship", "in_transit", "delivered", "confirm", "pay out"],
    ["part", "ship", "delivered", "part", "confirm", "confirm"],
    ["ship", "in_transit", "delivered", "refund"],
    ["ship", "confirm", "refund", "pay out"],
    ["refund", "refund", "ship"],
]
"""Lives of an order; what comes at the wrong time must be refused, and stay refused."""


class _Order(msgspec.Struct):
    """An order of ours and what is still to be done with it."""

    id: str
    seller: str
    plan: deque[str]
    parcel: str = ""


class Customer:
    """One of the clients. The same dice ask for the same things; when they happen, chance says."""

    def __init__(self, number: int, seed: int, house: House, history: History) -> None:
        self._name = f"{seed}-{number}"
        self._dice = Random(self._name)
        self._house, self._history = house, history
        self._orders: deque[_Order] = deque()
        self._calls = 0

    async def trade(self, stop: asyncio.Event) -> None:
        """One call after the other until told to stop."""
        while not stop.is_set():
            if len(self._orders) > 1 and self._dice.random() < 0.75:
                await self._go_on(self._orders.popleft())
            else:
                await self._buy()
            await asyncio.sleep(self._dice.uniform(0.02, 0.12))

    async def _send(
        self, path: str, body: Any = None, form: str = JSON, lines: int = 0
    ) -> Answer | None:
        """Send a new call. Half of those that meet with no answer are tried again at once."""
        self._calls += 1
        content = b"" if body is None else body if form == NDJSON else msgspec.json.encode(body)
        call = Call(f"{self._name}-{self._calls}", path, content, form, lines)
        answer = await self._history.send(call)
        stubborn = self._dice.random() < 0.5
        for _ in range(5):
            if answer is None:
                await asyncio.sleep(self._dice.uniform(0.05, 0.3))
                answer = await self._history.again(call) if stubborn else None
        return answer

    async def _buy(self) -> None:
        if self._dice.random() < 0.85:
            answer = await self._send("/api/purchases", self._wish())
            bought = [answer.body] if answer is not None and answer.status == 201 else []
        else:
            wishes = [self._wish() for _ in range(self._dice.randint(2, 12))]
            if self._dice.random() < 0.5:
                lines = b"\n".join(map(msgspec.json.encode, wishes))
                answer = await self._send("/api/purchases/bulk", lines, NDJSON, len(wishes))
            else:
                answer = await self._send("/api/purchases/bulk", wishes, JSON, len(wishes))
            outcomes = answer.outcomes() if answer is not None else []
            bought = [one["purchase"] for one in outcomes if one["status"] == 201]
        for purchase in bought:
            if purchase["payment"]["status"] != "declined" and len(self._orders) < 40:
                for order in purchase["orders"]:
                    plan = deque(self._dice.choice(_PLANS))
                    self._orders.append(_Order(order["id"], order["seller"], plan))

    def _wish(self) -> dict[str, Any]:
        """One to three lines; now and then many units of what is scarce."""
        dice, house = self._dice, self._house
        offers = dice.sample(house.offers, dice.randint(1, 3))
        lines = [{"offer": show("off", offer), "quantity": dice.randint(1, 3)} for offer in offers]
        if dice.random() < 0.1:
            lines.append({"offer": show("off", house.scarce), "quantity": dice.randint(1, 60)})
        return {
            "market": show("mkt", house.market),
            "buyer": show("per", dice.choice(house.buyers)),
            "lines": lines,
            "payment": {"token": dice.choice(_TOKENS)},
        }

    async def _go_on(self, order: _Order) -> None:
        step = order.plan.popleft()
        if (call := _request(order, step)) is None:  # no parcel: it could not be shipped
            return
        answer = await self._send(*call)
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
        case "pay out":
            return "/api/payouts", {"currency": "EUR", "seller": order.seller}
        case scan:
            return (f"/api/parcels/{order.parcel}/events", {"kind": scan}) if order.parcel else None
