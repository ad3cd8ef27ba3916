"""Creditor references by ISO 11649: `RF`, two check digits, and our payment's id."""

import re
from typing import Final

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from fondaco.kernel.ids import BadId, parse, show

_BODY: Final = 13
_FOUND: Final = re.compile(rf"RF\d{{2}}[0-9A-Z]{{{_BODY}}}")


def reference_of(payment: int) -> str:
    """The reference that a buyer gives with his transfer."""
    body = show("pay", payment).partition("_")[2].upper()
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def find_payment(text: str) -> int | None:
    """The payment whose reference stands in what a payer wrote, in any case and with blanks.

    None where there is none, or one whose check digits do not fit.
    """
    plain = re.sub(r"[\s-]", "", text).upper()
    for match in _FOUND.finditer(plain):
        if iso11649.is_valid(match[0]):
            try:
                return parse("pay", f"pay_{match[0][4:].lower()}")
            except BadId:
                continue
    return None
