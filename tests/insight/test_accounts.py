"""What is told of an account is all there is of it, in a market where everything happened."""

from fondaco import insight, ledger
from tests.scratch import scratch_url as scratch_url
from tests.traded import trade
from tests.world import open_world

_SUBJECTS = """
    select account, subject, currency, sum(amount)::bigint as balance, count(*) as entries
    from ledger.entry where account = any(:accounts::text[]) group by 1, 2, 3
"""


async def test_a_history_has_every_posting_and_ends_with_the_balance(scratch_url: str) -> None:
    async with open_world(scratch_url) as world:
        await trade(world)
        subjects = await world.rows(_SUBJECTS, accounts=list(insight.TOLD))
        assert {row["account"] for row in subjects} == set(insight.TOLD)
        for row in subjects:
            told = await ledger.history(
                world.database, row["account"], row["subject"], ledger.Place(), 1000
            )
            mine = [one for one in told if one.currency == row["currency"]]
            assert len(mine) == row["entries"], row
            assert mine[-1].balance == row["balance"], row
