"""What clients asked under which key, and what they were told: the only witness of a crash."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import httpx
import msgspec

from fondaco import orders

TIMEOUT: Final = 3.0
"""Seconds that a client waits for an answer before it takes it for lost."""

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"

_SETTLED: Final = ("captured", "declined", "returned")


class Answer(msgspec.Struct, frozen=True):
    """A status and a body; the body of NDJSON is a list of its lines."""

    status: int
    body: Any

    @property
    def definite(self) -> bool:
        """Whether it says what became of everything that was asked."""
        return self.status < 500 and all(line["status"] < 500 for line in self.outcomes())

    @property
    def reused(self) -> bool:
        """Whether the key stood for another request."""
        return self.status == 422 and self.body.get("code") == "key_reused"

    def outcomes(self) -> list[dict[str, Any]]:
        """The lines of a bulk answer."""
        return self.body if isinstance(self.body, list) else []


class Call(msgspec.Struct, eq=False):
    """A request, its last definite answer, and how often it met with none.

    `rivals` are requests sent under the same key with another body: one of them all may stand.
    """

    key: str
    path: str
    content: bytes
    form: str = JSON
    lines: int = 0
    answer: Answer | None = None
    doubts: int = 0
    rivals: "tuple[Call, ...]" = ()

    def names(self) -> list[str]:
        """The keys that its commands are kept under: one, or one for each line."""
        return [f"{self.key}/{n}" for n in range(self.lines)] if self.lines else [self.key]

    def told(self) -> list[tuple[str, int, Any]]:
        """Key, status and body of everything that was decided under its keys."""
        if self.answer is None or self.answer.reused:
            return []
        if not self.lines:
            return [(self.key, self.answer.status, self.answer.body)]
        outcomes = self.answer.outcomes()
        return [
            (key, one["status"], one.get("purchase") or one["problem"])
            for key, one in zip(self.names(), outcomes, strict=True)
        ]


class History:
    """Every call of a load. `faulty` keeps what no server should ever say."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.calls: list[Call] = []
        self.acknowledged = 0
        self.faulty: list[str] = []

    async def send(self, call: Call) -> Answer | None:
        """Send a call for the first time; its answer, None while that is not known."""
        self.calls.append(call)
        return await self.again(call)

    async def again(self, call: Call) -> Answer | None:
        """Send a call that has no answer yet once more.

        Of two answers under way at once the one given first may be heard last.
        """
        known = call.answer
        answer = await self.ask(call)
        if answer is None:
            call.doubts += 1
            return None
        if call.answer is None or same(call.answer, answer):
            call.answer = answer
        elif call.answer is known or not same(answer, call.answer):
            self.faulty.append(_changed(call, answer))
            call.answer = answer
        self.acknowledged += 1
        return answer

    async def ask(self, call: Call) -> Answer | None:
        """A definite answer to a call, or None: broken off, late, or 'come again'."""
        headers = {"Idempotency-Key": call.key, "Content-Type": call.form}
        try:
            response = await self._http.post(call.path, content=call.content, headers=headers)
        except httpx.TransportError:
            return None
        lines = response.text.splitlines() if call.form == NDJSON and response.is_success else None
        body = response.json() if lines is None else [msgspec.json.decode(line) for line in lines]
        answer = Answer(response.status_code, body)
        for status in (answer.status, *(line["status"] for line in answer.outcomes())):
            if status == 500:  # a fault outside is no excuse for an error of ours
                self.faulty.append(f"an error of ours: {call.path} {body}")
        return answer if answer.definite else None

    async def resolve(self, seconds: float) -> list[str]:
        """Ask again under the same keys until all is answered; what is not, after `seconds`."""
        open_ = [call for call in self.calls if call.answer is None]

        async def insist(call: Call) -> None:
            while await self.again(call) is None:  # noqa: ASYNC110 - as a client would
                await asyncio.sleep(0.1)

        try:
            async with asyncio.timeout(seconds):
                await in_turn(insist, open_)
        except TimeoutError:
            left = [call for call in open_ if call.answer is None]
            return [f"never answered: {c.key} {c.path} ({c.doubts} times)" for c in left]
        return []

    async def contradictions(self, seconds: float) -> list[str]:
        """Send everything once more; where the answer is another one than before.

        A fault point may only be reached now: each call has some seconds to be answered in.
        """
        found: list[str] = []

        async def compare(call: Call) -> None:
            if call.answer is None:
                return
            try:
                async with asyncio.timeout(seconds):
                    while (after := await self.ask(call)) is None:  # noqa: ASYNC110 - as a client would
                        await asyncio.sleep(0.1)
            except TimeoutError:
                found.append(f"not answered again: {call.key} {call.path}")
                return
            if not same(call.answer, after):
                found.append(_changed(call, after))

        await in_turn(compare, self.calls)
        return found

    def double_keys(self) -> list[str]:
        """Keys that stood for two requests, or for none."""
        found = []
        for call in self.calls:
            everyone = [call, *call.rivals]
            stand = [one for one in everyone if one.answer is not None and not one.answer.reused]
            if len(stand) != 1 and all(one.answer for one in everyone):
                found.append(f"key stands for {len(stand)} requests: {call.key} {call.path}")
        return found


async def in_turn(
    work: Callable[[Call], Awaitable[None]], calls: Iterable[Call], clients: int = 16
) -> None:
    """Work through calls, a few at a time."""
    waiting = list(calls)[::-1]

    async def client() -> None:
        while waiting:
            await work(waiting.pop())

    await asyncio.gather(*(client() for _ in range(clients)))


def _changed(call: Call, after: Answer) -> str:
    return f"an answer changed: {call.key} {call.path}: {call.answer} became {after}"


def same(before: Answer, after: Answer) -> bool:
    """Whether a retry told the same; a payment that was undecided may have been decided since."""
    if before.status != after.status:
        return False
    if lines := before.outcomes():
        return len(lines) == len(after.outcomes()) and all(
            one["status"] == other["status"]
            and _same(one.get("purchase") or one, other.get("purchase") or other)
            for one, other in zip(lines, after.outcomes(), strict=True)
        )
    return _same(before.body, after.body)


def undecided(payment: dict[str, Any]) -> bool:
    """Whether more may be heard of a payment: a call given up as never sent may yet arrive."""
    return payment.get("status") == "pending" or payment.get("reason") == orders.NEVER_SENT


def _same(before: dict[str, Any], after: dict[str, Any]) -> bool:
    was, now = before.get("payment", {}), after.get("payment", {})
    if undecided(was) and now.get("status") in _SETTLED:
        changed = {"payment": {**now, "reason": "", "status": ""}}
        return {**before, "payment": {**was, "reason": "", "status": ""}} == {**after, **changed}
    return before == after
