"""Faults for the invariants of sellers' accounts: reserve, bond, charges, debt."""

from typing import Final


def _more(account: str, side: str = "credit") -> str:
    return f"update ledger.posting set amount = amount + 1 where {side} = '{account}'"


ACCOUNTS: Final = {
    "bank_file_holds_its_payouts": [
        "update payments.bank_file set amount = amount + 1",
        "update payments.bank_file set payouts = payouts + 1",
        "update payments.payout set bank_file = null",
        "update payments.payout set amount = amount + 1 where bank_file is not null",
    ],
    "reserve_is_open_tranches": [
        "update payments.reserve_tranche set kept = kept + 1",
        "update payments.reserve_tranche set drawn = drawn - 1 where drawn > 0",
        "update payments.reserve_tranche set released = 0 where released > 0",
        "delete from payments.reserve_tranche",
        "update ledger.balance set amount = amount + 1 where account = 'reserve'",
    ],
    "charges_match_postings": [
        "update payments.charge set amount = amount + 1",
        "update payments.charge set vat = 0 where vat > 0",
        "delete from payments.charge where kind = 'penalty'",
        _more("seller_charge"),
        "update ledger.posting set credit = 'seller_charge'"
        " where credit = 'vat_payable' and debit = 'receivable'",
    ],
    "seller_moves_match_postings": [
        "delete from payments.seller_move where kind = 'write_off'",
        "update payments.seller_move set kind = 'recovery' where kind = 'bond_deposit'",
        "update payments.seller_move set amount = amount + 1 where kind = 'recovery'",
        _more("bad_debt", "debit"),
        _more("bond", "debit"),
    ],
    "bond_is_sum_of_moves": [
        "update ledger.balance set amount = amount + 1 where account = 'bond'",
        "delete from payments.seller_move where kind = 'bond_draw'",
        "update ledger.posting set amount = amount + 1 where debit = 'bridge' and credit = 'bond'",
    ],
    "subscription_periods_are_charged_once": [
        "update payments.subscription set charged = charged + 1",
        "update payments.charge set period = 7 where period = 1",
        "delete from payments.charge where period = 1",
        "update payments.subscription set next_at = next_at + interval '1 day'",
        "update payments.subscription set next_at = null where ends_at is null",
    ],
    "breaks_are_booked_once": [
        "update payments.break set difference = difference + 1 where account <> ''",
        "update payments.break set account = 'payment_difference' where account = 'rounding'",
        "update payments.break set account = 'rounding' where account = ''",
        "update payments.break set account = '' where account = 'psp_fee'",
        _more("rounding"),
    ],
}
