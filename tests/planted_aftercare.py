"""Faults planted in what comes after a sale; see tests/planted.py."""

from typing import Final

_SETTLED: Final = "(select min(\"order\") from aftercare.return where state = 'inspected')"

RETURNS: Final = {
    "open_returns_hold_their_order": [
        "update orders.orders set open_cases = 0 where open_cases > 0",
        "update orders.orders set open_cases = 2 where open_cases = 1",
        "update aftercare.return set closed_at = now() where closed_at is null",
    ],
    "held_orders_do_not_settle": [
        "update aftercare.return set requested_at = '2000-01-01', closed_at = '2100-01-01'"
        " where state = 'inspected'",
    ],
    "returned_units_were_bought": [
        "update aftercare.return_line set accepted = accepted + 5",
        "update aftercare.return_line set units = units + 5",
        f'update orders.line set refunded_units = 0 where "order" = {_SETTLED}',
    ],
    "kept_is_what_inspections_deducted": [
        "update orders.line set kept = kept + 1 where kept > 0",
        "update aftercare.return_line set deduction = 0",
    ],
    "refund_is_what_inspection_said": [
        "update aftercare.return set refunded = refunded + 1 where state = 'inspected'",
        "update aftercare.return_line set refunded = refunded + 1 where refunded > 0",
        "update aftercare.return set settled_by = 1 where refunded > 0",
        "update ledger.posting set amount = amount + 1 where journal in (select j.id"
        " from ledger.journal j join aftercare.return r on r.settled_by = j.cause)",
    ],
    "return_steps_lead_to_state": [
        "delete from kernel.transition where machine = 'return' and dst = 'received'",
        "update aftercare.return set state = 'closed' where state = 'requested'",
    ],
    "return_steps_are_legal": [
        "update kernel.transition set actor = 'buyer'"
        " where machine = 'return' and dst = 'inspected'",
        "update kernel.transition set src = 'requested' where machine = 'return'"
        " and dst = 'inspected'",
    ],
}
AFTERCARE: Final = (("aftercare", RETURNS),)
