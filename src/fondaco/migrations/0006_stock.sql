-- Stock: what each offer has at each location, what is promised, and every move.
create schema stock;

create table stock.location (
    id         bigint      primary key,
    seller     bigint      not null,
    name       text        not null check (length(name) between 1 and 200),
    priority   smallint    not null default 1,
    created_at timestamptz not null,
    unique (seller, name)
);

create table stock.level (
    bucket   smallint not null,
    offer    bigint   not null,
    location bigint   not null references stock.location,
    priority smallint not null,
    on_hand  bigint   not null,
    reserved bigint   not null default 0,
    primary key (bucket, offer, location),
    check (0 <= reserved and reserved <= on_hand)
) with (fillfactor = 70);

-- Units promised to an order's line. Active until they leave (consumed) or are freed (released);
-- the order's own deadline frees what is not paid for in time.
create table stock.reservation (
    bucket   smallint not null,
    "order"  bigint   not null,
    line     smallint not null,
    location bigint   not null,
    offer    bigint   not null,
    quantity bigint   not null check (quantity > 0),
    consumed bigint   not null default 0 check (consumed >= 0),
    released bigint   not null default 0 check (released >= 0),
    primary key (bucket, "order", line, location),
    check (consumed + released <= quantity)
) with (fillfactor = 90);

-- Why `on_hand` is what it is: received, shipped, corrected. Never updated.
create table stock.move (
    bucket   smallint    not null,
    id       bigint      not null,
    offer    bigint      not null,
    location bigint      not null,
    quantity bigint      not null check (quantity <> 0),
    reason   text        not null check (reason in ('received', 'shipped', 'counted')),
    cause    bigint      not null,
    at       timestamptz not null,
    primary key (bucket, offer, id)
);
