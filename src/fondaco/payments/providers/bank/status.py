"""What a bank says of a payment file (pain.002): which transfers it will not do, and why."""

import msgspec
from lxml import etree

from fondaco.payments.providers.bank.xml import BadBankFile, document, every, line_of, text


class TransferStatus(msgspec.Struct, frozen=True):
    """What becomes of a transfer of a file, or with no `end_to_end` of the whole file `message`.

    `rejected`: it was not done and will not be. Anything else is on its way.
    """

    message: str
    end_to_end: str
    rejected: bool
    reason: str


def read_statuses(body: bytes) -> list[TransferStatus]:
    """What a file says of each transfer. Raises BadBankFile with the line and why."""
    report = document(body, "pain.002")
    group = next(every(report, "OrgnlGrpInfAndSts"), None)
    if group is None:
        raise BadBankFile(line_of(report), "it does not say of which file it is")
    message = text(group, "OrgnlMsgId")
    if not message:
        raise BadBankFile(line_of(group), "it does not say of which file it is (OrgnlMsgId)")
    found = []
    if status := text(group, "GrpSts"):
        found.append(TransferStatus(message, "", status == "RJCT", _reason(group)))
    for payment in every(report, "OrgnlPmtInfAndSts"):
        if text(payment, "PmtInfSts") == "RJCT":
            found.append(TransferStatus(message, "", True, _reason(payment)))
        for one in every(payment, "TxInfAndSts"):
            key, status = text(one, "OrgnlEndToEndId"), text(one, "TxSts")
            if not key:
                raise BadBankFile(line_of(one), "the transfer has no OrgnlEndToEndId")
            if not status:
                raise BadBankFile(line_of(one), "the transfer has no status (TxSts)")
            found.append(TransferStatus(message, key, status == "RJCT", _reason(one)))
    return found


def _reason(of: etree._Element) -> str:
    parts = (text(of, "StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry"), text(of, "StsRsnInf/AddtlInf"))
    return " ".join(filter(None, parts))[:200]
