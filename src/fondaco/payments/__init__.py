"""Payments: money from buyers into escrow, back to them, and on to sellers.

Owns the schema `payments` and the chart of accounts of a marketplace. Promises that a provider
is called only after the attempt's row has committed and always under the same key, that money
captured is held, refunded or shown as unapplied and never lost, and that a seller is never paid
more than is owed. Publishes `refund.requested` and `payout.requested`.
"""

from fondaco.payments.jobs import (
    Providers,
    payout_fact,
    refund_fact,
    send_payouts,
    send_refunds,
    subscribers,
    sweeps,
)
from fondaco.payments.model import (
    BRIDGE,
    COMMISSION,
    ESCROW,
    PAYABLE,
    PAYMENT_DIFFERENCE,
    PROMO,
    TAX_PAYABLE,
    UNAPPLIED,
    VAT_PAYABLE,
    ClawBack,
    NewPayment,
    Payment,
    PayOut,
    PayoutCreated,
    PayoutFact,
    PayoutFactRefusal,
    PayoutRefusal,
    RefundFact,
    RefundFactRefusal,
    Settlement,
)
from fondaco.payments.payouts import pay_out, record_payout
from fondaco.payments.providers.base import BadWebhook, Charge, Fact, FactKind, Provider, Unknown
from fondaco.payments.queries import (
    ASK_AGAIN,
    INVARIANTS,
    balances,
    claim_due,
    payments,
    payments_of,
    payouts,
    payouts_of,
    refunds_of,
)
from fondaco.payments.refunds import record_refund
from fondaco.payments.settlement import open_payments, settle
from fondaco.payments.till import Source, Till, lock_till

__all__ = [
    "ASK_AGAIN",
    "BRIDGE",
    "COMMISSION",
    "ESCROW",
    "INVARIANTS",
    "PAYABLE",
    "PAYMENT_DIFFERENCE",
    "PROMO",
    "TAX_PAYABLE",
    "UNAPPLIED",
    "VAT_PAYABLE",
    "BadWebhook",
    "Charge",
    "ClawBack",
    "Fact",
    "FactKind",
    "NewPayment",
    "PayOut",
    "Payment",
    "PayoutCreated",
    "PayoutFact",
    "PayoutFactRefusal",
    "PayoutRefusal",
    "Provider",
    "Providers",
    "RefundFact",
    "RefundFactRefusal",
    "Settlement",
    "Source",
    "Till",
    "Unknown",
    "balances",
    "claim_due",
    "lock_till",
    "open_payments",
    "pay_out",
    "payments",
    "payments_of",
    "payout_fact",
    "payouts",
    "payouts_of",
    "record_payout",
    "record_refund",
    "refund_fact",
    "refunds_of",
    "send_payouts",
    "send_refunds",
    "settle",
    "subscribers",
    "sweeps",
]
