"""The calls to Stripe's SDK that we make, with plain objects out.

The SDK does not try again by itself: who asks does, under the same key, once what happened was
looked up.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, cast

import stripe

from fondaco.payments.providers.stripe.facts import KEY, Object, key_of

_REMEMBERED: Final = 10_000
_FEE: Final = ["latest_charge.balance_transaction"]


class Gate:
    """Our account at Stripe. Raises stripe.StripeError."""

    def __init__(self, key: str, url: str | None, timeout: float) -> None:
        self._http = stripe.HTTPXClient(timeout=timeout)
        self._api = stripe.StripeClient(
            key, http_client=self._http, max_network_retries=0,
            base_addresses=cast("Any", {"api": url} if url else {}),
        ).v1  # fmt: skip
        # Search finds a new object only after a while, so the latest are remembered.
        self._intents: OrderedDict[str, str] = OrderedDict()

    async def create_intent(self, wish: Mapping[str, Any], key: str) -> Object:
        """Charge or hold."""
        return self._seen(
            await self._api.payment_intents.create_async(
                cast("Any", wish), {"idempotency_key": key}
            )
        )

    async def intent(self, name: str) -> Object:
        """A charge as it stands, with its fee."""
        return self._seen(await self._api.payment_intents.retrieve_async(name, {"expand": _FEE}))

    async def find_intent(self, key: str) -> Object | None:
        """The charge under our key, if there is one."""
        if name := self._intents.get(key):
            return await self.intent(name)
        query = f"metadata['{KEY}']:'{_quoted(key)}'"
        found = await self._api.payment_intents.search_async(
            {"query": query, "limit": 1, "expand": [f"data.{path}" for path in _FEE]}
        )
        return next((self._seen(one) for one in found.data), None)

    async def capture_intent(self, name: str, wish: Mapping[str, Any], key: str) -> Object:
        """Take held money."""
        return self._seen(
            await self._api.payment_intents.capture_async(
                name, cast("Any", wish), {"idempotency_key": key}
            )
        )

    async def cancel_intent(self, name: str) -> Object:
        """End a charge."""
        return self._seen(await self._api.payment_intents.cancel_async(name))

    async def refund(self, wish: Mapping[str, Any], key: str) -> Object:
        """Give money back. An answer of 5xx is repeated for its key, so what is there counts."""
        try:
            return _plain(
                await self._api.refunds.create_async(cast("Any", wish), {"idempotency_key": key})
            )
        except stripe.APIError:
            made = await self._api.refunds.list_async(
                {"payment_intent": wish["payment_intent"], "limit": 100}
            )
            return _made(made, key)

    async def transfer(self, wish: Mapping[str, Any], key: str) -> Object:
        """Move money to a connected account; as with refunds, what is there counts."""
        try:
            return _plain(
                await self._api.transfers.create_async(cast("Any", wish), {"idempotency_key": key})
            )
        except stripe.APIError:
            return _made(await self._api.transfers.list_async({"transfer_group": key}), key)

    async def balance(self, span: Mapping[str, int]) -> list[Object]:
        """What moved our balance in a span of time, latest first."""
        page = await self._api.balance_transactions.list_async(
            cast("Any", {"created": span, "limit": 100, "expand": ["data.source"]})
        )
        return [_plain(line) async for line in page.auto_paging_iter()]

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]

    def _seen(self, one: stripe.StripeObject) -> Object:
        intent = _plain(one)
        if key := key_of(intent):
            self._intents[key] = intent["id"]
            if len(self._intents) > _REMEMBERED:
                self._intents.popitem(last=False)
        return intent


def _made(page: Any, key: str) -> Object:
    for one in page.data:
        if key_of(found := _plain(one)) == key:
            return found
    nothing = "nothing definite was answered"
    raise stripe.APIConnectionError(nothing)  # type: ignore[no-untyped-call]


def _plain(one: stripe.StripeObject) -> dict[str, Any]:
    return one.to_dict()


def _quoted(key: str) -> str:
    return key.replace("\\", "\\\\").replace("'", "\\'")
