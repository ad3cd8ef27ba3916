"""Tax rates: set by place, class and day; read from files; those that ship."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from fondaco import markets
from fondaco.markets import (
    BadTable,
    Prices,
    Rate,
    Remitter,
    Rounding,
    SeedTax,
    SetTaxRate,
    TaxPolicy,
    TaxRateRefusal,
)
from tests.world import TEN_PERCENT, World

SPRING, SUMMER, AUTUMN = date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)
HEADER = "country,region,class,rate,valid_from,valid_until"


def rate(percent: int, day: date, country: str = "QQ", **more: object) -> SetTaxRate:
    fields = {"country": country, "numerator": percent, "denominator": 100, "valid_from": day}
    return SetTaxRate(**(fields | more))  # type: ignore[arg-type]


async def in_force(
    world: World, on: date, country: str, region: str, tax_class: str
) -> Rate | None:
    table = await markets.tax_table(world.database, [country])
    return table.rate(country, region, tax_class, on)


async def test_a_rate_holds_from_its_day_until_the_next(world: World) -> None:
    place = ("QA", "", "standard")
    for percent, day in ((19, SPRING), (16, SUMMER), (19, AUTUMN)):
        assert (await world.do(markets.set_tax_rate, rate(percent, day, "QA"))).changed
    assert await in_force(world, SPRING - timedelta(1), *place) is None
    for day, percent in (
        (SPRING, 19), (SUMMER - timedelta(1), 19), (SUMMER, 16),
        (AUTUMN - timedelta(1), 16), (AUTUMN, 19),
    ):  # fmt: skip
        assert await in_force(world, day, *place) == Rate(percent, 100)


async def test_a_rate_ends_with_its_last_day_and_uncovers_none_before(world: World) -> None:
    await world.do(markets.set_tax_rate, rate(20, SPRING, "QB"))
    await world.do(markets.set_tax_rate, rate(5, SUMMER, "QB", valid_until=AUTUMN))
    assert await in_force(world, AUTUMN - timedelta(1), "QB", "", "standard") == Rate(5, 100)
    assert await in_force(world, AUTUMN, "QB", "", "standard") is None


async def test_a_region_comes_before_its_country(world: World) -> None:
    for one in (rate(21, SPRING, "QC"), rate(7, SPRING, "QC", region="CN")):
        await world.do(markets.set_tax_rate, one)
    assert await in_force(world, SUMMER, "QC", "CN", "standard") == Rate(7, 100)
    assert await in_force(world, SUMMER, "QC", "B", "standard") == Rate(21, 100)


async def test_everywhere_else_is_only_where_there_is_no_rate_at_all(world: World) -> None:
    await world.do(markets.set_tax_rate, rate(0, SPRING, "*"))
    await world.do(markets.set_tax_rate, rate(20, SPRING, "QD", tax_class="reduced"))
    assert await in_force(world, SUMMER, "QE", "", "standard") == Rate(0, 100)
    assert await in_force(world, SUMMER, "QD", "", "standard") is None
    assert await in_force(world, SUMMER, "QD", "", "zero") == Rate(0, 1)
    await world.rows("delete from markets.tax_rate where country = '*'")


async def test_a_rate_set_again_changes_nothing_and_one_corrected_replaces(world: World) -> None:
    first, again, corrected = await world.batch(
        markets.set_tax_rate,
        [rate(20, SPRING, "QF"), rate(20, SPRING, "QF"), rate(21, SPRING, "QF")],
    )
    assert [first.changed, again.changed, corrected.changed] == [True, False, True]
    [stands] = await markets.list_tax_rates(world.database, "QF")
    assert stands.rate == Rate(21, 100)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (rate(101, SPRING), TaxRateRefusal.OVER_WHOLE),
        (rate(10, SPRING, valid_until=SPRING), TaxRateRefusal.ENDS_BEFORE_START),
    ],
)
async def test_refuses_a_rate_that_cannot_be(world: World, wish: SetTaxRate, code: str) -> None:
    assert await world.refused(markets.set_tax_rate, wish) == code


async def test_a_market_opens_with_its_policy_and_the_shipped_rates(world: World) -> None:
    policy = TaxPolicy(
        prices=Prices.EXCLUSIVE, remitter=Remitter.PLATFORM, country="ES", region="CN",
        rounding=Rounding.ORDER, shipping=False, reverse_charge=False,
    )  # fmt: skip
    wish = markets.OpenMarket(
        slug=f"m-{uuid4().hex}", name="M", currency="EUR", fee=TEN_PERCENT, tax=policy,
        seed_tax=True,
    )  # fmt: skip
    id_ = (await world.do(markets.open_market, wish)).id
    assert (await markets.markets(world.database, [id_]))[id_].tax == policy
    today = world.clock().date()
    assert await in_force(world, today, "DE", "", "standard") == Rate(19, 100)
    assert await in_force(world, today, "FI", "", "standard") == Rate(51, 200)
    assert await in_force(world, today, "DE", "", "reduced") == Rate(7, 100)
    assert await in_force(world, today, "BE", "", "reduced_1") == Rate(3, 50)
    assert await in_force(world, today, "BE", "", "reduced") is None, "there are two"
    assert await in_force(world, today, "GB", "", "standard") == Rate(1, 5)


async def test_seeding_leaves_alone_what_stands(world: World) -> None:
    mine = rate(99, date(2020, 1, 1), "DE")
    await world.do(markets.set_tax_rate, mine)
    await world.do(markets.seed_tax, SeedTax(valid_from=date(2024, 1, 1)))
    assert await in_force(world, date(2024, 7, 1), "DE", "", "standard") == Rate(99, 100)
    assert await in_force(world, date(2024, 1, 1), "FR", "", "standard") == Rate(1, 5)
    assert (await world.do(markets.seed_tax, SeedTax(valid_from=date(2024, 1, 1)))).rates == 0
    await world.rows("delete from markets.tax_rate where country = 'DE' and numerator = 99")


def test_a_file_of_rates_is_read_and_its_bad_rows_are_told_by_line() -> None:
    text = f"""{HEADER}
