"""Webhook signatures as in Standard Webhooks: HMAC-SHA256 over id, time and body.

A secret is `whsec_` and base64, as the standard writes it; any other text is taken as it is.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from fondaco.payments.providers.base import BadSignature, BadWebhook, Fact

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
TOLERANCE: Final = 300
"""How many seconds a webhook's time may be off before it is taken for a replayed one."""

_PREFIX: Final = "whsec_"
_facts: Final = msgspec.json.Decoder(list[Fact])


def new_secret() -> str:
    """A fresh random secret."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(secret: str, message_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """The three headers that a webhook sent at `at` carries."""
    timestamp = str(int(at.timestamp()))
    signature = _signature(secret, message_id, timestamp, body)
    return {ID: message_id, TIMESTAMP: timestamp, SIGNATURE: f"v1,{signature}"}


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Fact]:
    """The facts in a signed body. Raises BadSignature or BadWebhook; header case is ignored."""
    given = {name.lower(): value for name, value in headers.items()}
    if missing := [name for name in (ID, TIMESTAMP, SIGNATURE) if name not in given]:
        raise BadSignature(f"no {missing[0]} header")
    timestamp = given[TIMESTAMP]
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise BadSignature("the timestamp is not in seconds")
    expected = _signature(secret, given[ID], timestamp, body).encode()
    offered = [one.removeprefix("v1,") for one in given[SIGNATURE].split() if one[:3] == "v1,"]
    if not any(hmac.compare_digest(expected, one.encode(errors="replace")) for one in offered):
        raise BadSignature("the signature does not fit")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE:
        raise BadSignature("the timestamp is too far from now")
    try:
        return _facts.decode(body)
    except msgspec.DecodeError as error:
        raise BadWebhook(f"not a list of facts: {error}") from error


def _signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    signed = f"{message_id}.{timestamp}.".encode(errors="replace") + body
    return base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    if secret in ("", _PREFIX):
        raise ValueError("the webhook secret is empty")
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("the webhook secret is not base64 after whsec_") from None
