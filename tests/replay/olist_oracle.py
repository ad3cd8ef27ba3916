"""What a replay must come to, worked out from the rows alone: no database, none of its code."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

Files = dict[str, list[dict[str, str]]]
"""The rows of `orders`, `order_items` and `order_payments`, each as text by column."""

SENT = {"shipped", "delivered"}
CALLED_OFF = {"canceled", "unavailable"}


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


def expected(files: Files) -> dict[str, Any]:
    """Every figure of the replay but those that depend on the machine."""
    status = {row["order_id"]: row["order_status"] for row in files["orders"]}
    items, strays = of_orders(files.get("order_items", []), status)
    payments, more_strays = of_orders(files.get("order_payments", []), status)
    totals: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
    net_of: Counter[str] = Counter()
    for order, state in status.items():
        mine = items[order]
        paid = sum(cents(row["payment_value"]) for row in payments[order])
        totals.update(count(mine, paid))  # not +=, which drops what is not positive
        totals.update(outcome(mine, paid, state))
        if state == "delivered":
            for row in mine:
                net_of[row["seller_id"]] += net(row)
    paid_out = [(seller, amount) for seller, amount in net_of.items() if amount]
    ranked = sorted(paid_out, key=lambda pair: (-pair[1], pair[0]))
    return {
        **{name: totals[name] for name in COUNTED},
        "top_sellers": [{"seller": seller, "net": amount} for seller, amount in ranked[:3]],
        "breaks": strays + more_strays,
        "violations": 0,
    }


COUNTED = (
    "purchases", "orders", "lines", "captured", "goods", "freight", "difference", "unapplied",
    "refunded", "escrow_open", "settled_orders", "settled_gross", "commission", "seller_net",
    "units_on_hand", "units_reserved", "difference_open", "unapplied_open",
)  # fmt: skip


def of_orders(
    rows: list[dict[str, str]], known: dict[str, str]
) -> tuple[dict[str, list[dict[str, str]]], int]:
    """Rows by order, and how many are of no order."""
    grouped = defaultdict(list)
    for row in rows:
        grouped[row["order_id"]].append(row)
    return grouped, sum(len(mine) for order, mine in grouped.items() if order not in known)


def count(items: list[dict[str, str]], paid: int) -> dict[str, int]:
    """What counts whatever the status."""
    return {
        "purchases": 1,
        "orders": len({row["seller_id"] for row in items}),
        "lines": len(items),
        "captured": paid,
        "goods": sum(cents(row["price"]) for row in items),
        "freight": sum(cents(row["freight_value"]) for row in items),
        "unapplied": 0 if items else paid,
    }


def outcome(items: list[dict[str, str]], paid: int, state: str) -> dict[str, int]:
    """What depends on how far the order came."""
    due = sum(cents(row["price"]) + cents(row["freight_value"]) for row in items)
    over = paid - due if items else 0
    left = {"difference": over, "units_on_hand": 0 if state in SENT else len(items)}
    if state in CALLED_OFF:
        return left | {"refunded": paid}
    left |= {"difference_open": over, "unapplied_open": 0 if items else paid}
    if state != "delivered":
        return left | {
            "escrow_open": due, "units_reserved": 0 if state in SENT else len(items)
        }  # fmt: skip
    return left | {
        "settled_orders": len({row["seller_id"] for row in items}),
        "settled_gross": due,
        "commission": sum(commission(row) for row in items),
        "seller_net": sum(net(row) for row in items),
    }


def commission(row: dict[str, str]) -> int:
    """A tenth of the price, half a cent up."""
    return (cents(row["price"]) + 5) // 10


def net(row: dict[str, str]) -> int:
    return cents(row["price"]) + cents(row["freight_value"]) - commission(row)
