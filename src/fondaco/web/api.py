"""The routes of the pages, for `serve`."""

import asyncio
import re
from pathlib import Path
from typing import Annotated, Any, Final

import jinja2
from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath, QueryParameter
from markupsafe import Markup, escape

from fondaco import search
from fondaco.kernel import Database, Problem
from fondaco.kernel.api import public
from fondaco.kernel.edge import id_pattern, parsed
from fondaco.kernel.ids import parse
from fondaco.web import reference
from fondaco.web.books import BooksReader
from fondaco.web.market import front
from fondaco.web.pictures import PICTURES, picture
from fondaco.web.product import product_page
from fondaco.web.results import results
from fondaco.web.seller import seller_page

_HERE: Final = Path(__file__).parent
_PAGES: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _prose(text: str) -> Markup:
    """Words with `code` in backticks, as HTML."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


_PAGES.filters["prose"] = _prose
_STYLE: Final = (_HERE / "static" / "style.css").read_bytes()
_ICON: Final = (_HERE / "static" / "icon.svg").read_bytes()

# Everything comes from this server, nothing may run, and no other site may frame the page.
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
_PAGE_HEADERS: Final = {"content-security-policy": _POLICY, "cache-control": "no-cache"}
_SLUG: Final = re.compile("[a-z0-9][a-z0-9-]{0,149}")
_DAY: Final = "public, max-age=86400"


@get("/", **public(), include_in_schema=False)
async def page(state: State) -> Response[str]:
    """The front page: a market's shelves and books, or how to open one."""
    shown = await front(state.database, state.books)
    template = _PAGES.get_template("market.html" if shown else "empty.html")
    html = template.render(page=shown)
    return Response(html, media_type=MediaType.HTML, headers=_PAGE_HEADERS)


@get("/search", **public(400), include_in_schema=False)
async def search_page(
    state: State,
    q: Annotated[str, QueryParameter(max_length=200)] = "",
    category: Annotated[str | None, QueryParameter(pattern=id_pattern("cat"))] = None,
    min_price: Annotated[int, QueryParameter(ge=0, le=10**15)] = 0,
    max_price: Annotated[int, QueryParameter(ge=0, le=10**15)] = 10**15,
    sort: Annotated[search.Sort, QueryParameter()] = search.Sort.RELEVANCE,
    after: Annotated[str | None, QueryParameter(pattern=id_pattern("prd"))] = None,
) -> Response[str]:
    """What the market that was opened first lists for some words."""
    ask = search.Ask(
        market=0, text=q.replace("\0", " "), category=parsed("cat", category),
        min_price=min_price, max_price=max_price, sort=sort, after=parsed("prd", after),
    )  # fmt: skip
    try:
        shown = await results(state.database, ask)
    except search.UnknownCategory:
        return _page("", None, "There is no such category here.")
    except search.UnknownPlace:
        return _page("", None, "What this page began with is not found any more.")
    return _page("search.html", shown, "No market is open here yet.")


@get("/products/{slug:str}", **public(404), include_in_schema=False)
async def one_product(
    state: State,
    slug: FromPath[str],
    variant: Annotated[str | None, QueryParameter(max_length=100)] = None,
) -> Response[str]:
    """A product: its pictures, its variants and who sells them."""
    named = _SLUG.fullmatch(slug) is not None and "\0" not in (variant or "")
    shown = await product_page(state.database, slug, variant) if named else None
    return _page("product.html", shown, "There is no such product here.")


@get("/sellers/{seller:str}", **public(404), include_in_schema=False)
async def one_seller(
    state: State,
    seller: FromPath[str],
    after: Annotated[str | None, QueryParameter(pattern=id_pattern("off"))] = None,
) -> Response[str]:
    """A seller and what it offers."""
    known = re.fullmatch(id_pattern("sel"), seller) is not None
    shown = known and await seller_page(
        state.database, parse("sel", seller), parsed("off", after) or 0
    )
    return _page("seller.html", shown or None, "There is no such seller here.")


def _page(template: str, shown: Any, missing: str) -> Response[str]:
    """A page, or the words for there being no such thing."""
    status, name = (404, "missing.html") if shown is None else (200, template)
    html = _PAGES.get_template(name).render(page=shown, missing=missing)
    return Response(html, status_code=status, media_type=MediaType.HTML, headers=_PAGE_HEADERS)


@get("/reference", **public(), include_in_schema=False)
async def reference_page(request: Request[Any, Any, State]) -> Response[str]:
    """The API's description for people. Made once: a running server's API does not change."""
    kept = request.app.state
    if not kept.reference:
        shown = await asyncio.to_thread(reference.read, request.app.openapi_schema.to_schema())
        kept.reference = _PAGES.get_template("reference.html").render(page=shown)
    return Response(kept.reference, media_type=MediaType.HTML, headers=_PAGE_HEADERS)


@get("/style.css", **public(), include_in_schema=False)
async def style() -> Response[bytes]:
    """The stylesheet of all pages."""
    return Response(_STYLE, media_type="text/css; charset=utf-8", headers={"cache-control": _DAY})


@get("/icon.svg", **public(), include_in_schema=False)
async def icon() -> Response[bytes]:
    """What browsers show beside the page's name."""
    return Response(_ICON, media_type="image/svg+xml", headers={"cache-control": _DAY})


@get("/pictures/{name:str}", **public(), include_in_schema=False)
async def one_picture(request: Request[Any, Any, State], name: FromPath[str]) -> Response[bytes]:
    """A product's picture, kept by browsers for a day."""
    found = await asyncio.to_thread(picture, request.app.state.pictures, name)
    if found is None:
        raise Problem(404, "unknown_picture", "There is no such picture.")
    headers = {"cache-control": _DAY, "etag": found.tag}
    if request.headers.get("if-none-match") == found.tag:
        return Response(b"", status_code=304, media_type=found.media_type, headers=headers)
    return Response(found.body, media_type=found.media_type, headers=headers)


routes: Final = (
    page,
    search_page,
    one_product,
    one_seller,
    reference_page,
    style,
    icon,
    one_picture,
)


def state(database: Database, home: Path) -> dict[str, Any]:
    """What these routes need in the application's state; pictures lie in the data folder."""
    return {"books": BooksReader(database), "pictures": home / PICTURES, "reference": ""}
