"""Faults planted in what was invoiced; see tests/planted.py."""

from typing import Final

_FIRST: Final = "(select min(id) from billing.document where kind = '{}')"
_INVOICE, _NOTE = _FIRST.format("invoice"), _FIRST.format("credit_note")

BILLING: Final = (
    (
        "billing",
        {
            "document_is_sum_of_lines": [
                f"update billing.document set net = net + 1 where id = {_INVOICE}",
                f"update billing.document set vat = vat + 1 where id = {_NOTE}",
                f"delete from billing.line where document = {_INVOICE} and no = 1",
            ],
            "numbers_have_no_gap": [
                "update billing.series set last = last + 1",
                f"delete from billing.document where id = {_INVOICE}",
                f"update billing.document set year = year + 1 where id = {_NOTE}",
            ],
            "documents_say_what_was_taken": [
                f"update billing.document set net = net + 1 where id = {_INVOICE}",
                f"update billing.document set currency = 'XXX' where id = {_NOTE}",
                f"update billing.document set month = month + 31 where id = {_INVOICE}",
                "update payments.charge set vat = vat + 1",
                "update ledger.posting set amount = amount + 1 where credit = 'commission'",
            ],
        },
    ),
)
