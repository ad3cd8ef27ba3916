"""What the sandbox decides about one request. Pure: no I/O, no time, no memory."""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from fondaco.kernel.money import MAX_AMOUNT
from fondaco.payments.providers.base import Capture, Charge, FactKind, Return, Transfer
from fondaco.payments.providers.sandbox.modes import CLOSED_ACCOUNT, Fees, Mode, Token

AFTERWARDS: Final = "#end"
"""What a charge's key is followed by in the key of its capture or its void."""

_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class Reason(StrEnum):
    """Why the provider said no."""

    INVALID_AMOUNT = "invalid_amount"
    INVALID_CURRENCY = "invalid_currency"
    UNKNOWN_TOKEN = "unknown_token"  # noqa: S105 - a reason, not a secret
    DECLINED = "declined"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    UNKNOWN_CHARGE = "unknown_charge"
    OTHER_CURRENCY = "other_currency"
    OVER_CAPTURED = "over_captured"
    REFUND_REFUSED = "refund_refused"
    ACCOUNT_CLOSED = "account_closed"
    PAYOUT_REFUSED = "payout_refused"
    NOT_HELD = "not_held"


class Asked(NamedTuple):
    """A request, whichever its kind. `subject`: a charge's token, a refund's charge, an account."""

    key: str
    service: str
    amount: int
    currency: str
    subject: str
    reference: str = ""


class Verdict(NamedTuple):
    """What became of a request. `taken`: the money that moved, where it is not what was asked."""

    kind: FactKind
    reason: str = ""
    fee: int = 0
    taken: int | None = None


class Captured(NamedTuple):
    """What a charge brought in and how much of that has not gone back."""

    currency: str
    left: int


def charged(one: Charge) -> Asked:
    """A charge as the book keeps it."""
    return Asked(one.key, "charge", one.amount, one.currency, one.token, one.reference)


def authorised(one: Charge) -> Asked:
    """A charge that is only held for now."""
    return charged(one)._replace(service="authorise")


def captured(one: Capture) -> Asked:
    """The end of an authorised charge that takes its money; the book keeps it beside the charge."""
    return Asked(one.key + AFTERWARDS, "capture", one.amount, one.currency, one.key)


def returned(one: Return) -> Asked:
    """A refund as the book keeps it."""
    return Asked(one.key, "refund", one.amount, one.currency, one.charge_key)


def transferred(one: Transfer) -> Asked:
    """A payout as the book keeps it."""
    return Asked(one.key, "payout", one.amount, one.currency, one.account)


def on_charge(asked: Asked, mode: Mode, fees: Fees) -> Verdict:
    """Capture or decline; there is nothing to decline about a charge of 0."""
    if reason := _malformed(asked, least=0):
        return Verdict(FactKind.DECLINED, reason)
    if asked.amount == 0:
        held = asked.service == "authorise"
        return Verdict(FactKind.AUTHORIZED if held else FactKind.CAPTURED)
    match asked.subject:
        case Token.OK | Token.SLOW | Token.LOST | Token.PAGE:
            if mode.strikes(mode.decline, "decline", asked.key):
                return Verdict(FactKind.DECLINED, Reason.DECLINED)
            if asked.service == "authorise":
                return Verdict(FactKind.AUTHORIZED)
            taken = mode.taken(asked.amount, asked.key)
            return Verdict(FactKind.CAPTURED, fee=fees.of(taken), taken=taken)
        case Token.DECLINED:
            return Verdict(FactKind.DECLINED, Reason.DECLINED)
        case Token.INSUFFICIENT_FUNDS:
            return Verdict(FactKind.DECLINED, Reason.INSUFFICIENT_FUNDS)
        case _:
            return Verdict(FactKind.DECLINED, Reason.UNKNOWN_TOKEN)


def on_capture(asked: Asked, held: Asked | None, fees: Fees) -> Verdict:
    """Take what is held, or part of it."""
    if held is None or held.currency != asked.currency or asked.amount > held.amount:
        return Verdict(FactKind.DECLINED, Reason.NOT_HELD)
    if reason := _malformed(asked, least=0):
        return Verdict(FactKind.DECLINED, reason)
    return Verdict(FactKind.CAPTURED, fee=fees.of(asked.amount))


def on_refund(asked: Asked, mode: Mode, charge: Captured | None) -> Verdict:
    """Give back what is left of a captured charge, or fail. The fee is kept."""
    reason = _malformed(asked, least=1)
    if not reason and charge is None:
        reason = Reason.UNKNOWN_CHARGE
    elif not reason and charge is not None:
        if charge.currency != asked.currency:
            reason = Reason.OTHER_CURRENCY
        elif asked.amount > charge.left:
            reason = Reason.OVER_CAPTURED
        elif mode.strikes(mode.fail_refund, "fail_refund", asked.key):
            reason = Reason.REFUND_REFUSED
    return Verdict(FactKind.REFUND_FAILED, reason) if reason else Verdict(FactKind.REFUNDED)


def on_payout(asked: Asked, mode: Mode) -> Verdict:
    """Send the money, or fail."""
    reason = _malformed(asked, least=1)
    if not reason and asked.subject == CLOSED_ACCOUNT:
        reason = Reason.ACCOUNT_CLOSED
    elif not reason and mode.strikes(mode.fail_payout, "fail_payout", asked.key):
        reason = Reason.PAYOUT_REFUSED
    return Verdict(FactKind.PAYOUT_FAILED, reason) if reason else Verdict(FactKind.PAID_OUT)


def _malformed(asked: Asked, least: int) -> str:
    if not least <= asked.amount <= MAX_AMOUNT:
        return Reason.INVALID_AMOUNT
    return "" if _CURRENCY.fullmatch(asked.currency) else Reason.INVALID_CURRENCY
