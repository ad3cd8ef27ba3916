"""What a bank's statement says of one movement, whoever read it."""

from typing import Annotated

import msgspec


class BankEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One booked movement of the operator's account. Minor units, above zero.

    `id` is the bank's own reference: an entry read twice counts once. `credit` is money that came
    in. `text` is what the payer wrote, structured or not; `end_to_end` is the id that we gave a
    transfer of ours (of a whole payment file, its message id); `account` is the other side's, an
    IBAN for one. `returned` says why a transfer of ours came back.
    """

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=150)]
    credit: bool
    amount: Annotated[int, msgspec.Meta(ge=1, le=10**15)]
    currency: str
    account: Annotated[str, msgspec.Meta(max_length=200)] = ""
    text: str = ""
    end_to_end: str = ""
    returned: Annotated[str, msgspec.Meta(max_length=200)] = ""
