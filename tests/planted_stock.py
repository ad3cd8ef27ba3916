"""Faults planted in units on hand, promised and moved; see tests/planted.py."""

from typing import Final

_ORDER: Final = "(select min(id) from orders.orders where state = '{}')"
_PAID, _SHIPPED = (_ORDER.format(state) for state in ("paid", "shipped"))
_REFUSED: Final = "(select min(id) from kernel.command where not accepted)"
_LEVEL: Final = "offer = (select min(offer) from stock.level)"

STOCK: Final = {
    "on_hand_is_sum_of_moves": [
        f"update stock.level set on_hand = on_hand + 1 where {_LEVEL}",
        "delete from stock.move where reason = 'received'",
    ],
    "reserved_is_sum_of_reservations": [
        f"update stock.level set reserved = reserved + 1 where {_LEVEL}",
        f'delete from stock.reservation where "order" = {_PAID}',
    ],
    "reserved_within_on_hand": [
        f"update stock.level set reserved = on_hand + 1 where {_LEVEL}",
        f"update stock.level set reserved = -1 where {_LEVEL}",
    ],
    "reservation_within_quantity": [
        f'update stock.reservation set released = quantity + 1 where "order" = {_PAID}',
        f'update stock.reservation set consumed = -1 where "order" = {_PAID}',
    ],
    "shipped_moves_are_consumed_reservations": [
        f'update stock.reservation set consumed = 0 where "order" = {_SHIPPED}',
        "update stock.move set reason = 'counted' where reason = 'shipped'",
    ],
    "move_has_one_cause": [
        "update stock.move set cause = 1 where reason = 'received'",
        f"update stock.move set cause = {_REFUSED} where reason = 'shipped'",
    ],
}
