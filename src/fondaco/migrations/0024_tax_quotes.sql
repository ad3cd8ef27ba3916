-- The tax of a basket as an outside engine told it, good until it expires.
create table orders.tax_quote (
    bucket     smallint    not null,
    id         bigint      not null,
    market     bigint      not null,
    country    text        not null check (country ~ '^[A-Z]{2}$'),
    region     text        not null,
    tax_id     text        not null,
    engine     text        not null check (length(engine) between 1 and 200),
    reference  text        not null check (length(reference) <= 200),
    lines      jsonb       not null check (jsonb_typeof(lines) = 'array'),
    tax        bigint      not null check (tax >= 0),
    expires_at timestamptz not null,
    created_at timestamptz not null,
    primary key (bucket, id)
);
alter table orders.purchase add column tax_quote bigint;
comment on column orders.purchase.tax_quote is
    'taxed by an outside engine: its lines keep no rate, the quote has their tax';
