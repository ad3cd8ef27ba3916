"""What the replay of Online Retail rows must come to: a clerk in plain Python, row by row."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

COLUMNS = ("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
Rows = list[dict[str, str]]

_CODES = {
    "D",
    "S",
    "B",
    "BANK CHARGES",
    "CRUK",
    "AMAZONFEE",
    "ADJUST",
    "ADJUST2",
    "TEST001",
    "TEST002",
}


def _half_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def _class_of(row: dict[str, str]) -> str:
    """Why a row is not traded; empty if it is."""
    invoice, code = row["InvoiceNo"].upper(), row["StockCode"].upper()
    if not row["InvoiceNo"]:
        return "unreadable"
    if invoice[0] == "A":
        return "adjustment"
    if code in _CODES or code.startswith("GIFT_"):
        return "no_sale"
    quantity = int(row["Quantity"])
    if quantity == 0:
        return "unreadable"
    if quantity < 0 and invoice[0] != "C":
        return "negative_quantity"
    if quantity > 0 and invoice[0] == "C":
        return "positive_cancellation"
    price = Decimal(row["UnitPrice"] or "0")
    if price < 0:
        return "negative_price"
    if price * 100 % 1:
        return "unreadable"
    return "" if price else "no_price"


def _sorted_out(rows: Rows) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Counter[str]]:
    """What is sold, what is taken back, and how many rows are neither, by reason."""
    reported: Counter[str] = Counter()
    sold: list[dict[str, Any]] = []
    taken: list[dict[str, Any]] = []
    first: dict[str, str] = {}
    earliest: dict[str, str] = {}
    for number, row in enumerate(rows):
        if reason := _class_of(row):
            reported[reason] += 1
            continue
        invoice, customer = row["InvoiceNo"].upper(), row["CustomerID"]
        one: dict[str, Any] = {
            "invoice": invoice, "row": number, "at": row["InvoiceDate"], "customer": customer,
            "key": (customer, row["StockCode"].upper(), int(Decimal(row["UnitPrice"]) * 100)),
            "units": abs(int(row["Quantity"])), "back": 0,
        }  # fmt: skip
        if invoice[0] == "C":
            taken.append(one)
        elif first.setdefault(invoice, customer) != customer:
            reported["unreadable"] += 1
        else:
            earliest[invoice] = min(earliest.get(invoice, one["at"]), one["at"])
            sold.append(one)
    for one in sold:
        one["at"] = earliest[one["invoice"]]
    return sold, taken, reported


def expected(rows: Rows) -> dict[str, Any]:
    """The figures, in pence."""
    sold, taken, reported = _sorted_out(rows)
    by_key: dict[object, list[dict[str, Any]]] = {}
    for one in sold:
        by_key.setdefault(one["key"], []).append(one)
    matched = 0
    for one in sorted(taken, key=lambda each: (each["at"], each["row"])):
        if not one["customer"]:
            reported["cancellation_without_customer"] += 1
            continue
        sales = [s for s in by_key.get(one["key"], []) if s["at"] <= one["at"]]
        if sum(s["units"] - s["back"] for s in sales) < one["units"]:
            reported["cancellation_without_sale"] += 1
            continue
        matched += 1
        for _ in range(one["units"]):
            last = max((s for s in sales if s["back"] < s["units"]), key=_place)
            last["back"] += 1
    return _sums(len(rows), sold, len(taken), matched, reported)


def _place(sale: dict[str, Any]) -> tuple[str, int]:
    return sale["at"], sale["row"]


def _sums(
    rows: int, sold: list[dict[str, Any]], taken: int, matched: int, reported: Counter[str]
) -> dict[str, Any]:
    goods = vat = refunded = refunded_vat = commission = 0
    for sale in sold:
        price, units, back = sale["key"][2], sale["units"], sale["back"]
        worth = price * units
        tax = _half_up(Decimal(worth) / 6)
        fee = _half_up(Decimal(worth) / 10)
        goods += worth
        vat += tax
        refunded += price * back
        # each unit has its share of the tax, and the first units the pence that are over
        refunded_vat += back * (tax // units) + min(back, tax % units)
        commission += fee - _half_up(Decimal(fee * back) / units)
    return {
        "rows": rows,
        "purchases": len({sale["invoice"] for sale in sold}),
        "orders": len({sale["invoice"] for sale in sold}),
        "lines": len(sold),
        "units": sum(sale["units"] for sale in sold),
        "captured": goods,
        "goods": goods,
        "vat": vat,
        "refunded": refunded,
        "refunded_vat": refunded_vat,
        "cancellations": taken,
        "cancellations_matched": matched,
        "cancellations_unmatched": taken - matched,
        "reported": dict(reported),
        "commission": commission,
        "seller_net": goods - refunded - (vat - refunded_vat) - commission,
        "escrow_open": 0,
        "violations": 0,
    }
