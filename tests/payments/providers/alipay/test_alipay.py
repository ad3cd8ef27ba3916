"""Alipay against a stand-in that signs and verifies as the real gateway does."""

import base64
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

import httpx
import pytest
from alipay import AliPay
from cryptography.hazmat.primitives import serialization

from fondaco.kernel.settings import Settings, SettingsError
from fondaco.payments.providers import (
    Ability,
    Action,
    BadSignature,
    BadWebhook,
    Charge,
    Fact,
    FactKind,
    NoAnswer,
    ReportLine,
    Return,
    Unable,
    Unknown,
)
from fondaco.payments.providers.alipay import Alipay
from fondaco.payments.providers.alipay.bill import BadBill, fen, lines, yuan
from fondaco.payments.providers.alipay.signing import BadKey, Keys, in_order
from fondaco.payments.providers.chosen import chosen
from tests.payments.providers.alipay.stand_in import APP, StandIn, pair

OURS, THEIRS = pair(), pair()
NOTIFY = "https://shop.test/api/webhooks/alipay"
PAID_AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
CHARGE = Charge("pay_1", 12_34, "CNY", "page", "pur_1")


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    stand_in = StandIn(THEIRS[0], OURS[1])
    yield stand_in
    stand_in.close()


@pytest.fixture
async def alipay(stand_in: StandIn) -> AsyncIterator[Alipay]:
    alipay = Alipay(APP, Keys(OURS[0], THEIRS[1]), notify_url=NOTIFY, url=stand_in.url)
    yield alipay
    await alipay.aclose()


async def paid(alipay: Alipay, stand_in: StandIn, wish: Charge = CHARGE) -> list[Fact]:
    """The buyer follows the address, pays, and Alipay notifies."""
    [action] = await alipay.charge([wish])
    assert isinstance(action, Action)
    assert httpx.get(action.url, trust_env=False).text == "a page"
    return await alipay.webhook({}, stand_in.notification(wish.key))


async def test_the_buyer_follows_a_signed_address_and_the_notification_pays(
    alipay: Alipay, stand_in: StandIn
) -> None:
    [action] = await alipay.charge([CHARGE])
    assert isinstance(action, Action)
    asked = dict(parse_qsl(urlsplit(action.url).query))
    assert (asked["method"], asked["notify_url"]) == ("alipay.trade.page.pay", NOTIFY)
    assert '"total_amount":"12.34"' in asked["biz_content"]
    assert isinstance((await alipay.look_up(["pay_1"]))[0], Unknown), "the buyer may still come"
    facts = await paid(alipay, stand_in)
    assert [(f.key, f.kind, f.amount, f.currency, f.at) for f in facts] == [
        ("pay_1", FactKind.CAPTURED, 12_34, "CNY", PAID_AT)
    ]
    assert await alipay.look_up(["pay_1"]) == facts, "the same fact under the same id"
    assert await alipay.charge([CHARGE]) == facts, "who is sent again pays once"
    assert alipay.receipt == b"success"


async def test_what_cannot_be_paid_is_declined_without_asking(
    alipay: Alipay, stand_in: StandIn
) -> None:
    facts = await alipay.charge(
        [
            Charge("pay_1", 1, "EUR", "page"),
            Charge("pay_2", 1, "CNY", "tok_ok"),
            Charge("pay_3", -1, "CNY", "wap"),
            Charge("pay_4", 0, "CNY", "wap"),
        ]
    )
    said = [(fact.kind.value, fact.reason) for fact in facts if isinstance(fact, Fact)]
    assert said == [
        ("declined", "other_currency"),
        ("declined", "unknown_token"),
        ("declined", "invalid_amount"),
        ("captured", ""),
    ]
    assert stand_in.asked == []
    with pytest.raises(Unable):
        await alipay.authorise([CHARGE])
    assert alipay.abilities == {Ability.REPORT}


