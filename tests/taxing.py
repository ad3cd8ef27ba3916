"""An outside tax engine to test with: one rate for all, half up, of goods and of shipping."""

from collections.abc import Sequence
from uuid import uuid4

from fondaco import orders
from fondaco.kernel import Refused
from fondaco.kernel.money import half_up
from fondaco.pricing import TaxAnswer, TaxQuestion
from tests.world import Lines, World


class FlatTax:
    """Tells so many percent, and remembers what it was asked; nothing for the region ZZ."""

    name = "flat"

    def __init__(self, percent: int) -> None:
        self.percent = percent
        self.asked: list[TaxQuestion] = []

    async def taxes(self, asked: Sequence[TaxQuestion]) -> Sequence[TaxAnswer | None]:
        self.asked += asked
        return [
            TaxAnswer(
                tuple((self._of(line.goods), self._of(line.shipping)) for line in one.lines), "ref"
            )
            if one.region != "ZZ"
            else None
            for one in asked
        ]

    def _of(self, amount: int) -> int:
        return half_up(amount * self.percent, 100)


async def told(
    world: World, engine: FlatTax, *lines: Lines, region: str = "NY"
) -> orders.TaxQuoted | Refused:
    """What comes of asking for one basket."""
    wanted = tuple(orders.PlaceLine(*((one, 1) if isinstance(one, int) else one)) for one in lines)
    basket = orders.Basket(market=world.market, lines=wanted, country="US", region=region)
    key = uuid4().hex
    [answer] = await orders.quote_taxes(world.database, engine, [basket], "test", [key])
    assert not isinstance(answer, Exception), answer
    return answer
