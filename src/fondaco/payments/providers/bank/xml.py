"""Reading a bank's XML: safely, by the names of its elements, and with the line of what is wrong.

Files of ISO 20022 come in many versions whose elements that matter here have the same names, so
they are read by name, whatever the version of the namespace.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from lxml import etree

from fondaco.kernel.money import exponent

MOST: Final = 50 * 1024 * 1024
"""Bytes of a file. A month of a busy account is a few megabytes."""

KINDS: Final = ("camt.053", "pain.002")
"""The messages of a bank that are read."""

_PIECE: Final = 64 * 1024

_AMOUNT: Final = re.compile(r"[0-9]{1,18}(\.[0-9]{1,5})?", re.ASCII)
"""An amount as ISO 20022 writes it: `Decimal` would take exponents and underscores, too."""


class BadBankFile(ValueError):
    """A file that cannot be read; says in which line and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line


def document(body: bytes, kind: str) -> etree._Element:
    """The message in a file of a kind such as `camt.053`. Entities and networks are never used.

    Raises BadBankFile.
    """
    if len(body) > MOST:
        raise BadBankFile(1, f"the file is over {MOST // 1024 // 1024} MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise BadBankFile(error.lineno or 1, f"this is no XML: {error.msg}") from None
    if root.getroottree().docinfo.doctype:
        raise BadBankFile(1, "a document type is not allowed in a bank's file")
    space = etree.QName(root).namespace or ""
    if f":{kind}.001." not in space:
        raise BadBankFile(line_of(root), f"this is {space or 'no message of a bank'}, not {kind}")
    return root[0] if len(root) else root


def kind_of(body: bytes) -> str:
    """Which message a file says that it is: `camt.053` for one; nothing where it does not.

    Its root says so, after any comment and in any encoding of XML. Raises BadBankFile where there
    is no XML.
    """
    parser = etree.XMLPullParser(
        events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for start in range(0, min(len(body), MOST), _PIECE):
            parser.feed(body[start : start + _PIECE])
            for _, root in parser.read_events():
                space = etree.QName(root).namespace or ""
                return next((kind for kind in KINDS if f":{kind}.001." in space), "")
    except etree.XMLSyntaxError as error:
        raise BadBankFile(error.lineno or 1, f"this is no XML: {error.msg}") from None
    raise BadBankFile(1, "this is no XML: it has no element" if body else "the file is empty")


def line_of(of: etree._Element) -> int:
    """The line that an element begins in."""
    return int(of.sourceline or 1)


def every(of: etree._Element, path: str) -> Iterator[etree._Element]:
    """The elements at a path of names, in order."""
    name, _, rest = path.partition("/")
    for child in of:
        if isinstance(child.tag, str) and etree.QName(child).localname == name:
            yield from every(child, rest) if rest else (child,)


def text(of: etree._Element, *paths: str) -> str:
    """The text at the first of the paths that is there; else nothing."""
    for path in paths:
        for found in every(of, path):
            if plain := (found.text or "").strip():
                return plain
    return ""


def needed(of: etree._Element, path: str) -> etree._Element:
    """The element at a path. Raises BadBankFile where there is none."""
    for found in every(of, path):
        return found
    raise BadBankFile(line_of(of), f"{etree.QName(of).localname} lacks {path}")


def money(of: etree._Element) -> tuple[int, str]:
    """An amount in minor units and its currency. Raises BadBankFile."""
    currency, told = of.get("Ccy") or "", (of.text or "").strip()
    if not _AMOUNT.fullmatch(told):
        raise BadBankFile(line_of(of), f"{told[:40]!r} is no amount")
    try:
        amount = Decimal(told).scaleb(exponent(currency))
    except ValueError as error:
        raise BadBankFile(line_of(of), f"{error}") from None
    if amount != amount.to_integral_value():
        raise BadBankFile(line_of(of), f"{told!r} is no amount of {currency}")
    if amount > 10**15:
        raise BadBankFile(line_of(of), f"{told!r} is more than a bank moves")
    return int(amount), currency


def day_at(of: etree._Element, *paths: str) -> str:
    """The day at the first of the paths that is there, as `2026-11-23`. Raises BadBankFile."""
    told = text(of, *paths)[:10]
    try:
        return date.fromisoformat(told).isoformat()
    except ValueError:
        raise BadBankFile(line_of(of), f"{told!r} is no day") from None
