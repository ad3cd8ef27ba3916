-- A rate that a buyer was shown a price at, good until it expires. A rate is of minor units for
-- minor units: of the market's currency for the buyer's.
create table orders.quote (
    bucket      smallint    not null,
    id          bigint      not null,
    market      bigint      not null,
    currency    text        not null check (currency ~ '^[A-Z]{3}$'),
    numerator   numeric     not null check (numerator > 0),
    denominator numeric     not null check (denominator > 0),
    rate_of     date        not null,
    expires_at  timestamptz not null,
    created_at  timestamptz not null,
    primary key (bucket, id)
);
alter table orders.purchase add column quote bigint;

-- What is sold at a quoted rate is settled at it: the seller gets what its own price was worth.
alter table orders.orders
    add column settle_numerator   numeric check (settle_numerator > 0),
    add column settle_denominator numeric check (settle_denominator > 0),
    add constraint settle_rate_is_whole
        check (num_nonnulls(settle_numerator, settle_denominator) in (0, 2));
