"""Webhook signatures: what is believed and what is not."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from fondaco.payments.providers import BadSignature, BadWebhook, Fact, FactKind
from fondaco.payments.providers.sandbox import LocalSandbox
from fondaco.payments.providers.signing import SIGNATURE, TIMESTAMP, new_secret, sign, verify

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FACT = Fact("evt_1", FactKind.CAPTURED, "pay_1", 1000, "EUR", 59, "", NOW)
BODY = msgspec.json.encode([FACT])
SECRET = new_secret()


def test_a_signed_body_is_believed() -> None:
    headers = sign(SECRET, "msg_1", BODY, NOW)
    assert verify(SECRET, headers, BODY, NOW) == [FACT]
    assert verify(SECRET, {k.title(): v for k, v in headers.items()}, BODY, NOW) == [FACT]


def test_it_is_the_signature_of_the_standard() -> None:
    # the example that the specification of Standard Webhooks is tested with
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', at)
    assert headers[SIGNATURE] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "body", [BODY.replace(b"1000", b"9000"), BODY + b" ", b""], ids=["other", "longer", "empty"]
)
def test_a_tampered_body_is_refused(body: bytes) -> None:
    with pytest.raises(BadSignature):
        verify(SECRET, sign(SECRET, "msg_1", BODY, NOW), body, NOW)


@pytest.mark.parametrize("header", ["webhook-id", TIMESTAMP, SIGNATURE])
def test_a_changed_or_missing_header_is_refused(header: str) -> None:
    headers = sign(SECRET, "msg_1", BODY, NOW)
    for value in ("", "1", "v1,", "v1,AAAA", "v2," + headers[SIGNATURE][3:], "\udc80"):
        with pytest.raises(BadSignature):
            verify(SECRET, headers | {header: value}, BODY, NOW)
    del headers[header]
    with pytest.raises(BadSignature):
        verify(SECRET, headers, BODY, NOW)


@pytest.mark.parametrize("off", [timedelta(seconds=-301), timedelta(seconds=301)])
def test_an_old_or_future_timestamp_is_refused(off: timedelta) -> None:
    headers = sign(SECRET, "msg_1", BODY, NOW)
    with pytest.raises(BadSignature, match="too far"):
        verify(SECRET, headers, BODY, NOW - off)
    assert verify(SECRET, headers, BODY, NOW - off * 300 / 301) == [FACT]


def test_another_secret_is_refused() -> None:
    with pytest.raises(BadSignature):
        verify(SECRET, sign(new_secret(), "msg_1", BODY, NOW), BODY, NOW)
    assert verify("plain text", sign("plain text", "msg_1", BODY, NOW), BODY, NOW) == [FACT]


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64"])
def test_a_secret_that_protects_nothing_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        sign(secret, "msg_1", BODY, NOW)


def test_one_good_signature_among_several_is_enough() -> None:
    headers = sign(SECRET, "msg_1", BODY, NOW)
    headers[SIGNATURE] = f"v1a,zzz v1,AAAA {headers[SIGNATURE]}"
    assert verify(SECRET, headers, BODY, NOW) == [FACT]


def test_a_signed_body_that_holds_no_facts_is_no_bad_signature() -> None:
    body = b'[{"type": "fact", "kind": "captured"}]'
    with pytest.raises(BadWebhook) as caught:
        verify(SECRET, sign(SECRET, "msg_1", body, NOW), body, NOW)
    assert not isinstance(caught.value, BadSignature)


async def test_the_local_sandbox_verifies_by_its_own_clock() -> None:
    sandbox = LocalSandbox(now=lambda: NOW, secret=SECRET)
    assert await sandbox.webhook(sign(SECRET, "msg_1", BODY, NOW), BODY) == [FACT]
