"""Alipay as a Provider: page pay, query, refund, close, notifications, and the day's bill."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from fondaco.kernel.clock import Clock, system_clock
from fondaco.payments.providers.alipay.bill import BadBill, fen, lines, yuan
from fondaco.payments.providers.alipay.gateway import BEIJING, TIME, URL, Gateway, Refusal, Silent
from fondaco.payments.providers.alipay.signing import SIGN_TYPE, Keys, in_order
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
    Unable,
    Unknown,
)

_PAGES: Final = {
    "page": ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
    "wap": ("alipay.trade.wap.pay", "QUICK_WAP_WAY"),
}
_PAID: Final = ("TRADE_SUCCESS", "TRADE_FINISHED")
_NONE: Final = "ACQ.TRADE_NOT_EXIST"
_NO_BILL: Final = "isp.bill_not_exist"
_MOST_FIELDS: Final = 200


class Alipay:
    """Pays by Alipay, in yuan. `notify_url` is where Alipay tells what became of a trade.

    The token is `page` for a desktop's browser or `wap` for a phone's. A buyer has `patience` to
    pay on Alipay's page.
    """

    name = "alipay"
    abilities = frozenset({Ability.REPORT})
    receipt = b"success"

    def __init__(
        self,
        app_id: str,
        keys: Keys,
        *,
        notify_url: str,
        return_url: str = "",
        url: str | None = None,
        patience: timedelta = timedelta(minutes=30),
        timeout: float = 20.0,
        now: Clock = system_clock,
    ) -> None:
        self._app_id, self._keys, self._now = app_id, keys, now
        self._gateway = Gateway(app_id, keys, url or URL, timeout, now)
        self._urls = {"notify_url": notify_url, "return_url": return_url}
        self._patience = patience

    async def charge(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Where the buyer pays; or what became of it, if that is known."""
        return await asyncio.gather(*(self._charge(one) for one in batch))

    async def authorise(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Page pay takes money at once."""
        raise Unable("Alipay's page pay does not hold money")

    async def capture(self, batch: Sequence[Capture]) -> list[Fact | Unknown]:
        """Page pay takes money at once."""
        raise Unable("Alipay's page pay does not hold money")

    async def void(self, keys: Sequence[str]) -> list[Fact | Unknown]:
        """Close trades that are not paid."""
        return await asyncio.gather(*(self._close(key) for key in keys))

    async def refund(self, batch: Sequence[Return]) -> list[Fact | Unknown]:
        """Give paid money back."""
        return await asyncio.gather(*(self._refund(one) for one in batch))

    async def pay_out(self, batch: Sequence[Transfer]) -> list[Fact | Unknown]:
        """Not by this product of Alipay's."""
        raise Unable("Alipay's page pay pays nobody out")

    async def look_up(self, keys: Sequence[str]) -> list[Fact | Unknown | None]:
        """What became of trades. A trade begins when its buyer opens the page, so one that Alipay
        does not know of may still come.
        """
        return await asyncio.gather(*(self._look_up(key) for key in keys))

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> list[Fact]:
        """The fact in a notification. Raises BadSignature or BadWebhook."""
        given = _form(body)
        sign, kind = given.pop("sign", ""), given.pop("sign_type", "")
        if kind != SIGN_TYPE or not self._keys.signed_by_alipay(in_order(given).encode(), sign):
            raise BadSignature("the signature does not fit")
        if given.get("app_id") != self._app_id:
            raise BadWebhook("it is for another application")
        try:
            fact = _fact(given, given["out_trade_no"], given.get("gmt_payment"), self._now())
        except (KeyError, ValueError) as error:
            raise BadWebhook(f"not a notification of a trade: {error}") from None
        return [fact] if fact else []

    async def report(self, day: date) -> list[ReportLine]:
        """Trades and refunds of a day in UTC, with Alipay's fees. Raises NoAnswer.

        Bills are of days in Beijing, and there by the next noon: two of them make one of ours.
        """
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        end = start + timedelta(days=1)
        try:
            bills = [await self._bill(one) for one in (day, day + timedelta(days=1))]
        except (Silent, Refusal, BadBill) as error:
            raise NoAnswer(str(error)) from None
        found = [line for bill in bills for line in bill if start <= line.at < end]
        return sorted(found, key=lambda line: line.at)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._gateway.aclose()

    async def _charge(self, one: Charge) -> Fact | Action | Unknown:
        if one.amount == 0:
            return self._ours(one, FactKind.CAPTURED)
        reason = _impossible(one)
        if reason:
            return self._ours(one, FactKind.DECLINED, reason)
        known = await self._look_up(one.key, patient=True)
        if isinstance(known, Fact):
            return known
        method, product = _PAGES[one.token]
        until = (self._now() + self._patience).astimezone(BEIJING)
        content = {
            "out_trade_no": one.key, "total_amount": yuan(one.amount), "product_code": product,
            "subject": one.reference or one.key, "time_expire": until.strftime(TIME),
        }  # fmt: skip
        return Action(one.key, url=self._gateway.address(method, content, **self._urls))

    async def _look_up(self, key: str, patient: bool = False) -> Fact | Unknown:
        try:
            trade = await self._gateway.ask("alipay.trade.query", {"out_trade_no": key})
            fact = _fact(trade, key, trade.get("send_pay_date"), self._now())
        except Refusal as error:
            return Unknown(key, error.code)
        except (Silent, KeyError, ValueError) as error:
            if patient:
                return Unknown(key, str(error))
            raise NoAnswer(str(error)) from None
        return fact or Unknown(key, "waits for its buyer")

    async def _close(self, key: str) -> Fact | Unknown:
        try:
            await self._gateway.ask("alipay.trade.close", {"out_trade_no": key})
        except Refusal as error:
            if error.code != _NONE:  # paid, or closed before
                return await self._look_up(key, patient=True)
        except Silent as error:
            return Unknown(key, str(error))
        return Fact(f"{key}:voided", FactKind.VOIDED, key, 0, "CNY", 0, "closed", self._now())

    async def _refund(self, one: Return) -> Fact | Unknown:
        content = {"out_trade_no": one.charge_key, "out_request_no": one.key}
        try:
            if one.currency != "CNY":
                raise Refusal("other_currency")
            wish = {**content, "refund_amount": yuan(one.amount)}
            said = await self._gateway.ask("alipay.trade.refund", wish)
            if said.get("fund_change") != "Y":  # it was made before, or is not made yet
                asked = await self._gateway.ask("alipay.trade.fastpay.refund.query", content)
                if asked.get("refund_status") != "REFUND_SUCCESS":
                    return Unknown(one.key, "the refund is under way")
        except Refusal as error:
            return self._ours(one, FactKind.REFUND_FAILED, error.code)
        except Silent as error:
            return Unknown(one.key, str(error))
        return self._ours(one, FactKind.REFUNDED)

    async def _bill(self, day: date) -> list[ReportLine]:
        content = {"bill_type": "trade", "bill_date": day.isoformat()}
        try:
            said = await self._gateway.ask(
                "alipay.data.dataservice.bill.downloadurl.query", content
            )
        except Refusal as error:
            if error.code == _NO_BILL:
                return []
            raise
        return lines(await self._gateway.download(said["bill_download_url"]))

    def _ours(self, one: Charge | Return, kind: FactKind, reason: str = "") -> Fact:
        return Fact(
            f"{one.key}:{kind}", kind, one.key, one.amount, one.currency, 0, reason, self._now()
        )


def _impossible(one: Charge) -> str:
    """Why a charge cannot be made at all, or nothing."""
    if one.currency != "CNY":
        return "other_currency"
    if one.token not in _PAGES:
        return "unknown_token"
    return "" if 0 < one.amount <= 10**10 else "invalid_amount"


def _fact(trade: Mapping[str, Any], key: str, paid_at: str | None, now: datetime) -> Fact | None:
    """What a trade's status says for good; None while it waits for its buyer."""
    status = trade["trade_status"]
    if status in _PAID or (status == "TRADE_CLOSED" and paid_at):  # closed: all of it went back
        at = datetime.strptime(paid_at, TIME).replace(tzinfo=BEIJING) if paid_at else now
        amount = fen(trade["total_amount"])
        return Fact(
            f"{trade['trade_no']}:captured", FactKind.CAPTURED, key, amount, "CNY", 0, "",
            at.astimezone(UTC),
        )  # fmt: skip
    if status == "TRADE_CLOSED":
        return Fact(f"{key}:voided", FactKind.VOIDED, key, 0, "CNY", 0, "closed", now)
    return None


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise BadWebhook(f"not a form: {error}") from None
    if len(pairs) != len(given := dict(pairs)):
        raise BadWebhook("a field stands there twice")
    return given
