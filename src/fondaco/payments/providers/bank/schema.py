"""Holding a bank's file to the XML schema of its message, from a folder of the operator's.

ISO 20022 and banks give the schemas away, but not for passing on, so none is in the package.
"""

from pathlib import Path

from lxml import etree

from fondaco.payments.providers.bank.xml import BadBankFile, document, line_of


def held_to_schema(body: bytes, kind: str, folder: Path) -> None:
    """Compare a message of a kind with its schema: `camt.053.001.08.xsd` in the folder, for one.

    Raises BadBankFile with the line and what is wrong, also where there is no such schema.
    """
    root = document(body, kind).getroottree().getroot()
    name = (etree.QName(root).namespace or "").rpartition(":")[2]
    try:
        schema = etree.XMLSchema(file=str(folder / f"{name}.xsd"))
    except (OSError, etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        raise BadBankFile(line_of(root), f"no schema of {name} in {folder}: {error}") from None
    if not schema.validate(root):
        worst = schema.error_log[0]
        why = worst.message.replace(f"{{{etree.QName(root).namespace}}}", "")
        raise BadBankFile(worst.line, f"the schema does not allow it: {why}")
