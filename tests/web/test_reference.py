"""The API's reference page: all of the description, and no link that leads nowhere."""

import re
from html import unescape
from pathlib import Path

import msgspec
import pytest

from fondaco.serve import describe
from fondaco.web import reference
from tests.web.conftest import get


@pytest.fixture
def page(empty_url: str, tmp_path: Path) -> str:
    answer = get(empty_url, tmp_path, "/reference")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    return answer.text


def test_every_operation_and_every_type_is_on_the_page(page: str) -> None:
    document = msgspec.json.decode(describe())
    shown = set(re.findall(r'<b class="method \w+">(\w+)</b> <code>(.*?)</code>', page))
    described = {
        (method.upper(), path) for path, one in document["paths"].items() for method in one
    }
    assert shown == described
    for name, schema in document["components"]["schemas"].items():
        for field in schema.get("properties", {}):
            assert f"<code>{field}</code>" in page, (name, field)


def test_words_in_backticks_are_shown_as_code(page: str) -> None:
    prose = re.sub("<code>.*?</code>", "", page)
    assert "`" not in re.sub("<td>.*?</td>", "", prose)
    assert "<code>trade_status</code> what Alipay" in page


def test_every_link_leads_to_something(page: str) -> None:
    targets = set(re.findall(r'id="(.*?)"', page))
    links = re.findall(r'href="#(.*?)"', page)
    assert len(links) > 100
    assert set(links) - targets == set()
    assert len(targets) == len(re.findall(r'id="(.*?)"', page)), "an id twice"


def test_a_field_says_what_it_is_in_words(page: str) -> None:
    types = {
        one.name: {field.name: field for field in one.fields}
        for one in reference.read(msgspec.json.decode(describe())).types
    }
    bought = types["NewPurchase"]
    assert (bought["market"].words, bought["market"].required) == ("mkt_…", True)
    assert (bought["lines"].words, bought["lines"].link) == ("list of NewLine", "NewLine")
    assert bought["lines"].remark == "at least 1, at most 500"
    assert not bought["reference"].required
    assert types["NewKey"]["party"].words == "sel_… | per_… | org_…"
    assert "time, with its offset from UTC" in unescape(page)