async def test_what_is_not_paid_is_closed_and_what_is_paid_is_told(
    alipay: Alipay, stand_in: StandIn
) -> None:
    for key in ("pay_1", "pay_2"):
        stand_in.visit((await alipay.charge([Charge(key, 5_00, "CNY", "wap")]))[0].url)  # type: ignore[union-attr]
    stand_in.notification("pay_2")
    voided, told, never = await alipay.void(["pay_1", "pay_2", "pay_3"])
    assert isinstance(voided, Fact)
    assert isinstance(told, Fact)
    assert isinstance(never, Fact)
    assert (voided.kind, told.kind, never.kind) == ("voided", "captured", "voided")
    assert stand_in.trades["pay_1"].status == "TRADE_CLOSED"
    [closed] = await alipay.look_up(["pay_1"])
    assert isinstance(closed, Fact)
    assert closed.kind == FactKind.VOIDED


async def test_money_goes_back_once(alipay: Alipay, stand_in: StandIn) -> None:
    await paid(alipay, stand_in)
    back = Return("ref_1", "pay_1", 2_34, "CNY")
    for _ in range(2):
        [fact] = await alipay.refund([back])
        assert isinstance(fact, Fact)
        assert (fact.id, fact.kind, fact.amount) == ("ref_1:refunded", "refunded", 2_34)
    assert stand_in.trades["pay_1"].refunds == {"ref_1": "2.34"}
    refused, foreign = await alipay.refund(
        [Return("ref_2", "pay_9", 1, "CNY"), Return("ref_3", "pay_1", 1, "EUR")]
    )
    assert isinstance(refused, Fact)
    assert isinstance(foreign, Fact)
    assert (refused.kind, refused.reason) == ("refund_failed", "ACQ.TRADE_NOT_EXIST")
    assert foreign.reason == "other_currency"


