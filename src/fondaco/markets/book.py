"""The book of commission rules in memory: which one applies to a sale, and why.

A process keeps all rules of all markets, by scope. Each batch asks the database for what is newer
than it knows, mostly nothing, and then decides without reading: also for a time in the past, since
rules keep their periods.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import msgspec

from fondaco.kernel import Database, Tx
from fondaco.kernel.ids import show
from fondaco.markets.fees import FeePolicy, FeeRule, Policy
from fondaco.markets.queries import sql


class Sale(NamedTuple):
    """What a commission rule is looked up by; `categories` from the nearest up."""

    market: int
    seller: int
    product: int
    categories: tuple[int, ...]
    price: int
    currency: str
    at: datetime


class Standing(StrEnum):
    """How a rule stands to a sale that it may be for."""

    APPLIES = "applies"
    OVERRULED = "overruled"
    OUTSIDE_BAND = "outside_band"
    SCHEDULED = "scheduled"
    ENDED = "ended"


class Considered(NamedTuple):
    """A rule that was looked at for a sale, how it stands, and why, in words."""

    rule: FeeRule
    standing: Standing
    why: str


_Goods = dict[int | None, list[FeeRule]]
"""Rules by category, by the negative of a product, or None for all goods."""


class Fees:
    """Commission rules and fee policies, looked up by what is sold.

    The first rule that applies wins, in this order: for this seller before for all; for the
    product, then the nearest category, then any goods; with a price band before without; the one
    that began later, then the one set later.
    """

    def __init__(self, rules: Sequence[FeeRule] = (), policies: Sequence[Policy] = ()) -> None:
        self.revision = 0
        self._rules: dict[int, FeeRule] = {}
        self._filed: dict[tuple[int, int | None], _Goods] = {}
        self._policies: dict[int, dict[int, Policy]] = {}
        self._terms: dict[int, list[tuple[datetime, FeePolicy]]] = {}
        self.learn(rules, policies)

    def learn(self, rules: Sequence[FeeRule], policies: Sequence[Policy]) -> None:
        """Take in what is new; news of a rule that is older than what is known of it is none."""
        for rule in rules:
            known = self._rules.get(rule.id)
            if known is None or known.revision < rule.revision:
                self._rules[rule.id] = rule
                self._file(rule)
        for policy in policies:
            mine = self._policies.setdefault(policy.market, {})
            mine[policy.id] = policy
            in_turn = sorted(mine.values(), key=lambda p: (p.valid_from, p.id))
            self._terms[policy.market] = [(p.valid_from, p.terms()) for p in in_turn]
        news = [rule.revision for rule in rules] + [policy.revision for policy in policies]
        self.revision = max([self.revision, *news])

    def _file(self, rule: FeeRule) -> None:
        goods = self._filed.setdefault((rule.market, rule.seller), {})
        what = -rule.product if rule.product is not None else rule.category
        filed = [one for one in goods.get(what, []) if one.id != rule.id]
        filed.append(rule)
        filed.sort(key=lambda one: (one.banded, one.valid_from, one.id), reverse=True)
        goods[what] = filed

    def rule(self, sale: Sale) -> FeeRule:
        """The rule that applies, with the floor and cap of the sale's currency.

        Before a market's first rule that one counts.
        """
        for rules in self._candidates(sale):
            for rule in rules:
                if rule.in_force(sale.at) and rule.in_band(sale.price, sale.currency):
                    return rule.for_currency(sale.currency)
        raise LookupError(f"market {sale.market} has no commission rule")

    def explain(self, sale: Sale) -> list[Considered]:
        """Every rule that is for such a sale, in order of precedence, and how each stands."""
        winner: FeeRule | None = None
        found = []
        for rule in chain(*self._candidates(sale)):
            standing, why = _stands(rule, sale)
            if standing is Standing.APPLIES and winner is not None:
                standing, why = Standing.OVERRULED, _beaten(rule, winner)
            elif standing is Standing.APPLIES:
                winner = rule
            found.append(Considered(rule.for_currency(sale.currency), standing, why))
        return sorted(found, key=lambda one: one.standing is not Standing.APPLIES)

    def _candidates(self, sale: Sale) -> list[list[FeeRule]]:
        """Rules that are for such a sale, in order of precedence; mostly one seller has none."""
        found = []
        for who in (sale.seller, None):
            if goods := self._filed.get((sale.market, who)):
                if len(goods) > 1 or None not in goods:
                    for what in (-sale.product, *sale.categories):
                        if what in goods:
                            found.append(goods[what])
                if None in goods:
                    found.append(goods[None])
        return found

    def policy(self, market: int, at: datetime) -> FeePolicy:
        """The market's fee policy at a time; the first counts for what was before it."""
        known = self._terms.get(market)
        if not known:
            return _NO_POLICY
        found = known[0][1]
        for valid_from, terms in known[1:]:
            if valid_from <= at:
                found = terms
        return found


_NO_POLICY: Final = FeePolicy()


def _stands(rule: FeeRule, sale: Sale) -> tuple[Standing, str]:
    if not rule.in_band(sale.price, sale.currency):
        band = f"from {rule.price_from}"
        band += f" to below {rule.price_below}" if rule.price_below is not None else ""
        return Standing.OUTSIDE_BAND, f"It is for unit prices {band} in {rule.currency}."
    if not rule.in_force(sale.at):
        if sale.at < rule.valid_from:
            return Standing.SCHEDULED, f"It begins at {rule.valid_from.isoformat()}."
        ended = rule.valid_until.isoformat() if rule.valid_until else ""
        return Standing.ENDED, f"It ended at {ended}."
    return Standing.APPLIES, f"It is for {_for_whom(rule)}, and nothing more specific applies."


def _beaten(rule: FeeRule, winner: FeeRule) -> str:
    name = show("fee", winner.id)
    if _for_whom(rule) != _for_whom(winner):
        return f"It is for {_for_whom(rule)}; {name} is for {_for_whom(winner)}."
    if rule.valid_from != winner.valid_from:
        return f"{name} is as specific and began later."
    return f"{name} is as specific and was set later."


def _for_whom(rule: FeeRule) -> str:
    who = "this seller" if rule.seller is not None else "every seller"
    if rule.product is not None:
        what = "this product"
    elif rule.category is not None:
        what = f"the category {show('cat', rule.category)}"
    else:
        what = "all goods"
    return f"{who} and {what}{' in a price band' if rule.banded else ''}"


class _News(msgspec.Struct):
    rules: list[FeeRule]
    policies: list[Policy]


_news = msgspec.json.Decoder(_News)
_BOOKS: WeakKeyDictionary[Database, Fees] = WeakKeyDictionary()


async def fees(source: Tx | Database) -> Fees:
    """The commission rules and policies of all markets, as of now: one small statement."""
    database = source.database if isinstance(source, Tx) else source
    book = _BOOKS.setdefault(database, Fees())
    for row in await source.fetch(sql.fee_rules, known=book.revision):
        news = _news.decode(row["news"])
        book.learn(news.rules, news.policies)
    return book
