"""The chart of accounts: what the code posts to is what the database knows."""

from fondaco.ledger.model import AccountOf
from fondaco.payments import model
from tests.world import World


async def test_every_account_is_declared_as_the_database_has_it(world: World) -> None:
    rows = await world.rows("select name, guarded, asset from ledger.account")
    declared = {one for one in vars(model).values() if isinstance(one, AccountOf)}
    assert declared == {AccountOf(*row) for row in rows}
