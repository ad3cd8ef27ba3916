"""The sandbox over HTTP: a Provider whose every batch is one request."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import httpx
import msgspec

from fondaco.kernel.clock import Clock, system_clock
from fondaco.payments.providers import signing
from fondaco.payments.providers.base import (
    MAX_BATCH,
    Ability,
    Action,
    Capture,
    Charge,
    Fact,
    NoAnswer,
    ProviderError,
    ReportLine,
    Return,
    Transfer,
    Unknown,
)

_JSON: Final = {"content-type": "application/json"}
_outcomes: Final = msgspec.json.Decoder(list[Fact | Action | Unknown])
_found: Final = msgspec.json.Decoder(list[Fact | Unknown | None])
_report: Final = msgspec.json.Decoder(list[ReportLine])


class Sandbox:
    """Talks to a sandbox process at `url`; keeps its connections. Close it with `aclose`.

    What times out after `timeout` seconds, breaks off, or is answered 5xx is Unknown.
    """

    name = "sandbox"
    abilities = frozenset(Ability)
    receipt = b""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        timeout: float = 5.0,
        connections: int = 16,
        now: Clock = system_clock,
    ) -> None:
        self.secret = secret
        self._now = now
        self.url = url
        self._extensions = {"timeout": httpx.Timeout(timeout).as_dict()}
        # The transport alone: redirects, cookies and sign-in, which the client adds, would cost a
        # third more CPU for each call and are not wanted here.
        self._http = httpx.AsyncHTTPTransport(
            limits=httpx.Limits(max_connections=connections, keepalive_expiry=30), trust_env=False
        )

    async def charge(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Capture payments."""
        return await self._send("/charges", batch, [one.key for one in batch])

    async def authorise(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Hold money."""
        return await self._send("/holds", batch, [one.key for one in batch])

    async def capture(self, batch: Sequence[Capture]) -> list[Fact | Unknown]:
        """Take held money."""
        return await self._told("/captures", batch, [one.key for one in batch])

    async def void(self, keys: Sequence[str]) -> list[Fact | Unknown]:
        """End charges that have taken no money."""
        return await self._told("/voids", keys, keys)

    async def refund(self, batch: Sequence[Return]) -> list[Fact | Unknown]:
        """Give captured money back."""
        return await self._told("/refunds", batch, [one.key for one in batch])

    async def pay_out(self, batch: Sequence[Transfer]) -> list[Fact | Unknown]:
        """Send money out."""
        return await self._told("/payouts", batch, [one.key for one in batch])

    async def look_up(self, keys: Sequence[str]) -> list[Fact | Unknown | None]:
        """What became of each key. Raises NoAnswer if the provider cannot be asked."""
        found: list[Fact | Unknown | None] = []
        for start in range(0, len(keys), MAX_BATCH):
            some = keys[start : start + MAX_BATCH]
            answer = await self._post("/lookup", some)
            try:
                page = _found.decode(answer) if isinstance(answer, bytes) else []
            except msgspec.DecodeError:
                page = []
            fits = all(one is None or one.key == key for one, key in zip(page, some, strict=False))
            if len(page) != len(some) or not fits:
                raise NoAnswer(answer if isinstance(answer, str) else "a garbled answer")
            found += page
        return found

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> list[Fact]:
        """The facts in a webhook. Raises BadSignature or BadWebhook."""
        return signing.verify(self.secret, headers, body, self._now())

    async def report(self, day: date) -> list[ReportLine]:
        """What moved money on a day. Raises NoAnswer."""
        answer = await self._post("/report", day)
        if isinstance(answer, str):
            raise NoAnswer(answer)
        return _report.decode(answer)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _told(
        self, path: str, batch: Sequence[Any], keys: Sequence[str]
    ) -> list[Fact | Unknown]:
        answers = await self._send(path, batch, keys)
        return [
            Unknown(answer.key, "garbled_answer") if isinstance(answer, Action) else answer
            for answer in answers
        ]

    async def _send(
        self, path: str, batch: Sequence[Any], keys: Sequence[str]
    ) -> list[Fact | Action | Unknown]:
        outcomes: list[Fact | Action | Unknown] = []
        for start in range(0, len(batch), MAX_BATCH):
            some = slice(start, start + MAX_BATCH)
            outcomes += _read(await self._post(path, batch[some]), keys[some])
        return outcomes

    async def _post(self, path: str, content: Any) -> bytes | str:
        """The answer's body, or why there is none."""
        request = httpx.Request(
            "POST",
            self.url + path,
            content=msgspec.json.encode(content),
            headers=_JSON,
            extensions=self._extensions,
        )
        try:
            response = await self._http.handle_async_request(request)
            body = await response.aread()
        except httpx.RequestError as error:
            return type(error).__name__
        if response.status_code >= 500 or response.status_code in (408, 429):
            return f"status {response.status_code}"
        if response.status_code != 200:
            raise ProviderError(f"{path}: {response.status_code} {body[:200]!r}")
        return body


def _read(answer: bytes | str, keys: Sequence[str]) -> Sequence[Fact | Action | Unknown]:
    if isinstance(answer, str):
        return [Unknown(key, answer) for key in keys]
    try:
        outcomes = _outcomes.decode(answer)
    except msgspec.DecodeError:
        outcomes = []
    if [outcome.key for outcome in outcomes] != list(keys):
        return [Unknown(key, "garbled_answer") for key in keys]
    return outcomes
