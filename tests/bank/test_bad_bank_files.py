"""Files of the bank that are none: each is refused with its line, and why."""

import pytest

from fondaco.orders import take_bank_file
from fondaco.payments.providers import BadBankFile
from tests.bank.letters import OWN, SELLERS, entry, rejected, statement
from tests.world import World

GOOD = statement(entry(1_00, "G1"), moved=-1_00)
BOMB = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (GOOD[:-40], "line 21: this is no XML"),
        (GOOD.replace(b"camt.053.001", b"camt.060.001"), "line 1: this is neither"),
        (GOOD.replace(b'Ccy="EUR">1.00', b'Ccy="EUR">1.001'), "is no amount of EUR"),
        (GOOD.replace(b'Ccy="EUR">1.00', b'Ccy="EUR">one'), "'one' is no amount"),
        (GOOD.replace(b'Ccy="EUR">1.00', b'Ccy="EUX">1.00'), "not an ISO 4217 currency"),
        (GOOD.replace(b"999.00", b"998.00"), "but it closes with"),
        (GOOD.replace(b"<AcctSvcrRef>G1</AcctSvcrRef>", b""), "no reference of the bank"),
        (GOOD.replace(b"CLBD", b"XXXX"), "lacks its closing"),
        (GOOD.replace(OWN.encode(), SELLERS.encode()), "the statement is of FR14"),
        (GOOD.replace(b"<Document", BOMB + b"<Document"), "document type"),
        (GOOD.replace(b"DBIT", b"BOTH"), "neither CRDT nor DBIT"),
        (GOOD.replace(b'"EUR">1.00', b'"EUR">9E999999'), "'9E999999' is no amount"),
        (GOOD.replace(b'"EUR">1.00', b'"EUR">1_0.00'), "'1_0.00' is no amount"),
        (GOOD.replace(b'Ccy="EUR">1.00', b'Ccy="USD">1.00'), "it is in USD, but the account in"),
        (b"", "neither a statement"),
        (rejected("M", "out_x").replace(b"<TxSts>RJCT</TxSts>", b""), "has no status"),
        (rejected("M").replace(b"<OrgnlMsgId>M</OrgnlMsgId>", b""), "OrgnlMsgId"),
    ],
)  # fmt: skip
async def test_a_bad_file_is_refused_with_its_line(world: World, body: bytes, why: str) -> None:
    with pytest.raises(BadBankFile, match=r"^line [0-9]+: ") as error:
        await take_bank_file(world.database, body, OWN)
    assert why in str(error.value)