@pytest.mark.parametrize(
    "fail",
    [
        {"code": "20000", "msg": "Service Currently Unavailable", "sub_code": "aop.unknow-error"},
        {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.SYSTEM_ERROR"},
    ],
)
async def test_what_is_not_definite_is_unknown(
    alipay: Alipay, stand_in: StandIn, fail: dict[str, str]
) -> None:
    await paid(alipay, stand_in)
    stand_in.fail = fail
    assert await alipay.refund([Return("ref_1", "pay_1", 1, "CNY")]) == [
        Unknown("ref_1", fail["sub_code"])
    ]
    assert await alipay.void(["pay_1"]) == [Unknown("pay_1", fail["sub_code"])]
    with pytest.raises(NoAnswer):
        await alipay.look_up(["pay_1"])
    with pytest.raises(NoAnswer):
        await alipay.report(date(2026, 1, 5))


async def test_an_answer_that_is_not_signed_is_not_believed(
    alipay: Alipay, stand_in: StandIn
) -> None:
    await paid(alipay, stand_in)
    stand_in.break_signature = True
    with pytest.raises(NoAnswer, match="not signed"):
        await alipay.look_up(["pay_1"])
    [back] = await alipay.refund([Return("ref_1", "pay_1", 1, "CNY")])
    assert isinstance(back, Unknown)


async def test_a_notification_must_be_signed_and_ours(alipay: Alipay, stand_in: StandIn) -> None:
    stand_in.visit((await alipay.charge([CHARGE]))[0].url)  # type: ignore[union-attr]
    good = stand_in.notification("pay_1")
    bad = [
        good.replace(b"12.34", b"99.34"),
        good.replace(b"sign_type=RSA2", b"sign_type=RSA"),
        b"out_trade_no=pay_1",
        b"",
        b"\xff=1",
        good + b"&out_trade_no=pay_2",
        stand_in.notification("pay_1", app_id="another"),
        stand_in.notification("pay_1", total_amount="1.234"),
    ]
    for body in bad:
        with pytest.raises(BadWebhook):
            await alipay.webhook({}, body)
    with pytest.raises(BadSignature):
        await alipay.webhook({}, bad[0])
    [fact] = await alipay.webhook({}, good)
    assert fact.kind == FactKind.CAPTURED
    assert await alipay.webhook({}, stand_in.notification("pay_1", "WAIT_BUYER_PAY")) == []
    [closed] = await alipay.webhook({}, stand_in.notification("pay_1", "TRADE_CLOSED"))
    assert closed.kind == FactKind.VOIDED


async def test_the_bill_is_read_with_its_fees_for_a_day_in_utc(
    alipay: Alipay, stand_in: StandIn
) -> None:
    assert await alipay.report(date(2026, 1, 5)) == []
    stand_in.bill = [
        "2026T1\t,pay_1\t,交易,2026-01-05 20:00:00,12.34,,-0.07",
        "2026T1\t,pay_1\t,退款,2026-01-06 07:59:59,-2.34,ref_1,0.01",
        "2026T2\t,pay_2\t,交易,2026-01-06 08:00:00,1.00,,0.00",
        "2026T3\t,x,其他,2026-01-05 20:00:00,1.00,,0.00",
    ]
    found = await alipay.report(date(2026, 1, 5))
    assert set(found) == {
        ReportLine("pay_1", "captured", 12_34, 7, "CNY", found[0].at, "2026T1"),
        ReportLine("ref_1", "refunded", -2_34, -1, "CNY", found[-1].at, "2026T1"),
    }
    assert found[0].at == PAID_AT
    stand_in.bill = ["2026T1,pay_1,交易,yesterday,12.34,,0"]
    with pytest.raises(NoAnswer, match="line 2"):
        await alipay.report(date(2026, 1, 5))
    with pytest.raises(BadBill):
        lines(b"not a zip")


def test_our_signature_is_that_of_another_implementation() -> None:
    sdk = AliPay(APP, app_private_key_string=OURS[0], alipay_public_key_string=THEIRS[1])
    text = sdk.api_alipay_trade_page_pay(subject="书", out_trade_no="pay_1", total_amount="1.00")
    given = {
        name: unquote_plus(value) for name, _, value in (p.partition("=") for p in text.split("&"))
    }
    sign = given.pop("sign")
    assert Keys(OURS[0], THEIRS[1]).sign(in_order(given)) == sign


def test_keys_are_read_bare_as_alipay_gives_them_and_never_shown() -> None:
    def bare(pem: str) -> str:
        return "".join(line for line in pem.splitlines() if "-----" not in line)

    old = serialization.load_pem_private_key(OURS[0].encode(), None).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )  # fmt: skip
    signed = Keys(OURS[0], THEIRS[1]).sign("x")
    assert Keys(bare(OURS[0]), bare(THEIRS[1])).sign("x") == signed
    assert Keys(base64.b64encode(old).decode(), THEIRS[1]).sign("x") == signed
    for bad in (("nonsense", THEIRS[1]), (OURS[0], "nonsense"), (OURS[0][:200], THEIRS[1])):
        with pytest.raises(BadKey) as caught:
            Keys(*bad)
        assert bad[0] not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "amount"), [("12.34", 1234), ("5", 500), ("0.1", 10), ("-2.05", -205)]
)
def test_yuan_are_read_exactly(text: str, amount: int) -> None:
    assert fen(text) == amount
    assert fen(yuan(abs(amount))) == abs(amount)


@pytest.mark.parametrize("text", ["", "1.234", "1,000", "1e3", "NaN", "１"])  # noqa: RUF001
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="yuan"):
        fen(text)


ALIPAY: Any = {
    "providers": "sandbox,alipay", "alipay_app_id": APP, "alipay_key": OURS[0],
    "alipay_public_key": THEIRS[1], "public_url": "https://shop.test",
}  # fmt: skip


async def test_settings_choose_it(tmp_path: Path) -> None:
    async with chosen(Settings(**ALIPAY), tmp_path, "http://127.0.0.1:9") as choice:
        assert sorted(choice.providers) == ["alipay", "sandbox"]
    for bad, why in (
        ({"public_url": ""}, "public_url"),
        ({"alipay_key": "nonsense"}, "cannot be read"),
        ({"providers": "alipay", "payer": "alipay"}, "pays nobody out"),
    ):
        with pytest.raises(SettingsError, match=why):
            async with chosen(Settings(**(ALIPAY | bad)), tmp_path, "http://127.0.0.1:9"):
                pass
