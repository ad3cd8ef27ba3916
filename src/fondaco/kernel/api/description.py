"""How the API describes itself."""

from typing import Any

from litestar import Request, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from fondaco.kernel.errors import Problem


def description(version: str) -> OpenAPIConfig:
    """How the API of this version is described: at /api, and nowhere below it."""

    async def only_itself(request: Request[Any, Any, Any]) -> None:
        if request.url.path.rstrip("/") != "/api":
            raise Problem(404, "not_found", "There is nothing here.")

    return OpenAPIConfig(
        title="Fondaco",
        version=version,
        description="Buy from many sellers at once, pay into escrow, ship, confirm, settle.",
        components=Components(
            security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}
        ),
        security=[{"key": []}],
        use_handler_docstrings=True,
        operation_id_creator=lambda handler, *_: handler.handler_name,
        openapi_router=Router(
            "/api", route_handlers=[], before_request=only_itself, opt={"public": True},
            include_in_schema=False,
        ),
        render_plugins=[JsonRenderPlugin(path="/")],
    )  # fmt: skip
