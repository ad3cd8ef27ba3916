-- Billing: what the operator invoices to its sellers, and credits back. Documents never change.
-- Nothing here has a bucket: numbers are given across all of them, and a seller has two rows a month.
create schema billing;

-- Who a market's operator, or a seller, is before the law; copied onto each document.
create table billing.business (
    party   bigint      primary key,
    name    text        not null check (length(name) between 1 and 200),
    address text        not null check (length(address) between 1 and 500),
    country text        not null check (country ~ '^[A-Z]{2}$'),
    tax_id  text        not null default '' check (length(tax_id) <= 30),
    prefix  text        not null default '' check (prefix ~ '^([A-Z0-9][A-Z0-9-]{0,19})?$'),
    since   timestamptz not null,
    set_by  text        not null check (length(set_by) between 1 and 200),
    set_at  timestamptz not null check (set_at >= since)
);
comment on column billing.business.party is 'a market, for whoever runs it, or a seller';
comment on column billing.business.since is 'when it was said first: months that ended before are not invoiced unasked';
comment on column billing.business.prefix is 'how the numbers of a market''s documents begin';
create unique index business_prefix on billing.business (prefix) where prefix <> '';

-- The last number given in a series; numbers have no gaps.
create table billing.series (
    prefix text     not null,
    kind   text     not null check (kind in ('invoice', 'credit_note')),
    year   smallint not null check (year between 2000 and 2999),
    last   int      not null check (last > 0),
    primary key (prefix, kind, year)
);

create table billing.document (
    id        bigint      primary key,
    number    text        not null unique,
    kind      text        not null check (kind in ('invoice', 'credit_note')),
    prefix    text        not null,
    year      smallint    not null,
    no        int         not null check (no > 0),
    market    bigint      not null,
    seller    bigint      not null,
    month     date        not null check (extract(day from month) = 1),
    currency  text        not null check (currency ~ '^[A-Z]{3}$'),
    net       bigint      not null check (net >= 0),
    vat       bigint      not null check (vat >= 0),
    issuer    jsonb       not null check (jsonb_typeof(issuer) = 'object'),
    recipient jsonb       not null check (jsonb_typeof(recipient) = 'object'),
    issued_by text        not null check (length(issued_by) between 1 and 200),
    issued_at timestamptz not null,
    unique (seller, market, month, currency, kind),
    unique (prefix, kind, year, no),
    check (net + vat > 0)
);
create index document_seller on billing.document (seller, id);

create table billing.line (
    document        bigint   not null references billing.document (id),
    no              int      not null check (no > 0),
    what            text     not null
        check (what in ('commission', 'one_off', 'subscription', 'penalty')),
    about           text     not null check (length(about) <= 200),
    quantity        int      not null check (quantity > 0),
    vat_numerator   int      not null check (vat_numerator >= 0),
    vat_denominator int      not null check (vat_denominator > 0),
    net             bigint   not null check (net >= 0),
    vat             bigint   not null check (vat >= 0),
    primary key (document, no)
);
comment on column billing.line.quantity is 'of commission: on how many orders';

create function billing.never_changes() returns trigger language plpgsql as $$
begin
    raise exception 'a document that was issued never changes';
end
$$;
create trigger document_never_changes before update or delete on billing.document
    for each row execute function billing.never_changes();
create trigger line_never_changes before update or delete on billing.line
    for each row execute function billing.never_changes();

-- Months of which all that a market's sellers owe has been invoiced.
create table billing.month (
    market  bigint      not null,
    month   date        not null check (extract(day from month) = 1),
    done_at timestamptz not null,
    primary key (market, month)
);
