-- The kernel: commands with their keys and outcomes, the outbox, and its readers.
create schema kernel;

-- Every command ever decided, refused ones too. The key is its idempotency key; a webhook's
-- event id and a sweep's natural key are keys like any other, so this is the inbox as well.
create table kernel.command (
    bucket      smallint    not null,
    id          bigint      not null,
    principal   text        not null check (length(principal) between 1 and 100),
    key         text        not null check (length(key) between 1 and 200),
    name        text        not null,
    fingerprint bytea       not null check (octet_length(fingerprint) = 16),
    accepted    boolean     not null,
    outcome     json        not null,
    at          timestamptz not null,
    primary key (bucket, key, principal)
);

-- Facts for subscribers, written with what they tell of. `xid` orders them so that a reader
-- that stays below the oldest running transaction never skips one that commits late.
create table kernel.outbox (
    bucket  smallint    not null,
    xid     xid8        not null default pg_current_xact_id(),
    id      bigint      not null,
    topic   text        not null,
    root    bigint      not null,
    payload json        not null,
    at      timestamptz not null,
    primary key (bucket, xid, id)
);

-- How far each subscriber has read.
create table kernel.subscription (
    name   text     not null,
    bucket smallint not null,
    xid    xid8     not null default '0',
    id     bigint   not null default 0,
    primary key (name, bucket)
);

-- Every step of every order, payment, refund, payout and parcel. Machines are acyclic, so a
-- state is reached once. Each domain adds a check that says which steps of its machines are legal
-- and by whom: a foreign key to a table of them was measured at a tenth of the cost of a purchase.
create table kernel.transition (
    bucket  smallint    not null,
    entity  bigint      not null,
    dst     text        not null,
    src     text        not null,
    machine text        not null check (machine in
        ('order', 'payment', 'refund', 'payout', 'parcel')),
    actor   text        not null check (actor in
        ('buyer', 'seller', 'operator', 'carrier', 'provider', 'system')),
    cause   bigint      not null,
    at      timestamptz not null,
    primary key (bucket, entity, dst)
);
