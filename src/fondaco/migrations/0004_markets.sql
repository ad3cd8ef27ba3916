-- Markets: brand, currency, locale, fee policy and timers. A small reference table.
create schema markets;

create table markets.market (
    id             bigint      primary key,
    slug           text        not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name           text        not null check (length(name) between 1 and 200),
    currency       text        not null check (currency ~ '^[A-Z]{3}$'),
    locale         text        not null check (locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
    pay_within     interval    not null check (pay_within > interval '0'),
    ship_within    interval    not null check (ship_within > interval '0'),
    confirm_within interval    not null check (confirm_within >= interval '0'),
    settle_after   interval    not null check (settle_after >= interval '0'),
    scan_within    interval    not null check (scan_within > interval '0'),
    payout_minimum bigint      not null check (payout_minimum >= 0),
    created_at     timestamptz not null
);

-- Commission of a market, or of one seller or category in it: the most specific rule wins, then
-- the latest. A rate is numerator over denominator of the line's price; cap and floor in minor units.
create table markets.fee_rule (
    id          bigint      primary key,
    market      bigint      not null references markets.market,
    seller      bigint,
    category    bigint,
    numerator   int         not null check (numerator >= 0),
    denominator int         not null check (denominator > 0 and numerator <= denominator),
    floor       bigint      not null default 0 check (floor >= 0),
    cap         bigint      check (cap >= floor),
    valid_from  timestamptz not null
);
create index fee_rule_market on markets.fee_rule (market, seller, category, valid_from desc);
