"""The API's description: OpenAPI 3.1 at /api, the same as the committed one."""

import json
from pathlib import Path

from tests.edge.conftest import Shop

COMMITTED = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


async def test_the_description_is_served_at_api(bare: Shop) -> None:
    answer = await bare.http.get("/api")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/vnd.oai.openapi+json")
    assert answer.json()["openapi"].startswith("3.1")


async def test_the_committed_description_is_this_one(bare: Shop) -> None:
    """If it is not: write it anew as docs/reference/api.md says."""
    described = (await bare.http.get("/api")).json()
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == described


async def test_every_operation_says_how_it_may_fail_and_has_a_name_of_its_own(bare: Shop) -> None:
    described = (await bare.http.get("/api")).json()
    operations = [op for item in described["paths"].values() for op in item.values()]
    names = [op["operationId"] for op in operations]
    assert len(names) == len(set(names))
    for operation in operations:
        assert {"503", "504"} <= set(operation["responses"]), operation["operationId"]
        assert operation["description"], operation["operationId"]
