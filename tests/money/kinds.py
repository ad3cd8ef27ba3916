"""Every kind of step that the machine must have taken, not only tried, in all its runs."""

KINDS = frozenset(
    [
        "answered", "approve", "attempt", "block", "bond draw", "bond refund", "buy",
        "came back whole", "chargeback lost", "chargeback open", "chargeback won", "claim",
        "claim after a return", "claim due closed", "claim due open", "claim due ruled",
        "claim of a settled", "confirm", "coupon", "delivered", "deposit", "dispute",
        "draw gift_card", "draw wallet", "drawn by age", "due cancelled", "due confirmed",
        "due expired", "due settled", "escalated", "evidence", "extend", "filibuster", "foreign",
        "gave way", "gift card", "grant", "hold", "inspected", "inspected a settled",
        "inspected fewer", "inspected for less", "late", "lift", "lost", "one_off", "paid",
        "pay out", "payment failed", "payment voided", "payout failed", "payout paid",
        "payout policy", "payout returned", "penalty", "period", "put back", "recover",
        "refund failed", "refund open all", "refund open amount", "refund open units",
        "refund settled all", "refund settled amount", "refund settled units", "refunded",
        "released", "return", "return due approved", "return due closed", "return due inspected",
        "return due received", "return of a settled", "return: approve", "return: decline",
        "return: receive", "return: send", "return: withdraw", "revived", "rule", "rule in full",
        "ruled", "ruled all", "ruled at cost", "ruled nothing", "scan", "schedule", "set bond",
        "set reserve", "ship", "subscribe", "turn", "turn down", "unsubscribe", "withdrawn",
        "write off", "wrong amount",
    ]
)  # fmt: skip
