"""`check` and `migrate` on a database, as an operator or a script calls them."""

import asyncio
import json

import pytest

from fondaco import check
from tests.cli.conftest import Fondaco
from tests.scratch import administer

PLANTED = (
    "insert into ledger.balance (bucket, subject, account, currency, amount)"
    " values (0, 1, 'payable', 'EUR', 5)"
)


@pytest.mark.usefixtures("url")
def test_every_rule_is_named_with_what_it_says(fondaco: Fondaco) -> None:
    said = fondaco("check")
    words = " ".join(said.out.split())
    assert said.status == 0
    assert "All rules hold." in words
    for rule in check.INVARIANTS:
        assert f"ok {rule.domain}.{rule.name} {' '.join(rule.rule.split())}" in words


def test_a_broken_rule_ends_with_1_and_shows_its_rows(fondaco: Fondaco, url: str) -> None:
    asyncio.run(administer(url, PLANTED))
    said = fondaco("check")
    assert said.status == 1
    assert "BROKEN ledger.guarded_balance_is_sum_of_entries" in said.out
    assert "1 rows, such as:" in said.out


def test_json_says_the_same(fondaco: Fondaco, url: str) -> None:
    clean = fondaco("check", "--json")
    assert clean.status == 0
    assert json.loads(clean.out)["clean"] is True
    asyncio.run(administer(url, PLANTED))
    said = fondaco("check", "--json")
    told = json.loads(said.out)
    assert said.status == 1
    assert told["clean"] is False
    broken = [one["name"] for one in told["invariants"] if one["rows"]]
    assert "guarded_balance_is_sum_of_entries" in broken
    assert len(told["invariants"]) == len(check.INVARIANTS)


def test_a_database_that_is_behind_says_how_to_catch_up(
    fondaco: Fondaco, monkeypatch: pytest.MonkeyPatch, blank_url: str
) -> None:
    monkeypatch.setenv("FONDACO_DATABASE_URL", blank_url)
    behind = fondaco("check")
    assert behind.status == 1
    assert "`fondaco migrate`" in behind.err
    first = fondaco("migrate")
    assert first.status == 0
    assert "applied 0001_kernel.sql" in first.out
    assert "applied" not in fondaco("migrate").out
    assert fondaco("check").status == 0
