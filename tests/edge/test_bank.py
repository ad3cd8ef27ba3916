"""Bank files over the API: the operator's alone, precise, and taken once."""

import base64
from pathlib import Path

import pytest

from fondaco.payments.providers.bank import Bank
from tests.bank.letters import OWN, SELLERS, entry, statement
from tests.edge.conftest import Shop

FILES, SENT, BALANCES = "/api/bank/files", "/api/bank/payment-files", "/api/bank/balances"


@pytest.fixture
def bank(shop: Shop) -> Shop:
    """A shop whose operator has an account at a bank."""
    shop.app.state.providers["bank"] = Bank(OWN, "Fondaco")
    return shop


def _body(letter: bytes) -> dict[str, str]:
    return {"content": base64.b64encode(letter).decode()}


async def test_a_statement_is_taken_once_and_its_breaks_are_listed(bank: Shop) -> None:
    fee = statement(entry(4_50, "API1", text="fee"), moved=-4_50, name="API-1")
    first = await bank.made(FILES, _body(fee))
    [done] = first["results"]
    why = "it names no payment, refund or payout of ours"
    assert done["unexplained"] == [
        {"reference": "API1", "amount": -4_50, "currency": "EUR", "why": why}
    ]
    assert (done["kind"], done["name"], done["read"], done["again"]) == (
        "camt.053", "API-1", 1, False,
    )  # fmt: skip
    [again] = (await bank.made(FILES, _body(fee)))["results"]
    assert again == {**done, "again": True}
    listed = (await bank.get(FILES)).json()["statements"]
    [kept] = [one for one in listed if one["statement"] == "API-1"]
    assert (kept["opening"], kept["closing"], kept["open_breaks"]) == (1_000_00, 995_50, 1)
    told = (await bank.get(f"/api/breaks?provider=bank API-1&day={kept['day']}")).json()["breaks"]
    assert [(one["difference"], one["reason"]) for one in told] == [(-4_50, why)]
    page = (await bank.get(f"{FILES}?limit=1")).json()
    assert page["next"] == f"{FILES}?after={page['statements'][-1]['id']}&limit=1"
    assert (await bank.get(page["next"])).status_code == 200
    [held] = (await bank.get(BALANCES)).json()["balances"]
    parts = ("booked", "before", "transfers", "unmatched", "gaps", "rest")
    assert held["closing"] == sum(held[name] for name in parts) - held["elsewhere"]


async def test_a_bad_file_is_refused_with_its_line(bank: Shop) -> None:
    for letter, why in (
        (statement(moved=0)[:-20], "In line 12: this is no XML"),
        (statement(moved=0, account=SELLERS), "the statement is of FR14"),
        (b"no XML", "In line 1: this is no XML"),
    ):
        answer = await bank.post(FILES, _body(letter))
        told = answer.json()
        assert (answer.status_code, told["code"]) == (422, "bad_bank_file")
        assert told["pointer"] == "/content"
        assert why in told["detail"]
    for body in ({"content": ""}, {"content": "§"}, {"content": 1}, {}):
        answer = await bank.post(FILES, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")


async def test_files_are_held_to_the_operators_schemas(bank: Shop, tmp_path: Path) -> None:
    bank.app.state["bank_schemas"] = str(tmp_path)
    answer = await bank.post(FILES, _body(statement(moved=0, name="X1")))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_bank_file")
    assert "In line 2: no schema of camt.053.001.08 in " in answer.json()["detail"]
    listed = (await bank.get(FILES)).json()["statements"]
    assert "X1" not in {one["statement"] for one in listed}


async def test_a_key_stands_for_one_file(bank: Shop) -> None:
    letter = _body(statement(moved=0, name="K1"))
    for _ in range(2):
        assert (await bank.post(FILES, letter, key="bank-1")).status_code == 201
    other = await bank.post(FILES, _body(statement(moved=0, name="K2")), key="bank-1")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_without_an_account_nothing_is_taken(shop: Shop) -> None:
    shop.app.state.providers.pop("bank", None)
    answer = await shop.post(FILES, _body(statement(moved=0, name="N1")))
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_provider")


async def test_a_file_over_the_limit_is_refused(bank: Shop) -> None:
    answer = await bank.post(FILES, {"content": "A" * 2_000_004})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_the_bank_is_the_operators_alone(bank: Shop) -> None:
    letter = _body(statement(moved=0, name="N2"))
    for who, status in (("a", 403), ("buyer", 403), ("nobody", 401)):
        assert (await bank.post(FILES, letter, who)).status_code == status
        for path in (FILES, SENT, f"{SENT}/x", BALANCES):
            assert (await bank.get(path, who)).status_code == status


async def test_a_payment_file_is_read_as_it_was_made(bank: Shop) -> None:
    for message in ("unknown", "%00"):
        assert (await bank.get(f"{SENT}/{message}")).status_code == 404
    async with bank.database.transaction() as tx:
        await tx.connection.execute(
            "insert into payments.bank_file"
            " (id, message, account, payouts, amount, body, made_by, made_at)"
            " values (64, 'M-1', $1, 1, 100, $2, 'operator', now())", OWN, b"<Document/>",
        )  # fmt: skip
    [one] = [one for one in (await bank.get(SENT)).json()["files"] if one["message"] == "M-1"]
    assert (one["payouts"], one["amount"], one["account"]) == (1, 100, OWN)
    answer = await bank.get(f"{SENT}/M-1")
    assert (answer.content, answer.headers["content-type"]) == (b"<Document/>", "application/xml")
    async with bank.database.transaction() as tx:
        await tx.connection.execute("delete from payments.bank_file where message = 'M-1'")
