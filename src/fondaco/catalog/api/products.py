"""Categories and products over HTTP."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody, QueryParameter

from fondaco import parties
from fondaco.catalog.commands import add_category, add_product
from fondaco.catalog.model import (
    AddCategory,
    AddProduct,
    NewVariant,
    Product,
    Slug,
    TaxClass,
)
from fondaco.catalog.queries import list_categories, list_products, product
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import (
    CategoryId,
    Made,
    id_in_path,
    id_pattern,
    next_page,
    parsed,
)
from fondaco.kernel.ids import parse, show

Caller = Request[Any, parties.Access, State]
Image = Annotated[str, msgspec.Meta(max_length=300)]


class NewCategory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A category to be added, under a parent or at the top."""

    slug: Slug
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    parent: CategoryId | None = None
    tax_class: TaxClass = "standard"


class NewSku(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One variant of a new product."""

    sku: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    name: Image = ""
    image: Image = ""
    weight_g: Annotated[int, msgspec.Meta(ge=0, le=10**9)] | None = None


class NewProduct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product to be added with its variants; its tax class is that of its category if none."""

    slug: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,149}$(?!\\n)")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    category: CategoryId
    variants: Annotated[list[NewSku], msgspec.Meta(min_length=1, max_length=200)]
    description: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    images: Annotated[list[Image], msgspec.Meta(max_length=50)] = []
    tax_class: TaxClass | None = None


class MadeProduct(msgspec.Struct, frozen=True):
    """The new product, and its variants in the order given."""

    id: str
    variants: list[str]


class CategoryView(msgspec.Struct, frozen=True):
    """A category."""

    id: str
    slug: str
    name: str
    parent: str | None
    tax_class: str


class SkuView(msgspec.Struct, frozen=True):
    """A variant of a product."""

    id: str
    sku: str
    name: str
    image: str
    weight_g: int | None


class ProductView(msgspec.Struct, frozen=True):
    """A product with its variants."""

    id: str
    slug: str
    name: str
    description: str
    category: str
    images: list[str]
    created_at: datetime
    variants: list[SkuView]


class CategoryPage(msgspec.Struct, frozen=True):
    """Categories in order of adding; `next` is the address of the page after, if any."""

    categories: list[CategoryView]
    next: str | None


class ProductPage(msgspec.Struct, frozen=True):
    """Products in order of adding; `next` is the address of the page after, if any."""

    products: list[ProductView]
    next: str | None


@post("/api/categories", dto=Strict[NewCategory], **writes("catalog:write", "operator"))
async def new_category(
    data: JSONBody[NewCategory], request: Caller, idempotency_key: IdempotencyKey
) -> Made:
    """Add a category."""
    fields = msgspec.structs.asdict(data) | {"parent": parsed("cat", data.parent)}
    wish = AddCategory(**fields)
    return Made(show("cat", (await submit(request, add_category, wish, idempotency_key)).id))


@get("/api/categories", **reads())
async def categories(
    request: Caller, after: Annotated[str | None, after("cat")] = None, limit: Limit = 50
) -> CategoryPage:
    """Categories in order of adding."""
    rows = await list_categories(request.app.state.database, parsed("cat", after) or 0, limit)
    views = [
        CategoryView(
            show("cat", row["id"]), row["slug"], row["name"],
            None if row["parent"] is None else show("cat", row["parent"]), row["tax_class"],
        )
        for row in rows
    ]  # fmt: skip
    last = views[-1].id if views else ""
    return CategoryPage(views, next_page("/api/categories", views, limit, last))


@post("/api/products", dto=Strict[NewProduct], **writes("catalog:write", "operator", "seller"))
async def new_product(
    data: JSONBody[NewProduct], request: Caller, idempotency_key: IdempotencyKey
) -> MadeProduct:
    """Add a product with its variants."""
    wish = AddProduct(
        slug=data.slug, name=data.name, category=parse("cat", data.category),
        description=data.description, images=tuple(data.images), tax_class=data.tax_class,
        variants=tuple(NewVariant(**msgspec.structs.asdict(one)) for one in data.variants),
    )  # fmt: skip
    made = await submit(request, add_product, wish, idempotency_key)
    return MadeProduct(show("prd", made.id), [show("var", one) for one in made.variants])


@get("/api/products", **reads())
async def products(
    request: Caller,
    category: Annotated[str | None, QueryParameter(pattern=id_pattern("cat"))] = None,
    after: Annotated[str | None, after("prd")] = None,
    limit: Limit = 50,
) -> ProductPage:
    """Products in order of adding, of one category or all."""
    found = await list_products(
        request.app.state.database, parsed("cat", category), parsed("prd", after) or 0, limit
    )
    views = [_product(one) for one in found]
    last = views[-1].id if views else ""
    return ProductPage(views, next_page("/api/products", views, limit, last, category=category))


@get("/api/products/{product_id:str}", **reads())
async def one_product(request: Caller, product_id: FromPath[str]) -> ProductView:
    """A product with its variants."""
    found = await product(request.app.state.database, id_in_path("prd", product_id))
    if found is None:
        raise Problem(404, "unknown_product", "There is no such product.")
    return _product(found)


def _product(one: Product) -> ProductView:
    variants = [
        SkuView(show("var", v.id), v.sku, v.name, v.image, v.weight_g) for v in one.variants
    ]
    return ProductView(
        show("prd", one.id), one.slug, one.name, one.description, show("cat", one.category),
        list(one.images), one.created_at, variants,
    )  # fmt: skip


routes = (new_category, categories, new_product, products, one_product)
