"""Exchange rates: dated, exact, crossed over a base, never stale; read from files."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from fondaco import markets
from fondaco.markets import (
    FRESH,
    BadTable,
    CurrencyRate,
    FxRatesRefusal,
    Rate,
    SetFxRates,
    ShippedFx,
)
from tests.world import World

FRIDAY, SATURDAY, MONDAY = date(1990, 3, 2), date(1990, 3, 3), date(1990, 3, 5)


def day(on: date, base: str = "EUR", **rates: str) -> SetFxRates:
    """Rates of a day, as people write them."""
    return SetFxRates(
        base=base, on=on,
        rates=tuple(
            CurrencyRate(name, *Fraction(text).as_integer_ratio()) for name, text in rates.items()
        ),
    )  # fmt: skip


async def worth(world: World, of: str, into: str, on: date) -> tuple[int, int, date] | None:
    found = (await markets.fx_table(world.database, [of, into], on)).exchange(of, into)
    return (found.rate.numerator, found.rate.denominator, found.on) if found else None


async def test_a_rate_holds_until_the_next_while_it_is_fresh(world: World) -> None:
    await world.do(markets.set_fx_rates, day(FRIDAY, USD="1.10"))
    await world.do(markets.set_fx_rates, day(MONDAY, USD="1.20"))
    assert await worth(world, "EUR", "USD", FRIDAY - timedelta(1)) is None
    assert await worth(world, "EUR", "USD", SATURDAY) == (11, 10, FRIDAY)
    assert await worth(world, "EUR", "USD", MONDAY) == (6, 5, MONDAY)
    assert await worth(world, "EUR", "USD", MONDAY + FRESH) == (6, 5, MONDAY)
    assert await worth(world, "EUR", "USD", MONDAY + FRESH + timedelta(1)) is None


async def test_rates_are_turned_around_and_crossed_exactly(world: World) -> None:
    on = date(1991, 1, 2)
    await world.do(markets.set_fx_rates, day(on, USD="1.25", GBP="0.85"))
    assert await worth(world, "USD", "EUR", on) == (4, 5, on)
    assert await worth(world, "USD", "GBP", on) == (17, 25, on)
    assert await worth(world, "USD", "JPY", on) is None


async def test_a_cross_is_as_old_as_the_older_of_its_rates(world: World) -> None:
    on = date(1992, 1, 2)
    await world.do(markets.set_fx_rates, day(on, USD="1.25", GBP="0.80"))
    await world.do(markets.set_fx_rates, day(on + timedelta(1), USD="1.6"))
    assert await worth(world, "USD", "GBP", on + timedelta(1)) == (1, 2, on)


async def test_rates_set_again_change_nothing_and_corrected_ones_replace(world: World) -> None:
    on = date(1993, 1, 4)
    sent = [day(on, USD="1.1", GBP="0.8"), day(on, USD="1.1"), day(on, USD="1.3")]
    answers = await world.batch(markets.set_fx_rates, sent)
    assert [one.changed for one in answers] == [2, 0, 1]
    assert await worth(world, "EUR", "USD", on) == (13, 10, on)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (day(FRIDAY, XYZ="1"), FxRatesRefusal.UNKNOWN_CURRENCY),
        (day(FRIDAY, "XYZ", USD="1"), FxRatesRefusal.UNKNOWN_CURRENCY),
        (day(FRIDAY, USD="1", EUR="2"), FxRatesRefusal.RATE_TWICE),
    ],
)
async def test_refuses_rates_that_cannot_be(world: World, wish: SetFxRates, code: str) -> None:
    assert await world.refused(markets.set_fx_rates, wish) == code


async def test_the_shipped_rates_are_the_banks(world: World) -> None:
    days = await ShippedFx().days()
    assert (days[0].on, days[-1].on, len(days)) == (date(2022, 1, 3), date(2026, 10, 30), 1236)
    assert await markets.load_fx(world.database, _Few()) == 2
    assert await markets.load_fx(world.database, _Few()) == 0
    dollar = await worth(world, "EUR", "USD", date(2026, 11, 1))
    assert dollar == (*Fraction("1.1172").as_integer_ratio(), date(2026, 10, 30))


class _Few:
    """The dollar and the yen on the last day of what ships."""

    name = "few"

    async def days(self) -> list[SetFxRates]:
        last = (await ShippedFx().days())[-1]
        few = tuple(one for one in last.rates if one.currency in ("USD", "JPY"))
        return [SetFxRates(base=last.base, on=last.on, rates=few)]


async def test_a_source_that_names_no_currency_is_told_of(world: World) -> None:
    class Odd:
        name = "odd"

        async def days(self) -> list[SetFxRates]:
            return [day(FRIDAY, XYZ="1")]

    with pytest.raises(ValueError, match="'XYZ' is not an ISO 4217 currency"):
        await markets.load_fx(world.database, Odd())


def test_a_file_of_the_banks_form_is_read_and_its_bad_rows_are_told_by_line() -> None:
    text = """Date,USD,JPY,LVL,
2026-01-02,1.1,156,0.7,
2026-01-05,1.12,N/A,
2026-01-02,1.3,1,
soon,1,1,
2026-01-06,0,1,
2026-01-07,1.12345678,1,
2026-01-08,1,1,,1,

2026-01-09,,,
2026-01-12,1.15
"""
    days, bad = markets.read_fx_rates(text.splitlines(), "file")
    assert [(one.on, one.base, one.rates) for one in days] == [
        (date(2026, 1, 2), "EUR", (CurrencyRate("USD", 11, 10), CurrencyRate("JPY", 156, 1))),
        (date(2026, 1, 5), "EUR", (CurrencyRate("USD", 28, 25),)),
        (date(2026, 1, 12), "EUR", (CurrencyRate("USD", 23, 20),)),
    ]
    assert [tuple(one) for one in bad] == [
        (4, "is for the same day as line 2"),
        (5, "Date 'soon' is not a date such as 2026-01-31"),
        (6, "USD '0' is not a rate such as 1.1172"),
        (7, "USD '1.12345678' is not a rate such as 1.1172"),
        (8, "has more fields than the header"),
    ]


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("", "is not a table"),
        ("USD,JPY", "is not a table"),
        ("Date,USD,EUR", "has a column 'EUR'"),
        ("Date,USD,USD", "has a column 'USD'"),
        ("Date,dollar", "has a column 'dollar'"),
        ("Date,XYZ", "has a column 'XYZ'"),
    ],
)
def test_another_file_is_refused_whole(header: str, why: str) -> None:
    with pytest.raises(BadTable, match=why):
        markets.read_fx_rates([header], "file")


def test_rates_are_never_rounded() -> None:
    table = markets.FxTable(
        [markets.FxRate("EUR", "USD", FRIDAY, 11172, 10000),
         markets.FxRate("EUR", "ISK", FRIDAY, 1397, 10)]
    )  # fmt: skip
    found = table.exchange("USD", "ISK")
    assert found is not None
    assert found.rate == Rate(*(Fraction(1397, 10) / Fraction(11172, 10000)).as_integer_ratio())
