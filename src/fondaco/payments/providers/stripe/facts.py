"""What Stripe's objects mean. Pure: plain objects as the API documents them in, facts out.

A fact's id follows from the object and what became of it, so that the answer, each webhook and a
look-up tell the same fact under the same id.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from fondaco.payments.providers.base import Action, Fact, FactKind, ReportLine, Unknown
from fondaco.payments.providers.stripe.amounts import from_stripe

KEY: Final = "fondaco_key"
"""The name of our key in Stripe's metadata."""

Object = Mapping[str, Any]
_DISPUTES: Final = {
    "needs_response": FactKind.DISPUTE_OPENED,
    "under_review": FactKind.DISPUTE_OPENED,
    "won": FactKind.DISPUTE_WON,
    "lost": FactKind.DISPUTE_LOST,
}
_REFUNDS: Final = {
    "succeeded": FactKind.REFUNDED,
    "failed": FactKind.REFUND_FAILED,
    "canceled": FactKind.REFUND_FAILED,
}


def key_of(one: Object) -> str:
    """Our key of an object, or empty: it is not of our making."""
    return str((one.get("metadata") or {}).get(KEY, ""))


def of_intent(intent: Object, key: str) -> Fact | Action | Unknown:
    """What became of a charge."""
    error = intent.get("last_payment_error")
    match intent["status"]:
        case "succeeded":
            taken = intent.get("amount_received", intent["amount"])
            return _charged(intent, key, FactKind.CAPTURED, taken, fee=_fee(intent))
        case "requires_capture":
            held = intent.get("amount_capturable", intent["amount"])
            return _charged(intent, key, FactKind.AUTHORIZED, held)
        case "requires_payment_method" | "canceled" if error:
            return _charged(intent, key, FactKind.DECLINED, intent["amount"], reason=_reason(error))
        case "canceled":
            return _charged(intent, key, FactKind.VOIDED, intent["amount"])
        case "requires_action":
            following = intent.get("next_action") or {}
            url = (following.get("redirect_to_url") or {}).get("url", "")
            return Action(key, url=url, client_secret=intent["client_secret"])
        case status:
            return Unknown(key, f"the payment is {status}")


def of_refund(refund: Object, key: str) -> Fact | Unknown:
    """What became of a refund."""
    kind = _REFUNDS.get(refund["status"])
    if kind is None:
        return Unknown(key, f"the refund is {refund['status']}")
    return _fact(refund, key, kind, refund["amount"], reason=refund.get("failure_reason") or "")


def of_transfer(transfer: Object, key: str) -> Fact:
    """What became of a payout: it is with the connected account."""
    return _fact(transfer, key, FactKind.PAID_OUT, transfer["amount"])


def of_dispute(dispute: Object, key: str) -> Fact | None:
    """What is said of a dispute; None for an inquiry, which moves no money."""
    kind = _DISPUTES.get(dispute["status"])
    if kind is None:
        return None
    currency = dispute["currency"].upper()
    opened = kind == FactKind.DISPUTE_OPENED
    fee = sum(
        line["fee"]
        for line in dispute.get("balance_transactions") or ()
        if line["currency"].upper() == currency and line["fee"] > 0
    )
    due = (dispute.get("evidence_details") or {}).get("due_by") if opened else None
    return Fact(
        f"{dispute['id']}:{kind}", kind, key, from_stripe(dispute["amount"], currency), currency,
        from_stripe(fee, currency) if opened else 0, dispute.get("reason") or "",
        _time(dispute["created"]), dispute["id"], None if due is None else _time(due),
    )  # fmt: skip


def of_balance(line: Object) -> ReportLine:
    """A movement of the balance, with its source expanded."""
    source, currency = line.get("source"), line["currency"].upper()
    key = key_of(source) if isinstance(source, Mapping) else ""
    name = source["id"] if isinstance(source, Mapping) else source or line["id"]
    return ReportLine(
        key, line["type"], from_stripe(line["amount"], currency),
        from_stripe(line["fee"], currency), currency, _time(line["created"]), name,
    )  # fmt: skip


def _charged(
    intent: Object, key: str, kind: FactKind, amount: int, fee: int = 0, reason: str = ""
) -> Fact:
    return _fact(intent, key, kind, amount, fee, reason)


def _fact(
    one: Object, key: str, kind: FactKind, amount: int, fee: int = 0, reason: str = ""
) -> Fact:
    currency = one["currency"].upper()
    return Fact(
        f"{one['id']}:{kind}", kind, key, from_stripe(amount, currency), currency,
        from_stripe(fee, currency), reason, _time(one["created"]),
    )  # fmt: skip


def _fee(intent: Object) -> int:
    """Stripe's fee, if it is in the currency of the charge; else the day's report alone has it."""
    charge = intent.get("latest_charge")
    moved = charge.get("balance_transaction") if isinstance(charge, Mapping) else None
    if not isinstance(moved, Mapping) or moved["currency"] != intent["currency"]:
        return 0
    return int(moved["fee"])


def _reason(error: Object) -> str:
    return str(error.get("decline_code") or error.get("code") or "declined")


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
