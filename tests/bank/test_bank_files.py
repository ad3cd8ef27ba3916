"""Payouts by payment file: each in one file for ever, and what the bank says of it, once."""

import itertools

import asyncpg
import pytest
from lxml import etree
from sepaxml.validation import try_valid_xml

from fondaco import orders, parties, payments
from fondaco.kernel import Refused
from fondaco.kernel.ids import show
from fondaco.orders import BankImport, take_bank_file
from fondaco.payments import BankFileMade, BankFileRefusal, MakeBankFile, PayOut
from fondaco.payments.payout_model import HoldPayouts, LiftHold
from fondaco.payments.payout_terms import hold_payouts, lift_hold
from fondaco.payments.providers import BadBankFile
from fondaco.payments.providers.bank import Bank
from tests.bank.letters import OWN, SELLERS, batch, entry, rejected, statement
from tests.world import World

MAKE = MakeBankFile(iban=OWN, holder="Fondaco Ä GmbH", bic="COBADEFFXXX", by="operator:1 fk_x")
_numbers = itertools.count()


async def paid_out(world: World, amount: int = 97_20, account: str = SELLERS) -> tuple[int, int]:
    """A seller who is owed so much, and the payout of it that the bank is to send."""
    seller = await world.seller()
    lamp = await world.offer(seller, amount * 10 // 9)
    await world.sell(lamp)
    assert await world.balance("payable", seller) == amount
    wish = parties.SetPayoutAccount(seller=seller, account=account, verified=True)
    await world.do(parties.set_payout_account, wish)
    made = await world.do(payments.pay_out, PayOut(seller=seller, currency="EUR"))
    bank = {"bank": Bank(OWN, "Fondaco")}
    await payments.send_payouts(world.database, bank, "bank", [made.id])
    return seller, made.id


async def file_of(world: World) -> BankFileMade:
    return await world.do(payments.make_bank_file, MAKE)


async def take(world: World, body: bytes) -> BankImport:
    [done] = await take_bank_file(world.database, body, OWN)
    assert await world.broken() == []
    return done


async def state(world: World, payout: int) -> str:
    [row] = await payments.payouts(world.database, [payout])
    return str(row["state"])


def name() -> str:
    return f"S{next(_numbers)}"


async def test_payouts_become_a_file_that_the_schema_allows(world: World) -> None:
    _, first = await paid_out(world)
    _, second = await paid_out(world, 18_00)
    made = await file_of(world)
    assert (made.payouts, made.amount, made.left_out) == (2, 115_20, {})
    found = await payments.bank_file(world.database, made.message)
    assert found is not None
    body = found["body"]
    try_valid_xml(body, "pain.001.001.09")
    root = etree.fromstring(body)
    told = {one.tag.split("}")[1]: one.text for one in root.iter() if isinstance(one.tag, str)}
    assert (told["CtrlSum"], told["NbOfTxs"]) == ("115.20", "2")
    keys = [one.text for one in root.iter("{*}EndToEndId")]
    assert keys == [show("out", one).replace("_", "-") for one in (first, second)]
    assert {one.text for one in root.iter("{*}IBAN")} == {OWN, SELLERS}
    again = await payments.bank_file(world.database, made.message)
    assert again is not None
    assert again["body"] == body


async def test_a_payout_is_in_one_file_for_ever(world: World) -> None:
    _, payout = await paid_out(world)
    await file_of(world)
    assert await world.refused(payments.make_bank_file, MAKE) == BankFileRefusal.NOTHING_TO_SEND
    with pytest.raises(asyncpg.PostgresError, match="for ever"):
        await world.rows("update payments.payout set bank_file = null where id = :id", id=payout)


async def test_what_the_bank_cannot_send_is_left_out_and_told(world: World) -> None:
    _, good = await paid_out(world)
    _, bad = await paid_out(world, account="acct_1")
    made = await file_of(world)
    assert made.payouts == 1
    assert made.left_out == {show("out", bad): "'acct_1' is no IBAN"}
    [refused] = await world.batch(payments.make_bank_file, [MAKE])
    assert isinstance(refused, Refused)
    assert "no IBAN" in refused.detail
    wrong = MakeBankFile(iban="DE00", holder="X", by="x")
    assert await world.refused(payments.make_bank_file, wrong) == BankFileRefusal.BAD_ACCOUNT
    assert await state(world, good) == "created"


async def test_who_was_put_on_hold_meanwhile_is_left_out(world: World) -> None:
    seller, payout = await paid_out(world)
    hold = HoldPayouts(seller=seller, reason="Checks", by="operator")
    await world.do(hold_payouts, hold)
    [refused] = await world.batch(payments.make_bank_file, [MAKE])
    assert isinstance(refused, Refused)
    assert "may not be paid now: Checks" in refused.detail
    await world.do(lift_hold, LiftHold(seller=seller))
    assert (await file_of(world)).payouts == 1
    assert await state(world, payout) == "created"


async def test_entries_with_one_reference_are_told_apart(world: World) -> None:
    payouts = [(await paid_out(world, 9_00))[1] for _ in range(2)]
    await file_of(world)
    entries = [entry(9_00, "SAME", show("out", one)) for one in payouts]
    body = statement(*entries, moved=-18_00, name=name())
    for _ in range(2):
        assert (await take(world, body)).unexplained == []
    assert [await state(world, one) for one in payouts] == ["paid"] * 2


async def test_entries_numbered_anew_in_each_statement_are_told_apart(world: World) -> None:
    lamp = await world.offer(await world.seller(), 50_00)
    placed = await world.place(lamp, tenders=(orders.Tender("bank", "transfer"),))
    reference = f"{payments.providers.bank.reference_of(placed.payments[0])}"
    for n in (1, 2):  # the buyer pays twice: the second goes back
        paid = entry(50_00, "1", credit=True, text=reference)
        body = statement(paid.replace("AcctSvcrRef", "NtryRef"), moved=50_00, name=f"{name()}-{n}")
        assert (await take(world, body)).unexplained == []
    rows = await payments.refunds_of(world.database, placed.purchase)
    assert [row["amount"] for row in rows] == [50_00]


async def test_only_who_was_asked_sends_a_payout(world: World) -> None:
    """A payout that a provider may have sent already is never put into a file."""
    seller = await world.seller()
    await world.sell(await world.offer(seller, 10_00))
    made = await world.do(payments.pay_out, PayOut(seller=seller, currency="EUR"))
    await payments.send_payouts(world.database, {}, "stripe", [made.id])
    await payments.send_payouts(world.database, {"bank": Bank(OWN, "F")}, "bank", [made.id])
    assert await world.refused(payments.make_bank_file, MAKE) == BankFileRefusal.NOTHING_TO_SEND


async def test_a_statement_pays_and_sends_back_once(world: World) -> None:
    """Scenario 20: the bank returns 97.20, the balance is 97.20 again, nothing is sent twice."""
    seller, payout = await paid_out(world)
    await file_of(world)
    key = show("out", payout)
    left = statement(entry(97_20, "A1", key), moved=-97_20, name=name())
    for _ in range(2):
        done = await take(world, left)
        assert (done.read, done.unexplained) == (1, [])
        assert await state(world, payout) == "paid"
    came = entry(97_20, "A2", key, credit=True, reason="AC04")
    back = statement(came, moved=97_20, name=name())
    for _ in range(2):
        assert (await take(world, back)).unexplained == []
        assert await state(world, payout) == "returned"
        assert await world.balance("payable", seller) == 97_20
    assert await world.refused(payments.make_bank_file, MAKE) == BankFileRefusal.NOTHING_TO_SEND


async def test_statements_in_the_wrong_order_come_right(world: World) -> None:
    seller, payout = await paid_out(world)
    await file_of(world)
    key = show("out", payout)
    came = entry(97_20, "B2", key, credit=True, reason="AC04")
    back = statement(came, moved=97_20, name=name())
    [missed] = (await take(world, back)).unexplained
    assert "has not left" in missed.why
    left = statement(entry(97_20, "B1", key), moved=-97_20, name=name())
    assert (await take(world, left)).unexplained == []
    assert (await take(world, back)).unexplained == []
    assert await world.balance("payable", seller) == 97_20
    [row] = await world.rows("select state from payments.break where reference = 'B2'")
    assert row["state"] == "cleared"


async def test_a_file_that_was_booked_as_one_pays_each(world: World) -> None:
    payouts = [(await paid_out(world, 9_00 * n))[1] for n in (1, 2, 3)]
    made = await file_of(world)
    body = statement(batch(54_00, name(), made.message), moved=-54_00, name=name())
    assert (await take(world, body)).read == 3
    assert (await take(world, body)).unexplained == []
    assert [await state(world, one) for one in payouts] == ["paid"] * 3


@pytest.mark.parametrize("whole", [True, False])
async def test_rejected_payouts_are_owed_again(world: World, whole: bool) -> None:
    seller, payout = await paid_out(world)
    _, other = await paid_out(world, 9_00)
    made = await file_of(world)
    report = rejected(made.message, *([] if whole else [show("out", payout)]))
    for _ in range(2):
        assert (await take(world, report)).unexplained == []
        assert await world.balance("payable", seller) == 97_20
    assert await state(world, payout) == "failed"
    assert await state(world, other) == ("failed" if whole else "created")
    again = await world.do(payments.pay_out, PayOut(seller=seller, currency="EUR"))
    bank = {"bank": Bank(OWN, "F")}
    await payments.send_payouts(world.database, bank, "bank", [again.id])
    assert (await file_of(world)).amount == 97_20


async def test_a_rejection_after_the_statement_showed_it_is_told(world: World) -> None:
    seller, payout = await paid_out(world)
    made = await file_of(world)
    key = show("out", payout)
    await take(world, statement(entry(97_20, name(), key), moved=-97_20, name=name()))
    [missed] = (await take(world, rejected(made.message, key))).unexplained
    assert (missed.reference, missed.why) == (key, "The payout is paid.")
    assert await world.balance("payable", seller) == 0


async def test_what_nothing_explains_is_kept_as_a_break(world: World) -> None:
    _, payout = await paid_out(world)
    await file_of(world)
    key, bank = show("out", payout), name()
    body = statement(
        entry(97_21, f"{bank}a", key), entry(4_50, f"{bank}b", text="Account fee"),
        moved=-101_71, name=bank,
    )  # fmt: skip
    done = await take(world, body)
    assert [(one.amount, one.why) for one in done.unexplained] == [
        (-97_21, "The payout is over 97.20 EUR."),
        (-4_50, "it names no payment, refund or payout of ours"),
    ]
    await take(world, body)
    provider = payments.provider_of(bank)
    rows = await world.rows(
        "select difference, state from payments.break where provider = :p order by 1", p=provider
    )
    assert [tuple(row) for row in rows] == [(-97_21, "open"), (-4_50, "open")]


async def test_a_buyers_transfer_is_matched(world: World) -> None:
    lamp = await world.offer(await world.seller(), 50_00)
    placed = await world.place(lamp, tenders=(orders.Tender("bank", "transfer"),))
    reference = f"{payments.providers.bank.reference_of(placed.payments[0])}"
    body = statement(
        entry(50_00, name(), credit=True, text=f"rent {reference}"), moved=50_00, name=name()
    )
    assert (await take(world, body)).unexplained == []
    assert await world.state(placed.orders[0].id) == ["paid"]


async def test_a_statement_without_its_day_takes_nothing(world: World) -> None:
    _, payout = await paid_out(world)
    await file_of(world)
    good = statement(entry(97_20, name(), show("out", payout)), moved=-97_20, name=name())
    with pytest.raises(BadBankFile, match="'2026-13-07' is no day"):
        await take_bank_file(world.database, good.replace(b"2026-01-07<", b"2026-13-07<"), OWN)
    assert await state(world, payout) == "created"


async def test_a_rejection_in_other_words_changes_nothing(world: World) -> None:
    seller, payout = await paid_out(world)
    made = await file_of(world)
    await take(world, rejected(made.message))
    again = rejected(made.message, show("out", payout), reason="AC01")
    assert (await take(world, again)).unexplained == []
    assert await world.balance("payable", seller) == 97_20


async def test_a_report_on_a_file_of_somebody_else_changes_nothing(world: World) -> None:
    [missed] = (await take(world, rejected("not-ours", "out_x"))).unexplained
    assert missed.why == "we made no such file"
