"""Stripe as a Provider, over its official SDK."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec
import stripe

from fondaco.kernel.clock import Clock, system_clock
from fondaco.payments.providers.base import (
    Ability,
    Action,
    BadSignature,
    BadWebhook,
    Capture,
    Charge,
    Fact,
    FactKind,
    NoAnswer,
    ReportLine,
    Return,
    Transfer,
    Unknown,
)
from fondaco.payments.providers.stripe import facts
from fondaco.payments.providers.stripe.amounts import to_stripe
from fondaco.payments.providers.stripe.facts import KEY, Object
from fondaco.payments.providers.stripe.gate import Gate
from fondaco.payments.rails import on_wire

_FEE: Final = ["latest_charge.balance_transaction"]
_DAY: Final = timedelta(days=1)
Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Stripe:
    """Cards by Stripe. `key` and `webhook_secret` are secrets, and never shown or logged.

    `url` is another address than Stripe's, `return_url` where a buyer comes back to after his
    bank's page. `concurrency` is how many requests are under way at once.
    """

    name = "stripe"
    abilities = frozenset(Ability)
    receipt = b""

    def __init__(
        self,
        key: str,
        webhook_secret: str,
        *,
        url: str | None = None,
        return_url: str = "",
        timeout: float = 20.0,
        concurrency: int = 16,
        now: Clock = system_clock,
    ) -> None:
        self._gate = Gate(key, url, timeout)
        self._secret = webhook_secret
        self._return_url = return_url
        self._slots = asyncio.Semaphore(concurrency)
        self._now = now

    async def charge(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Capture payments; the token is a payment method's id."""
        return await self._each(batch, lambda one: self._charge(one, "automatic"))

    async def authorise(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Hold money; Stripe lets it go after seven days."""
        return await self._each(batch, lambda one: self._charge(one, "manual"))

    async def capture(self, batch: Sequence[Capture]) -> list[Fact | Unknown]:
        """Take held money, or part of it."""
        return await self._each(batch, self._capture)

    async def void(self, keys: Sequence[str]) -> list[Fact | Unknown]:
        """Cancel charges that have taken no money."""
        return await self._each(keys, self._void)

    async def refund(self, batch: Sequence[Return]) -> list[Fact | Unknown]:
        """Give captured money back."""
        return await self._each(batch, self._refund)

    async def pay_out(self, batch: Sequence[Transfer]) -> list[Fact | Unknown]:
        """Transfer to connected accounts (`acct_...`), which Stripe pays out on their schedule."""
        return await self._each(batch, self._transfer)

    async def look_up(self, keys: Sequence[str]) -> list[Fact | Unknown | None]:
        """What became of charges. Raises NoAnswer."""
        return await self._each(keys, self._look_up)

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> list[Fact]:
        """The facts in one event. Raises BadSignature, BadWebhook or NoAnswer."""
        event = self._event({name.lower(): value for name, value in headers.items()}, body)
        if event.get("account"):  # a connected account's own affair
            return []
        try:
            fact = await self._heard(event["type"], event["data"]["object"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadWebhook(f"not an event as Stripe's: {type(error).__name__}") from error
        except stripe.StripeError as error:
            raise NoAnswer(type(error).__name__) from None
        return [fact] if isinstance(fact, Fact) else []

    async def report(self, day: date) -> list[ReportLine]:
        """What moved our balance at Stripe. Raises NoAnswer."""
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        span = {"gte": int(start.timestamp()), "lt": int((start + _DAY).timestamp())}
        try:
            lines = await self._gate.balance(span)
        except stripe.StripeError as error:
            raise NoAnswer(type(error).__name__) from None
        return [facts.of_balance(line) for line in reversed(lines)]

    async def aclose(self) -> None:
        """Close the connections."""
        await self._gate.aclose()

    async def _each(
        self, batch: Sequence[Item], work: Callable[[Item], Awaitable[Answer]]
    ) -> list[Answer]:
        async def one(item: Item) -> Answer:
            async with self._slots:
                return await work(item)

        return await asyncio.gather(*(one(item) for item in batch))

    async def _charge(self, one: Charge, capture: str) -> Fact | Action | Unknown:
        if one.amount == 0:
            kind = FactKind.CAPTURED if capture == "automatic" else FactKind.AUTHORIZED
            return self._ours(one, kind)
        try:
            amount = to_stripe(one.amount, one.currency)
        except ValueError:
            return self._ours(one, FactKind.DECLINED, "invalid_amount")
        wish = {
            "amount": amount, "currency": one.currency.lower(), "payment_method": one.token,
            "payment_method_types": ["card"], "confirm": True, "capture_method": capture,
            "metadata": {KEY: one.key, "reference": one.reference}, "expand": _FEE,
        }  # fmt: skip
        if self._return_url:
            wish["return_url"] = self._return_url
        try:
            intent = await self._gate.create_intent(wish, one.key)
        except stripe.CardError as error:
            said = error.error.to_dict() if error.error else {}
            failed = said.get("payment_intent")
            if failed:
                return facts.of_intent({**failed, "last_payment_error": said}, one.key)
            return self._ours(one, FactKind.DECLINED, error.code or "declined")
        except stripe.InvalidRequestError as error:
            return self._ours(one, FactKind.DECLINED, error.code or "refused")
        except stripe.StripeError as error:
            return _unknown(one.key, error)
        return facts.of_intent(intent, one.key)

    async def _capture(self, one: Capture) -> Fact | Unknown:
        try:
            intent = await self._gate.find_intent(one.key)
            if intent is None:
                return Unknown(one.key, "not found yet")
            wish = {"amount_to_capture": to_stripe(one.amount, one.currency), "expand": _FEE}
            intent = await self._gate.capture_intent(intent["id"], wish, f"{one.key}-capture")
        except (stripe.InvalidRequestError, ValueError):
            return self._ours(one, FactKind.DECLINED, "not_held")
        except stripe.StripeError as error:
            return _unknown(one.key, error)
        return _told(facts.of_intent(intent, one.key))

    async def _void(self, key: str) -> Fact | Unknown:
        try:
            intent = await self._gate.find_intent(key)
            if intent is None:
                return Unknown(key, "not found yet")
            return _told(facts.of_intent(await self._ended(intent), key))
        except stripe.StripeError as error:
            return _unknown(key, error)

    async def _ended(self, intent: Object) -> Object:
        """The charge, cancelled unless that is too late."""
        try:
            return await self._gate.cancel_intent(intent["id"])
        except stripe.InvalidRequestError:
            return await self._gate.intent(intent["id"])

    async def _refund(self, one: Return) -> Fact | Unknown:
        try:
            intent = await self._gate.find_intent(one.charge_key)
            if intent is None:
                return Unknown(one.key, "the charge is not found yet")
            wish = {
                "payment_intent": intent["id"], "amount": to_stripe(one.amount, one.currency),
                "metadata": {KEY: one.key},
            }  # fmt: skip
            return facts.of_refund(await self._gate.refund(wish, one.key), one.key)
        except (stripe.InvalidRequestError, ValueError) as error:
            reason = getattr(error, "code", None) or "refused"
            return self._ours(one, FactKind.REFUND_FAILED, reason)
        except stripe.StripeError as error:
            return _unknown(one.key, error)

    async def _transfer(self, one: Transfer) -> Fact | Unknown:
        try:
            wish = {
                "amount": on_wire(one.amount, one.currency, "stripe"),
                "currency": one.currency.lower(), "destination": one.account,
                "transfer_group": one.key, "metadata": {KEY: one.key},
            }  # fmt: skip
            return facts.of_transfer(await self._gate.transfer(wish, one.key), one.key)
        except (stripe.InvalidRequestError, ValueError) as error:
            reason = getattr(error, "code", None) or "refused"
            return self._ours(one, FactKind.PAYOUT_FAILED, reason)
        except stripe.StripeError as error:
            return _unknown(one.key, error)

    async def _look_up(self, key: str) -> Fact | Unknown | None:
        try:
            intent = await self._gate.find_intent(key)
        except stripe.StripeError as error:
            raise NoAnswer(type(error).__name__) from None
        return None if intent is None else _told(facts.of_intent(intent, key))

    async def _heard(self, kind: str, one: Object) -> Fact | Action | Unknown | None:
        match kind:
            case "payment_intent.succeeded" if key := facts.key_of(one):
                return facts.of_intent(await self._gate.intent(one["id"]), key)
            case "payment_intent.canceled" if key := facts.key_of(one):
                return facts.of_intent(one, key)
            case "payment_intent.payment_failed" if key := facts.key_of(one):
                ended = await self._ended(one)  # else the buyer might still pay with its secret
                why = one.get("last_payment_error")
                return facts.of_intent({**ended, "last_payment_error": why}, key)
            case "refund.updated" | "refund.failed" | "charge.refund.updated" if (
                key := facts.key_of(one)
            ):
                return facts.of_refund(one, key)
            case "charge.dispute.created" | "charge.dispute.closed":
                key = facts.key_of(await self._gate.intent(one["payment_intent"]))
                return facts.of_dispute(one, key) if key else None
            case _:
                return None

    def _event(self, headers: Mapping[str, str], body: bytes) -> Any:
        try:
            text = body.decode()
            stripe.WebhookSignature.verify_header(
                text, headers.get("stripe-signature"), self._secret, 300
            )
            return msgspec.json.decode(body, type=dict[str, Any])
        except stripe.SignatureVerificationError:
            raise BadSignature("the signature does not fit, or is too old") from None
        except (UnicodeDecodeError, msgspec.DecodeError) as error:
            raise BadWebhook(f"not an event: {error}") from error

    def _ours(
        self, one: Charge | Capture | Return | Transfer, kind: FactKind, reason: str = ""
    ) -> Fact:
        """A fact that needs no object of Stripe's: the request itself was refused, or is void."""
        return Fact(
            f"{one.key}:{kind}", kind, one.key, one.amount, one.currency, 0, reason, self._now()
        )


def _told(said: Fact | Action | Unknown) -> Fact | Unknown:
    return Unknown(said.key, "waits for its buyer") if isinstance(said, Action) else said


def _unknown(key: str, error: stripe.StripeError) -> Unknown:
    if isinstance(error, stripe.IdempotencyError):
        return Unknown(key, "key_reused")
    return Unknown(key, f"{type(error).__name__} {error.http_status or ''}".strip())
