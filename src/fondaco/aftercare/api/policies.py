"""Terms of returns and disputes, by market."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from fondaco import markets
from fondaco.aftercare.api.views import Caller
from fondaco.aftercare.model import Days, Policy, SetPolicy
from fondaco.aftercare.policies import policies, set_policy
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Strict, reads, submit, writes
from fondaco.kernel.edge import id_in_path


class AftercarePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A market's terms, in days. `window_days` (of returns) and `dispute_days` run from delivery;
    after the others silence is an answer. `shipping_back`: the delivery charge goes back too when
    a whole order does.
    """

    window_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 14
    decide_days: Days = 2
    send_days: Days = 14
    transit_days: Days = 14
    inspect_days: Days = 5
    shipping_back: bool = True
    dispute_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 30
    answer_days: Days = 3
    reply_days: Days = 7


@post(
    "/api/markets/{market_id:str}/aftercare-policy",
    dto=Strict[AftercarePolicy],
    return_dto=None,
    **writes("admin"),
)
async def new_policy(
    data: JSONBody[AftercarePolicy],
    request: Caller,
    market_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> AftercarePolicy:
    """Set a market's terms for returns and disputes. Those that are open keep theirs."""
    policy = Policy(**msgspec.structs.asdict(data))
    wish = SetPolicy(market=id_in_path("mkt", market_id), policy=policy)
    await submit(request, set_policy, wish, idempotency_key, "unknown_market")
    return data


@get("/api/markets/{market_id:str}/aftercare-policy", **reads())
async def see_policy(request: Caller, market_id: FromPath[str]) -> AftercarePolicy:
    """A market's terms for returns and disputes."""
    id_, database = id_in_path("mkt", market_id), request.app.state.database
    if id_ not in await markets.markets(database, [id_]):
        raise Problem(404, "unknown_market", "There is no such market.")
    policy = (await policies(database, [id_]))[id_]
    return AftercarePolicy(**msgspec.structs.asdict(policy))


routes = (new_policy, see_policy)
