"""Stripe's objects in the shapes that its API documents."""

import hashlib
import hmac
import time
from datetime import UTC, datetime
from typing import Any

import msgspec

from tests.payments.providers.stripe.conftest import KEY, SECRET

AT = 1_767_614_400
WHEN = datetime(2026, 1, 5, 12, tzinfo=UTC)


def intent(**more: Any) -> dict[str, Any]:
    return {
        "id": "pi_1", "object": "payment_intent", "amount": 1000, "amount_received": 1000,
        "currency": "eur", "status": "succeeded", "created": AT, "last_payment_error": None,
        "client_secret": "pi_1_secret_x", "metadata": {"fondaco_key": "pay_1"},
        "latest_charge": {
            "id": "ch_1", "object": "charge", "balance_transaction": {
                "id": "txn_1", "object": "balance_transaction", "amount": 1000, "fee": 54,
                "currency": "eur",
            },
        },
    } | more  # fmt: skip


def found(*some: dict[str, Any]) -> dict[str, Any]:
    return {"object": "search_result", "data": list(some), "has_more": False, "url": "/x"}


def listed(*some: dict[str, Any]) -> dict[str, Any]:
    return {"object": "list", "data": list(some), "has_more": False, "url": "/x"}


def error(kind: str, code: str = "", **more: Any) -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "message": f"about {KEY}"} | more}


def event(kind: str, one: dict[str, Any], **more: Any) -> tuple[dict[str, str], bytes]:
    body = msgspec.json.encode(
        {"id": "evt_1", "object": "event", "type": kind, "data": {"object": one}} | more
    )
    now = int(time.time())
    signed = hmac.new(SECRET.encode(), b"%d." % now + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={now},v1={signed}"}, body
