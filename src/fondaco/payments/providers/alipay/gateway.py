"""Alipay's gateway: signed requests, and answers whose signature is checked."""

from collections.abc import Mapping
from datetime import timedelta, timezone
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import msgspec

from fondaco.kernel.clock import Clock
from fondaco.payments.providers.alipay.signing import SIGN_TYPE, Keys, in_order

URL: Final = "https://openapi.alipay.com/gateway.do"
BEIJING: Final = timezone(timedelta(hours=8))
TIME: Final = "%Y-%m-%d %H:%M:%S"
_MOST_BYTES: Final = 50_000_000
_DONE: Final = "10000"
_BUSINESS: Final = "40004"
_answers: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Silent(Exception):
    """Nothing definite was answered; the message says why."""


class Refusal(Exception):
    """Alipay said no for good; `code` is its `sub_code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Gateway:
    """Asks Alipay for one application."""

    def __init__(self, app_id: str, keys: Keys, url: str, timeout: float, now: Clock) -> None:
        self._app_id, self._keys, self._url, self._now = app_id, keys, url, now
        self._http = httpx.AsyncClient(timeout=timeout, trust_env=False)

    def address(self, method: str, content: Mapping[str, Any], **more: str) -> str:
        """A signed address for a browser to follow."""
        return f"{self._url}?{urlencode(self._signed(method, content, more))}"

    async def ask(self, method: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a request. Raises Refusal or Silent."""
        asked = self._signed(method, content, {})
        try:
            response = await self._http.post(self._url, data=asked)
        except httpx.RequestError as error:
            raise Silent(type(error).__name__) from None
        if response.status_code != 200:
            raise Silent(f"status {response.status_code}")
        return self._believed(method, response.content)

    async def download(self, url: str) -> bytes:
        """A file that Alipay offers. Raises Silent."""
        try:
            async with self._http.stream("GET", url) as response:
                if response.status_code != 200:
                    raise Silent(f"status {response.status_code}")
                parts, size = [], 0
                async for part in response.aiter_bytes():
                    size += len(part)
                    if size > _MOST_BYTES:
                        raise Silent("the file is too large")
                    parts.append(part)
        except httpx.RequestError as error:
            raise Silent(type(error).__name__) from None
        return b"".join(parts)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _signed(
        self, method: str, content: Mapping[str, Any], more: Mapping[str, str]
    ) -> dict[str, str]:
        given = {
            "app_id": self._app_id, "method": method, "format": "JSON", "charset": "utf-8",
            "sign_type": SIGN_TYPE, "version": "1.0",
            "timestamp": self._now().astimezone(BEIJING).strftime(TIME),
            "biz_content": msgspec.json.encode(content).decode(), **more,
        }  # fmt: skip
        given = {name: value for name, value in given.items() if value}
        return {**given, "sign": self._keys.sign(in_order(given))}

    def _believed(self, method: str, body: bytes) -> dict[str, Any]:
        """The answer in a body that Alipay has signed as it stands, to the byte."""
        try:
            answers = _answers.decode(body)
            raw = answers[method.replace(".", "_") + "_response"]
            sign = msgspec.json.decode(answers["sign"], type=str)
            said: dict[str, Any] = msgspec.json.decode(raw, type=dict[str, Any])
        except (KeyError, msgspec.DecodeError):
            raise Silent("a garbled answer") from None
        if not self._keys.signed_by_alipay(bytes(raw), sign):
            raise Silent("an answer that Alipay has not signed")
        code = said.get("code")
        if code == _DONE:
            return said
        why = str(said.get("sub_code") or said.get("msg") or code)
        if code == _BUSINESS and not why.upper().endswith("SYSTEM_ERROR"):
            raise Refusal(why)
        raise Silent(why)
