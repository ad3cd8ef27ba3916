"""Faults, planted by hand in a traded world: at least one for every invariant.

Each is the statement that a bug, or somebody at the console, might have run. They are tried
with constraints and triggers out of the way, so that only the invariant can notice.
"""

from typing import Final

from tests.planted_accounts import ACCOUNTS
from tests.planted_aftercare import AFTERCARE
from tests.planted_billing import BILLING
from tests.planted_campaigns import CAMPAIGNS
from tests.planted_money_back import MONEY_BACK
from tests.planted_people import PEOPLE
from tests.planted_rates import RATES
from tests.planted_search import SEARCH
from tests.planted_stock import STOCK

_ORDER: Final = "(select min(id) from orders.orders where state = '{}')"
_SETTLED, _PAID, _SHIPPED = (_ORDER.format(state) for state in ("settled", "paid", "shipped"))
_CREATED, _EXPIRED = _ORDER.format("created"), _ORDER.format("expired")
_PAYMENT: Final = "(select min(id) from payments.payment where state = 'captured')"
_REFUND: Final = "(select min(id) from payments.refund where state = 'succeeded')"
_REFUSED: Final = "(select min(id) from kernel.command where not accepted)"
_JOURNAL: Final = "(select min(id) from ledger.journal where kind = '{}')"
_CAPTURE, _SETTLEMENT = _JOURNAL.format("capture"), _JOURNAL.format("settlement")
_GIVEN_UP: Final = "(select min(id) from orders.orders where state = 'settled' and refunded > 0)"
_LINE: Final = '"order" = {} and no = 1'


def _posting(debit: str, credit: str, journal: str = _CAPTURE, n: int = 1) -> str:
    return (
        "insert into ledger.posting select bucket, journal, no + 1000, "
        f"'{debit}', debit_subject, '{credit}', credit_subject, currency, {n} "
        f"from ledger.posting where journal = {journal} and no = 1"
    )


def _again(debit: str) -> str:
    """Move what some journal moved out of or into an account once more, in a journal of its own."""
    return (
        "insert into ledger.posting select bucket, journal + 1, 1, debit, debit_subject, credit, "
        f"credit_subject, currency, amount from ledger.posting where debit = '{debit}' limit 1"
    )


def _no_step(machine: str, state: str) -> str:
    return f"delete from kernel.transition where machine = '{machine}' and dst = '{state}'"


def _side_step(machine: str, src: str, dst: str, actor: str) -> str:
    return (
        "insert into kernel.transition select bucket, 1, "
        f"'{dst}', '{src}', machine, '{actor}', cause, at "
        f"from kernel.transition where machine = '{machine}' limit 1"
    )


