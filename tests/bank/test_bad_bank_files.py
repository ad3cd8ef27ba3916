"""Files of the bank that are none: each is refused with its line, and why."""

import re

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
        (b"", "line 1: the file is empty"),
        (b"<!-- nothing else -->", "this is no XML"),
        (b"payouts, as we said", "this is no XML"),
        (GOOD.replace(b"<Id>S1</Id>", b"<Id>" + b"S" * 36 + b"</Id>"), "longer than 35 letters"),
        (GOOD.replace(b"<Acct>", b"<ElctrncSeqNb>-1</ElctrncSeqNb><Acct>"), "'-1' is no number"),
        (rejected("M", "out_x").replace(b"<TxSts>RJCT</TxSts>", b""), "has no status"),
        (rejected("M").replace(b"<OrgnlMsgId>M</OrgnlMsgId>", b""), "OrgnlMsgId"),
    ],
)  # fmt: skip
async def test_a_bad_file_is_refused_with_its_line(world: World, body: bytes, why: str) -> None:
    with pytest.raises(BadBankFile, match=r"^line [0-9]+: ") as error:
        await take_bank_file(world.database, body, OWN)
    assert why in str(error.value)


def _utf16(body: bytes) -> bytes:
    return body.decode().replace("UTF-8", "UTF-16").encode("utf-16")


@pytest.mark.parametrize(
    "body",
    [
        GOOD.replace(b"<Document", b"<!-- " + b"by our bank " * 10_000 + b"-->\n<Document"),
        _utf16(GOOD),
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b"<Document", b"<?bank told?><b:Document").replace(b"xmlns=", b"xmlns:b=")
        .replace(b"</", b"</b:").replace(b"b:Document>", b"Document>")
        .replace(b"</Document", b"</b:Document"),
    ],
    ids=["comment", "utf-16", "utf-8 with its mark", "prefix"],
)  # fmt: skip
async def test_what_is_xml_is_read(world: World, body: bytes) -> None:
    if b"<b:Document" in body:  # every element in the prefix's namespace
        body = re.sub(rb"<(?![/?!]|b:)", b"<b:", body)
    [done] = await take_bank_file(world.database, body, OWN)
    assert (done.kind, done.read) == ("camt.053", 1)


async def test_a_document_type_is_refused_in_every_encoding(world: World) -> None:
    body = GOOD.replace(b"<Document", BOMB + b"<Document")
    with pytest.raises(BadBankFile, match="document type is not allowed"):
        await take_bank_file(world.database, _utf16(body), OWN)
