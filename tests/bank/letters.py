"""What a bank writes: statements and status reports, as small as they may be."""

from fondaco.kernel.money import show

OWN = "DE89370400440532013000"
CODE = "<BkTxCd><Prtry><Cd>NMSC</Cd></Prtry></BkTxCd>"
SELLERS = "FR1420041010050500013M02606"


def plain(amount: int, currency: str = "EUR") -> str:
    return show(amount, currency).split()[0].replace(",", "")


def entry(
    amount: int, reference: str, end_to_end: str = "", *, credit: bool = False, text: str = "",
    reason: str = "", currency: str = "EUR",
) -> str:  # fmt: skip
    """One booked movement with its one transaction."""
    said = f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf>" if text else ""
    returned = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
    return f"""
      <Ntry>
        <Amt Ccy="{currency}">{plain(amount, currency)}</Amt>
        <CdtDbtInd>{"CRDT" if credit else "DBIT"}</CdtDbtInd>
        <Sts><Cd>BOOK</Cd></Sts>
        <AcctSvcrRef>{reference}</AcctSvcrRef>{CODE}
        <NtryDtls><TxDtls>
          <Refs><EndToEndId>{end_to_end or "NOTPROVIDED"}</EndToEndId></Refs>
          {said}{returned}
        </TxDtls></NtryDtls>
      </Ntry>"""


def batch(amount: int, reference: str, message: str) -> str:
    """One booked movement for a whole payment file."""
    return f"""
      <Ntry>
        <Amt Ccy="EUR">{plain(amount)}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
        <AcctSvcrRef>{reference}</AcctSvcrRef>{CODE}
        <NtryDtls><Btch><MsgId>{message}</MsgId></Btch></NtryDtls>
      </Ntry>"""


def balance(code: str, amount: int, day: str = "2026-01-07") -> str:
    side = "CRDT" if amount >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{plain(abs(amount))}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def statement(
    *entries: str, moved: int, name: str = "S1", account: str = OWN, opening: int = 1_000_00,
    day: str = "2026-01-07", no: int = 0,
) -> bytes:  # fmt: skip
    """A statement that opens with 1,000.00 unless told, and moves by so much."""
    number = f"<ElctrncSeqNb>{no}</ElctrncSeqNb>" if no else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
  <BkToCstmrStmt>
    <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-01-07T18:00:00Z</CreDtTm></GrpHdr>
    <Stmt>
      <Id>{name}</Id>{number}
      <Acct><Id><IBAN>{account}</IBAN></Id></Acct>
      {balance("OPBD", opening, day)}
      {balance("CLBD", opening + moved, day)}
      {"".join(entries)}
    </Stmt>
  </BkToCstmrStmt>
</Document>""".encode()


def rejected(message: str, *keys: str, reason: str = "AC04") -> bytes:
    """A status report that rejects these transfers of a file; none named: all of it."""
    group = (
        "" if keys else f"<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>"
    )
    each = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{key}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
        f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf></TxInfAndSts>"
        for key in keys
    )
    payments = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>P</OrgnlPmtInfId>{each}</OrgnlPmtInfAndSts>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10">
  <CstmrPmtStsRpt>
    <GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-01-07T18:00:00Z</CreDtTm></GrpHdr>
    <OrgnlGrpInfAndSts>
      <OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}
    </OrgnlGrpInfAndSts>
    {payments if keys else ""}
  </CstmrPmtStsRpt>
</Document>""".encode()
