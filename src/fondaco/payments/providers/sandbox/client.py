"""The sandbox over HTTP: a Provider whose every batch is one request."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import httpx
import msgspec

from fondaco.kernel.clock import Clock, system_clock
from fondaco.payments.providers import signing
from fondaco.payments.providers.base import (
    MAX_BATCH,
    Charge,
    Fact,
    NoAnswer,
    ProviderError,
    Return,
    Transfer,
    Unknown,
)

_JSON: Final = {"content-type": "application/json"}
_outcomes: Final = msgspec.json.Decoder(list[Fact | Unknown])
_found: Final = msgspec.json.Decoder(list[Fact | None])


class Sandbox:
    """Talks to a sandbox process at `url`; keeps its connections. Close it with `aclose`.

    What times out after `timeout` seconds, breaks off, or is answered 5xx is Unknown.
    """

    name = "sandbox"

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

    async def charge(self, batch: Sequence[Charge]) -> list[Fact | Unknown]:
        """Capture payments."""
        return await self._send("/charges", batch)

    async def refund(self, batch: Sequence[Return]) -> list[Fact | Unknown]:
        """Give captured money back."""
        return await self._send("/refunds", batch)

    async def pay_out(self, batch: Sequence[Transfer]) -> list[Fact | Unknown]:
        """Send money out."""
        return await self._send("/payouts", batch)

    async def look_up(self, keys: Sequence[str]) -> list[Fact | None]:
        """What became of each key. Raises NoAnswer if the provider cannot be asked."""
        found: list[Fact | None] = []
        for start in range(0, len(keys), MAX_BATCH):
            some = keys[start : start + MAX_BATCH]
            answer = await self._post("/lookup", some)
            try:
                page = _found.decode(answer) if isinstance(answer, bytes) else []
            except msgspec.DecodeError:
                page = []
            if len(page) != len(some):
                raise NoAnswer(answer if isinstance(answer, str) else "a garbled answer")
            found += page
        return found

    def verify(self, headers: Mapping[str, str], body: bytes) -> list[Fact]:
        """The facts in a webhook. Raises BadSignature or BadWebhook."""
        return signing.verify(self.secret, headers, body, self._now())

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _send(
        self, path: str, batch: Sequence[Charge | Return | Transfer]
    ) -> list[Fact | Unknown]:
        outcomes: list[Fact | Unknown] = []
        for start in range(0, len(batch), MAX_BATCH):
            some = batch[start : start + MAX_BATCH]
            outcomes += _read(await self._post(path, some), some)
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


def _read(
    answer: bytes | str, batch: Sequence[Charge | Return | Transfer]
) -> Sequence[Fact | Unknown]:
    if isinstance(answer, str):
        return [Unknown(one.key, answer) for one in batch]
    try:
        outcomes = _outcomes.decode(answer)
    except msgspec.DecodeError:
        outcomes = []
    if [outcome.key for outcome in outcomes] != [one.key for one in batch]:
        return [Unknown(one.key, "garbled_answer") for one in batch]
    return outcomes
