-- Catalogue: categories, products, variants (the SKU), and what each seller offers.
create schema catalog;

create table catalog.category (
    id     bigint primary key,
    slug   text   not null unique check (
        length(slug) <= 100 and slug ~ '^[a-z0-9][a-z0-9-]*$'),
    name   text   not null check (length(name) between 1 and 200),
    parent bigint references catalog.category
);

create table catalog.product (
    id          bigint      primary key,
    slug        text        not null unique check (
        length(slug) <= 150 and slug ~ '^[a-z0-9][a-z0-9-]*$'),
    name        text        not null check (length(name) between 1 and 300),
    description text        not null default '' check (length(description) <= 20000),
    category    bigint      not null references catalog.category,
    images      text[]      not null default '{}',
    created_at  timestamptz not null
);
create index product_category on catalog.product (category, id);

create table catalog.variant (
    id       bigint primary key,
    product  bigint not null references catalog.product,
    sku      text   not null unique check (length(sku) between 1 and 100),
    name     text   not null check (length(name) <= 300),
    image    text   not null default '',
    weight_g int    check (weight_g >= 0)
);
create index variant_product on catalog.variant (product, id);

-- One seller's price for a variant in a market, minor units of the market's currency. `shipping`
-- is the charge to send one line of it.
create table catalog.offer (
    bucket     smallint    not null,
    id         bigint      not null,
    market     bigint      not null references markets.market,
    seller     bigint      not null,
    variant    bigint      not null references catalog.variant,
    category   bigint      not null references catalog.category,
    condition  text        not null check (condition in ('new', 'refurbished', 'used')),
    currency   text        not null check (currency ~ '^[A-Z]{3}$'),
    price      bigint      not null check (price between 0 and 1000000000000000),
    shipping   bigint      not null check (shipping between 0 and 1000000000000000),
    state      text        not null check (state in ('active', 'withdrawn')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (bucket, id)
) with (fillfactor = 90);
create unique index offer_once on catalog.offer (bucket, market, variant, seller, condition);
create index offer_seller on catalog.offer (seller, id);
create index offer_market on catalog.offer (market, id);
create index offer_variant on catalog.offer (market, variant, price, id);
