"""Files of a bank are held to the XML schemas in the operator's folder."""

import zipfile
from pathlib import Path

import pytest
from lxml import etree

from fondaco.orders import take_bank_file
from fondaco.payments.providers import BadBankFile, held_to_schema
from tests.bank.letters import OWN, batch, entry, rejected, statement
from tests.world import World

DEBIAN = Path("/usr/share/java/hbci4j-core.jar")
"""Debian's libhbci4j-core-java has the schemas of pain.002, and of camt.052, whose reports are made
of the same types as camt.053's statements."""

OURS = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
    targetNamespace="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10">
  <xs:element name="Document"><xs:complexType><xs:sequence>
    <xs:element name="CstmrPmtStsRpt"><xs:complexType><xs:sequence>
      <xs:element name="GrpHdr"><xs:complexType><xs:sequence>
        <xs:element name="MsgId" type="xs:string"/><xs:element name="CreDtTm" type="xs:dateTime"/>
      </xs:sequence></xs:complexType></xs:element>
      <xs:any processContents="skip" maxOccurs="unbounded"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one schema, of status reports."""
    (tmp_path / "pain.002.001.10.xsd").write_text(OURS)
    return tmp_path


async def test_a_report_that_fits_is_taken(world: World, folder: Path) -> None:
    [done] = await take_bank_file(world.database, rejected("M-1"), OWN, str(folder))
    assert (done.kind, done.read) == ("pain.002", 1)


async def test_what_does_not_fit_is_refused_with_its_line(world: World, folder: Path) -> None:
    body = rejected("M-1").replace(b"2026-01-07T18", b"yesterday")
    with pytest.raises(BadBankFile, match=r"^line 4: the schema does not allow it: .*CreDtTm"):
        await take_bank_file(world.database, body, OWN, str(folder))


async def test_a_message_without_a_schema_is_refused(world: World, folder: Path) -> None:
    body = statement(entry(1_00, "A1", credit=True), moved=1_00)
    with pytest.raises(BadBankFile, match=r"^line 2: no schema of camt\.053\.001\.08 in "):
        await take_bank_file(world.database, body, OWN, str(folder))


async def test_a_schema_that_is_none_is_told(world: World, folder: Path) -> None:
    (folder / "pain.002.001.10.xsd").write_text("<not-a-schema/>")
    with pytest.raises(BadBankFile, match=r"no schema of pain\.002\.001\.10"):
        await take_bank_file(world.database, rejected("M-1"), OWN, str(folder))


@pytest.mark.skipif(not DEBIAN.exists(), reason="needs Debian's libhbci4j-core-java")
def test_the_letters_of_these_tests_are_what_banks_write(tmp_path: Path) -> None:
    with zipfile.ZipFile(DEBIAN) as jar:
        for name in ("pain.002.001.10.xsd", "camt.052.001.08.xsd"):
            jar.extract(name, tmp_path)
    for report in (rejected("M-1"), rejected("M-1", "out-1", "out-2", reason="AM05")):
        held_to_schema(report, "pain.002", tmp_path)
    body = statement(
        entry(100_00, "A1", "out-1"), entry(5_00, "A2", credit=True, text="RF18", reason="AC04"),
        batch(3_00, "A3", "M1"), moved=-98_00, no=3,
    )  # fmt: skip
    for ours, theirs in (
        (b"camt.053", b"camt.052"), (b"BkToCstmrStmt", b"BkToCstmrAcctRpt"), (b"Stmt>", b"Rpt>"),
    ):  # fmt: skip
        body = body.replace(ours, theirs)
    schema = etree.XMLSchema(file=str(tmp_path / "camt.052.001.08.xsd"))
    schema.assertValid(etree.fromstring(body))
