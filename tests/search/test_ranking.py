"""What is found and in which order, against the same sums in plain Python."""

from collections import Counter, defaultdict
from math import log1p
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fondaco import migrations, search
from fondaco.search import finding
from tests.search.conftest import Aisle

MIGRATIONS = Path(migrations.__file__).parent
VOCABULARY = ("lamp", "oak", "desk", "brass", "12", "blue", "chair")
NAMES = st.lists(
    st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=6).map(" ".join),
    min_size=1, max_size=12,
)  # fmt: skip


def clerk(names: dict[int, str], words: list[str]) -> dict[int, float]:
    """BM25 with k1 0.6 and b 0.5 over names whose words count five, and the category's two."""
    texts = {
        id_: {"good": 2} | {term: 5 * n for term, n in Counter(name.split()).items()}
        for id_, name in names.items()
    }
    average = sum(sum(text.values()) for text in texts.values()) / len(texts)
    scores: dict[int, float] = defaultdict(float)
    for word in set(words):
        holders = [id_ for id_, text in texts.items() if word in text]
        rarity = log1p((len(texts) - len(holders) + 0.5) / (len(holders) + 0.5))
        for id_ in holders:
            often, length = texts[id_][word] / 5, sum(texts[id_].values())
            soft = often + 0.6 * (0.5 + 0.5 * length / average)
            scores[id_] += rarity * often * 1.6 / soft
    return dict(scores)


@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(names=NAMES, words=st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=4))
async def test_scores_are_the_clerks(aisle: Aisle, names: list[str], words: list[str]) -> None:
    await aisle.add(names)
    await _exact(aisle)
    expected = clerk(aisle.names, words)
    answer = await aisle.answer(" ".join(words), limit=1000)
    if not expected:
        assert answer.relaxed in (search.Relaxed.ALL_TERMS, search.Relaxed.SOME_TERMS)
        return
    told = {card.product: card.score for card in answer.cards}
    if answer.corrected is None:
        assert told == pytest.approx(expected, rel=1e-4)
        scores = [card.score for card in answer.cards]
        assert scores == sorted(scores, reverse=True)


async def _exact(aisle: Aisle) -> None:
    """Let the average be the true one, which it otherwise follows a twentieth behind."""
    async with aisle.world.database.transaction() as tx:
        await tx.connection.execute(
            "update search.statistics set average = length / documents::float8"
        )
    await aisle.catch_up()


async def test_a_usual_term_ranks_what_rarer_ones_found(
    aisle: Aisle, monkeypatch: pytest.MonkeyPatch
) -> None:
    await aisle.add(["blue oak", "oak oak", "blue lamp", "blue desk", "blue chair"])
    both = await aisle.answer("blue oak")
    monkeypatch.setattr(finding, "_FEW", 2)
    pruned = await aisle.answer("blue oak")
    assert [card.name for card in pruned.cards] == ["blue oak", "oak oak"]
    assert pruned.cards == both.cards[:2]
    assert len(await aisle.found("blue")) == 4
    narrow = await aisle.department("Rugs")
    await aisle.add(["blue rug"], category=narrow)
    assert await aisle.found("blue oak", category=narrow) == ["blue rug"]


async def test_news_twice_changes_nothing(aisle: Aisle) -> None:
    ids = await aisle.add(["oak desk", "brass lamp"])
    before = await aisle.answer("desk")
    await search.weigh(aisle.world.database, ids)
    await search.list_again(aisle.world.database, [(aisle.world.market, one) for one in ids])
    assert await aisle.answer("desk") == before


async def test_texts_that_change_are_weighed_anew(aisle: Aisle) -> None:
    [one, _] = await aisle.add(["oak desk desk", "brass lamp"])
    async with aisle.world.database.transaction() as tx:
        await tx.connection.execute(
            "update catalog.product set name = 'blue chair' where id = $1", one
        )
    await search.weigh(aisle.world.database, [one])
    assert await aisle.found("chair") == ["blue chair"]
    assert (await aisle.answer("oak")).relaxed is search.Relaxed.ALL_TERMS


async def test_weights_follow_the_average_length(aisle: Aisle) -> None:
    await aisle.add(["lamp"])
    await aisle.add(["a very long name of a brass lamp with shade and cord"] * 3)
    rows = await aisle.world.rows("select distinct average from search.document")
    [kept] = await aisle.world.rows("select average from search.statistics")
    assert [row["average"] for row in rows] == [kept["average"]]


async def test_what_was_there_before_search_came_is_told(aisle: Aisle) -> None:
    await aisle.add(["oak desk"])
    tables = "search.listing, search.weight, search.document, search.term, kernel.outbox"
    migration = (MIGRATIONS / "0038_search.sql").read_text(encoding="utf-8")
    async with aisle.world.database.transaction() as tx:
        await tx.connection.execute(f"truncate {tables}, kernel.subscription")
        await tx.connection.execute("update search.statistics set documents = 0, length = 0")
        await tx.connection.execute(migration[migration.index("insert into kernel.outbox") :])
    await aisle.catch_up()
    assert await aisle.found("desk") == ["oak desk"]
