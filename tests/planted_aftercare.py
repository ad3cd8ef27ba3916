"""Faults planted in what comes after a sale; see tests/planted.py."""

from typing import Final

_SETTLED: Final = "(select min(\"order\") from aftercare.return where state = 'inspected')"

RETURNS: Final = {
    "open_cases_hold_their_order": [
        "update orders.orders set open_cases = 0 where open_cases > 0",
        "update orders.orders set open_cases = 2 where open_cases = 1",
        "update aftercare.return set closed_at = now() where closed_at is null",
        "delete from aftercare.dispute where state = 'open'",
        "update aftercare.dispute set closed_at = null where state = 'ruled'",
    ],
    "held_orders_do_not_settle": [
        "update aftercare.return set requested_at = '2000-01-01', closed_at = '2100-01-01'"
        " where state = 'inspected'",
        "update aftercare.dispute set opened_at = '2000-01-01', closed_at = '2100-01-01'"
        " where state = 'ruled'",
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
DISPUTES: Final = {
    "ruling_is_what_went_back": [
        "update aftercare.dispute set refunded = refunded - 1 where refunded > 0",
        "update aftercare.dispute set at_operators_cost = not at_operators_cost",
        "update aftercare.dispute set amount = 1 where refunded > 1",
    ],
    "disputed_money_is_held": [
        "update aftercare.dispute set held = held + 1 where closed_at is null",
        "update aftercare.dispute set held_currency = 'USD' where held > 0",
        "update aftercare.dispute set closed_at = now() where held > 0",
        "update orders.chargeback_part set held = held + 1",
        "update ledger.balance set amount = amount + 1 where account = 'dispute_hold'",
    ],
    "dispute_steps_lead_to_state": [
        "delete from kernel.transition where machine = 'dispute' and dst = 'answered'",
        "update aftercare.dispute set state = 'ruled' where state = 'open'",
    ],
    "dispute_steps_are_legal": [
        "update kernel.transition set actor = 'buyer' where machine = 'dispute' and dst = 'ruled'",
        "update kernel.transition set actor = 'seller'"
        " where machine = 'dispute' and dst = 'under_review'",
    ],
}
AFTERCARE: Final = (("aftercare", RETURNS), ("aftercare", DISPUTES))
