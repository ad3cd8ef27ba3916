"""Statements of a bank (camt.053): what was booked on the operator's account."""

from collections import Counter
from typing import Final

import msgspec
from lxml import etree

from fondaco.payments.providers.bank.entries import BankEntry
from fondaco.payments.providers.bank.xml import (
    BadBankFile,
    day_at,
    document,
    every,
    line_of,
    money,
    needed,
    text,
)

_LONGEST: Final = 150
_ID: Final = 35
"""Letters of an id, by ISO 20022."""

_DIGITS: Final = 18


class BankStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement: `opening` and every entry make `closing`. Minor units of `currency`.

    `day` is the day of the closing balance; `no` the bank's count of its statements, 0 for none;
    `line` where it begins in its file.
    """

    id: str
    account: str
    currency: str
    day: str
    no: int
    line: int
    opening: int
    closing: int
    entries: list[BankEntry]


def read_statements(body: bytes) -> list[BankStatement]:
    """The statements in a file. Raises BadBankFile with the line and why."""
    message = document(body, "camt.053")
    found = [_statement(one) for one in every(message, "Stmt")]
    if not found:
        raise BadBankFile(line_of(message), "there is no statement in it")
    return found


def _statement(of: etree._Element) -> BankStatement:
    name = text(of, "Id")
    if not name:
        raise BadBankFile(line_of(of), "the statement has no id")
    if len(name) > _ID:
        raise BadBankFile(line_of(of), f"the statement's id is longer than {_ID} letters")
    balances = {}
    for balance in every(of, "Bal"):
        code = text(balance, "Tp/CdOrPrtry/Cd")
        amount, currency = money(needed(balance, "Amt"))
        signed = amount if _credit(balance) else -amount
        balances[code] = (signed, currency, day_at(balance, "Dt/Dt", "Dt/DtTm"))
    opening = balances.get("OPBD") or balances.get("PRCD")
    closing = balances.get("CLBD")
    if opening is None or closing is None:
        missing = "opening (OPBD)" if opening is None else "closing (CLBD)"
        raise BadBankFile(line_of(of), f"the statement lacks its {missing} balance")
    booked = [one for one in every(of, "Ntry") if _status(one) == "BOOK"]
    entries = _told_apart([entry for one in booked for entry in _entries(one, name)])
    _all_in(closing[1], of, booked)
    moved = sum(_signed(one) for one in booked)
    if opening[0] + moved != closing[0]:
        why = f"its entries make {opening[0] + moved}, but it closes with {closing[0]} minor units"
        raise BadBankFile(line_of(of), why)
    return BankStatement(
        id=name, account=text(of, "Acct/Id/IBAN", "Acct/Id/Othr/Id")[:50], currency=closing[1],
        day=closing[2], no=_number(of), line=line_of(of), opening=opening[0], closing=closing[0],
        entries=entries,
    )  # fmt: skip


def _number(of: etree._Element) -> int:
    told = text(of, "ElctrncSeqNb", "LglSeqNb")
    if told and not (told.isascii() and told.isdigit() and len(told) <= _DIGITS):
        raise BadBankFile(line_of(of), f"{told[:40]!r} is no number of a statement")
    return int(told or 0)


def _told_apart(entries: list[BankEntry]) -> list[BankEntry]:
    """Entries under ids of their own: some banks give several the same reference."""
    seen: Counter[str] = Counter()
    apart = []
    for one in entries:
        seen[one.id] += 1
        count = seen[one.id]
        own = one.id if count == 1 else f"{one.id[:140]}#{count}"
        apart.append(msgspec.structs.replace(one, id=own))
    return apart


def _all_in(currency: str, of: etree._Element, booked: list[etree._Element]) -> None:
    """An account is in one currency: sums over several would mean nothing."""
    for one in (*every(of, "Bal"), *booked):
        amount = needed(one, "Amt")
        if amount.get("Ccy") != currency:
            why = f"it is in {amount.get('Ccy')}, but the account in {currency}"
            raise BadBankFile(line_of(amount), why)


def _status(of: etree._Element) -> str:
    return text(of, "Sts/Cd", "Sts")


def _signed(of: etree._Element) -> int:
    amount, _ = money(needed(of, "Amt"))
    return amount if _credit(of) else -amount


def _credit(of: etree._Element) -> bool:
    told = text(of, "CdtDbtInd")
    if told not in ("CRDT", "DBIT"):
        raise BadBankFile(line_of(of), f"{told!r} is neither CRDT nor DBIT")
    return told == "CRDT"


def _entries(of: etree._Element, statement: str) -> list[BankEntry]:
    """One for each transaction of an entry; one alone where the bank gives no details."""
    amount, currency = money(needed(of, "Amt"))
    if amount == 0:
        return []
    credit = _credit(of)
    reference = text(of, "AcctSvcrRef")
    if not reference and (number := text(of, "NtryRef")):
        reference = f"{statement}/{number}"  # some banks count each statement's entries from 1
    if not reference:
        raise BadBankFile(line_of(of), "the entry has no reference of the bank (AcctSvcrRef)")
    details = list(every(of, "NtryDtls/TxDtls"))
    if not details:
        batch = text(of, "NtryDtls/Btch/MsgId", "NtryDtls/Btch/PmtInfId")
        return [
            BankEntry(
                id=reference[:_LONGEST], credit=credit, amount=amount, currency=currency,
                text=text(of, "AddtlNtryInf"), end_to_end=batch,
            )
        ]  # fmt: skip
    found = [
        _detail(one, credit, reference, n, (amount, currency) if len(details) == 1 else None)
        for n, one in enumerate(details, start=1)
    ]
    if any(one.currency != currency for one in found):
        raise BadBankFile(line_of(of), f"not all of its transactions are in {currency}")
    if sum(one.amount for one in found) != amount:
        raise BadBankFile(line_of(of), "its transactions do not sum to the entry")
    return found


def _detail(
    of: etree._Element, credit: bool, reference: str, n: int, whole: tuple[int, str] | None
) -> BankEntry:
    alone = whole is not None
    if whole is None:
        told = next(every(of, "Amt"), None)
        if told is None:
            told = next(every(of, "AmtDtls/TxAmt/Amt"), None)
        if told is None:
            raise BadBankFile(line_of(of), "the transaction has no amount")
        whole = money(told)
    amount, currency = whole
    own = reference if alone else f"{reference}/{n}"
    other = "Dbtr" if credit else "Cdtr"
    written = [part.text or "" for part in every(of, "RmtInf/Ustrd")]
    written += [part.text or "" for part in every(of, "RmtInf/Strd/CdtrRefInf/Ref")]
    end_to_end = text(of, "Refs/EndToEndId")
    return BankEntry(
        id=own[:_LONGEST], credit=credit, amount=amount, currency=currency,
        account=text(of, f"RltdPties/{other}Acct/Id/IBAN")[:200], text=" ".join(written)[:1000],
        end_to_end="" if end_to_end == "NOTPROVIDED" else end_to_end[:200],
        returned=" ".join(
            filter(None, (text(of, "RtrInf/Rsn/Cd"), text(of, "RtrInf/AddtlInf")))
        )[:200],
    )  # fmt: skip