KERNEL: Final = {
    "command_ids_are_unique": [
        "insert into kernel.command select bucket, id, principal, key || '!', name, fingerprint,"
        " accepted, outcome, at from kernel.command limit 1"
    ],
    "step_has_one_cause": [
        f"update kernel.transition set cause = 1 where entity = {_PAID}",
        f"update kernel.transition set cause = {_REFUSED} where entity = {_PAID}",
    ],
}
LEDGER: Final = {
    "trial_balance_is_zero": [
        "create or replace view ledger.entry as select bucket, journal, no, debit as account,"
        " debit_subject as subject, currency, amount from ledger.posting"
    ],
    "posting_moves_between_accounts": [
        f"update ledger.posting set amount = -amount where journal = {_CAPTURE}",
        f"update ledger.posting set amount = 0 where journal = {_CAPTURE}",
        f"update ledger.posting set debit = 'pocket' where journal = {_CAPTURE}",
        "update ledger.posting set debit = credit, debit_subject = credit_subject"
        f" where journal = {_CAPTURE}",
        f"delete from ledger.journal where id = {_CAPTURE}",
    ],
    "journal_has_postings": [
        f"delete from ledger.posting where journal = {_CAPTURE}",
        "delete from ledger.posting where no = 1 and journal ="
        " (select min(journal) from ledger.posting where no = 2)",
    ],
    "guarded_balance_is_sum_of_entries": [
        "update ledger.balance set amount = amount + 1 where account = 'payable'",
        "delete from ledger.balance where account = 'payable'",
        f"update ledger.posting set amount = amount + 1 where journal = {_CAPTURE}",
    ],
    "guarded_balance_not_below_zero": [
        "update ledger.balance set amount = -1 where account = 'payable'"
    ],
    "journal_has_one_cause": [
        f"update ledger.journal set cause = 1 where id = {_CAPTURE}",
        f"update ledger.journal set cause = {_REFUSED} where id = {_CAPTURE}",
    ],
    "refused_command_moved_nothing": [
        "update kernel.command set accepted = false"
        f" where id = (select cause from ledger.journal where id = {_CAPTURE})"
    ],
}
SHIPPING: Final = {
    "parcel_steps_lead_to_state": [
        _no_step("parcel", "delivered"),
        "update shipping.parcel set state = 'lost' where state = 'delivered'",
    ],
    "parcel_steps_are_legal": [
        _side_step("parcel", "delivered", "lost", "carrier"),
        _side_step("parcel", "planned", "delivered", "buyer"),
    ],
}
PAYMENTS: Final = {
    "journal_keeps_to_one_side": [
        _posting("escrow", "payable", _SETTLEMENT),
        _posting("payable", "refund_in_flight", "(select max(id) from ledger.journal)"),
    ],
    "payment_journal_matches_rows": [
        f"update payments.payment set captured = captured + 1 where id = {_PAYMENT}",
        "update ledger.posting set amount = amount + 1 where debit = 'psp_receivable'",
    ],
    "refunds_within_captured": [
        f"update payments.refund set amount = amount + 1 where id = {_REFUND}",
        f"update payments.refund set state = 'failed' where id = {_REFUND}",
        f"update payments.payment set refunded = captured + 1 where id = {_PAYMENT}",
        "update payments.payment set returned = returned - 1 where returned > 0",
    ],
    "refund_in_flight_is_open_refunds": [
        "update payments.payment set returned = returned - 1 where returned > 0",
        "delete from ledger.posting where credit = 'refund_in_flight'",
    ],
    "fact_applied_once": [
        _again("psp_receivable"),
        _again("psp_fee"),
        _again("refund_in_flight"),
        _again("payout_in_flight"),
        "delete from ledger.posting where debit = 'psp_receivable'",
        f"update payments.refund set state = 'requested' where id = {_REFUND}",
        "update payments.payout set state = 'paid' where state = 'created'",
        "update payments.payout set state = 'paid' where state = 'returned'",
        "update payments.payout set state = 'returned' where state = 'paid'",
        "delete from ledger.posting where debit = 'bank' and credit = 'payable'",
    ],
    "payouts_in_flight_match": [
        "update payments.payout set amount = amount + 1 where state = 'created'",
        "update payments.payout set state = 'failed' where state = 'awaiting_approval'",
        "delete from ledger.posting where credit = 'payout_in_flight'",
    ],
    "paid_payout_left_the_bank": [
        "update payments.payout set amount = amount + 1 where state = 'paid'",
        "delete from ledger.posting where credit = 'bank'",
        "update ledger.posting set amount = amount - 1 where debit = 'bank' and credit = 'payable'",
        "update ledger.posting set credit_subject = 1 where credit = 'bank'",
    ],
    "bridge_is_closed": [
        "delete from ledger.posting where debit = 'bridge'",
        "update ledger.posting set amount = amount - 1 where credit = 'bridge'",
        "update ledger.posting set currency = 'USD' where credit = 'bridge'",
    ],
    "payment_steps_lead_to_state": [
        _no_step("payment", "captured"),
        _no_step("refund", "succeeded"),
        _no_step("payout", "paid"),
        "update payments.payment set state = 'voided' where state = 'created'",
    ],
    "payment_steps_are_legal": [
        _side_step("payment", "failed", "voided", "provider"),
        _side_step("refund", "requested", "succeeded", "buyer"),
        _side_step("payout", "paid", "created", "provider"),
    ],
}
ORDERS: Final = {
    "escrow_matches_orders": [
        f"update orders.orders set refunded = refunded + 1 where id = {_PAID}",
        f"update ledger.balance set amount = 1 where account = 'escrow' and subject = {_SETTLED}",
        "update orders.orders set refunded = refunded - 1 where state = 'cancelled'",
        "delete from ledger.balance where account = 'escrow'",
    ],
    "settled_only_when_confirmed": [
        f"delete from kernel.transition where dst = 'confirmed' and entity = {_SETTLED}",
        f"update kernel.transition set actor = 'seller' where entity = {_SETTLED}",
        "update kernel.transition set at = at - interval '1 day'"
        " where dst = 'confirmed' and actor = 'system'",
        "update orders.orders set extended = true where state = 'settled' and not extended",
    ],
    "paid_orders_were_captured": [
        f"update payments.payment set captured = captured - 1 where purchase = {_PAID} >> 6 << 6",
        "delete from payments.payment where state = 'captured'",
    ],
    "order_was_paid_its_due": [
        f"update orders.orders set state = 'paid' where id = {_CREATED}",
        f"update orders.orders set state = 'expired' where id = {_PAID}",
        "delete from ledger.posting where credit = 'escrow'",
    ],
    "captured_has_a_purchase": [
        "update payments.payment set purchase = 1",
        "update payments.payment set currency = 'USD'",
    ],
    "settlement_is_shared_exactly": [
        "update ledger.posting set amount = amount + 1 where credit = 'commission'",
        f"update orders.orders set commission = commission + 1 where id = {_SETTLED}",
        f"update orders.orders set refunded = refunded - 1 where id = {_GIVEN_UP}",
    ],
    "settlement_reached_its_seller": [
        "update ledger.posting set credit_subject = 1 where debit = 'bridge'",
        "update ledger.posting set debit_subject = 1 where credit = 'bridge'",
    ],
    "subsidy_is_paid_by_the_operator": [
        f"update orders.orders set subsidy = 1 where id = {_PAID}",
    ],
    "paid_lines_hold_stock": [
        f'delete from stock.reservation where "order" = {_PAID}',
        f'update stock.reservation set released = quantity where "order" = {_CREATED}',
        f'update stock.reservation set consumed = 0 where "order" = {_SHIPPED}',
        f'update stock.reservation set released = 0 where "order" = {_EXPIRED}',
        f'update stock.reservation set quantity = quantity + 1 where "order" = {_SETTLED}',
    ],
    "parcels_hold_what_was_shipped": [
        "update shipping.content set units = units + 1",
        "delete from shipping.content",
        "update orders.orders set in_parts = false",
        f"update orders.line set shipped_units = 1 where {_LINE.format(_SETTLED)}",
    ],
    "lines_sum_to_order": [
        f"update orders.line set shipping = shipping + 1 where {_LINE.format(_PAID)}",
        f"update orders.line set refunded_goods = 1 where {_LINE.format(_CREATED)}",
        f"delete from orders.line where {_LINE.format(_EXPIRED)}",
        f"update orders.line set goods_platform_off = 1 where {_LINE.format(_PAID)}",
        f"update orders.orders set due = due + 1 where id = {_PAID}",
        f"update orders.orders set tax_added = true, tax = 1 where id = {_PAID}",
        f"update orders.orders set refunded_commission = 1 where id = {_PAID}",
    ],
    "orders_sum_to_purchase": [
        f"update orders.purchase set total = total + 1 where id = {_PAID} >> 6 << 6",
        f"update orders.orders set currency = 'USD' where id = {_PAID}",
        "delete from orders.orders where state = 'expired'",
    ],
    "order_steps_lead_to_state": [
        _no_step("order", "shipped"),
        f"update orders.orders set state = 'delivered' where id = {_SHIPPED}",
        "update kernel.transition set src = 'created' where dst = 'delivered'",
    ],
    "order_steps_are_legal": [
        _side_step("order", "expired", "paid", "provider"),
        _side_step("order", "created", "paid", "buyer"),
    ],
    "closed_purchase_holds_nothing_unapplied": [
        "update orders.orders set state = 'expired' where state = 'created'"
    ],
    "dispute_freezes_order": [
        "update orders.orders set disputed = false where disputed",
        "update orders.dispute set state = 'ruled'",
        f"update orders.orders set disputed = true where id = {_PAID}",
        "update orders.orders set state = 'settled' where disputed",
    ],
}
PLANTED: Final[dict[str, list[str]]] = {
    f"{domain}.{name}": statements
    for domain, faults in (
        ("kernel", KERNEL),
        ("ledger", LEDGER),
        ("stock", STOCK),
        ("shipping", SHIPPING),
        ("payments", PAYMENTS),
        ("payments", ACCOUNTS),
        ("orders", ORDERS),
        *RATES,
        *CAMPAIGNS,
        *MONEY_BACK,
        *AFTERCARE,
        *PEOPLE,
        *SEARCH,
        *BILLING,
    )
    for name, statements in faults.items()
}
