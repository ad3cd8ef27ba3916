-- Exchange rates by day, and prices of offers in other currencies than their market's.

-- So much of `currency` for one unit of `base`, both in major units. A rate of a day holds until
-- the next one there is, as long as it is fresh.
create table markets.fx_rate (
    currency    text   not null check (currency ~ '^[A-Z]{3}$'),
    base        text   not null check (base ~ '^[A-Z]{3}$' and base <> currency),
    on_date     date   not null,
    numerator   bigint not null check (numerator > 0),
    denominator bigint not null check (denominator > 0),
    source      text   not null check (length(source) <= 200),
    primary key (currency, base, on_date)
);

-- A market's own currency is priced on the offer itself.
create table catalog.offer_price (
    bucket     smallint    not null,
    offer      bigint      not null,
    currency   text        not null check (currency ~ '^[A-Z]{3}$'),
    price      bigint      not null check (price between 0 and 1000000000000000),
    shipping   bigint      not null check (shipping between 0 and 1000000000000000),
    updated_at timestamptz not null,
    primary key (bucket, offer, currency),
    foreign key (bucket, offer) references catalog.offer
);