DE,,standard,19,2026-01-01,
ES,CN,standard,7.00 %,,
DE,,standard,16,2026-01-01,
Germany,,standard,19,,
DE,,Reduced,7,,
DE,,reduced,seven,,
DE,,reduced,101,,
DE,,reduced,7,01/02/2026,
DE,,reduced,7,2026-03-01,2026-03-01
DE,,reduced,7,2026-03-01,,x

FI,,standard,25.5
"""
    rates, bad = markets.read_tax_rates(text.splitlines(), "file", SPRING)
    assert [(one.country, one.region, one.numerator, one.denominator, one.valid_from)
            for one in rates] == [
        ("DE", "", 19, 100, date(2026, 1, 1)), ("ES", "CN", 7, 100, SPRING),
        ("FI", "", 51, 200, SPRING),
    ]  # fmt: skip
    assert [(line, reason) for line, reason in bad] == [
        (4, "is for the same place, class and day as line 2"),
        (5, "country 'Germany' is not one"),
        (6, "class 'Reduced' is not one"),
        (7, "rate 'seven' is not a percentage such as 21 or 5.5"),
        (8, "rate '101' is more than 100 %"),
        (9, "valid_from '01/02/2026' is not a date such as 2026-01-31"),
        (10, "valid_until 2026-03-01 is not after valid_from 2026-03-01"),
        (11, "has more fields than the header: 'x'"),
    ]


def test_a_row_without_a_day_needs_one_from_elsewhere() -> None:
    _, [bad] = markets.read_tax_rates([HEADER, "DE,,standard,19,,"], "file")
    assert bad == (2, "valid_from is missing")


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("", "lacks the columns country, region, class, rate"),
        ("country,region,class", "lacks the column rate"),
        (HEADER + ",colour", "has a column 'colour', which is none of"),
    ],
)
def test_another_file_is_refused_whole(header: str, why: str) -> None:
    with pytest.raises(BadTable, match=why):
        markets.read_tax_rates([header], "file")


@pytest.mark.parametrize(
    ("share", "shown"),
    [(Rate(21, 100), "21 %"), (Rate(11, 200), "5.5 %"), (Rate(0, 1), "0 %"), (Rate(1, 10), "10 %"),
     (Rate(1, 3), "33.3333 %"), (Rate(1, 1), "100 %")],
)  # fmt: skip
def test_a_rate_is_shown_as_a_percentage(share: Rate, shown: str) -> None:
    assert share.shown() == shown
