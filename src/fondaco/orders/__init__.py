"""Orders: a purchase that a buyer pays once, and the order of each seller in it.

Owns the schema `orders`. Promises that a purchase gets all its units or none, that its money
is held for each order until it is confirmed, and that whatever goes back and whatever is settled
sum to exactly what was paid. Publishes `purchase.placed` and `order.<state>`.
"""

from fondaco.orders.actions import (
    Confirm,
    Dispute,
    DoDue,
    Extend,
    OrderRefusal,
    RecordScan,
    Refund,
    Refunded,
    RefundLine,
    Rule,
    ScanRefusal,
    Ship,
)
from fondaco.orders.aftersale import dispute, do_due, refund, rule
from fondaco.orders.chargebacks import (
    ChargebackRefusal,
    RecordChargeback,
    Stage,
    record_chargeback,
)
from fondaco.orders.checkout import Bought, Charged, Charging, Checkout
from fondaco.orders.fulfil import confirm, extend, record_scan, ship
from fondaco.orders.jobs import collect, payment_fact, sweep_due, sweeps
from fondaco.orders.listing import QUOTE_HOLDS, QuoteRate, QuoteRefusal, RateQuoted, quote_rate
from fondaco.orders.model import (
    Agreed,
    Attempt,
    AttemptRefusal,
    Paid,
    PaymentRecorded,
    PaymentRefusal,
    Place,
    Placed,
    PlacedOrder,
    PlaceLine,
    PlaceRefusal,
    RecordPayment,
    ReturnUnapplied,
    Tender,
    UnappliedRefusal,
)
from fondaco.orders.place import place
from fondaco.orders.queries import (
    INVARIANTS,
    discounts_of,
    lines_of,
    orders_of,
    orders_of_seller,
    purchase,
    purchases_of,
    steps_of,
)
from fondaco.orders.receive import attempt, record_payment, return_unapplied

__all__ = [
    "INVARIANTS",
    "QUOTE_HOLDS",
    "Agreed",
    "Attempt",
    "AttemptRefusal",
    "Bought",
    "ChargebackRefusal",
    "Charged",
    "Charging",
    "Checkout",
    "Confirm",
    "Dispute",
    "DoDue",
    "Extend",
    "OrderRefusal",
    "Paid",
    "PaymentRecorded",
    "PaymentRefusal",
    "Place",
    "PlaceLine",
    "PlaceRefusal",
    "Placed",
    "PlacedOrder",
    "QuoteRate",
    "QuoteRefusal",
    "RateQuoted",
    "RecordChargeback",
    "RecordPayment",
    "RecordScan",
    "Refund",
    "RefundLine",
    "Refunded",
    "ReturnUnapplied",
    "Rule",
    "ScanRefusal",
    "Ship",
    "Stage",
    "Tender",
    "UnappliedRefusal",
    "attempt",
    "collect",
    "confirm",
    "discounts_of",
    "dispute",
    "do_due",
    "extend",
    "lines_of",
    "orders_of",
    "orders_of_seller",
    "payment_fact",
    "place",
    "purchase",
    "purchases_of",
    "quote_rate",
    "record_chargeback",
    "record_payment",
    "record_scan",
    "refund",
    "return_unapplied",
    "rule",
    "ship",
    "steps_of",
    "sweep_due",
    "sweeps",
]
