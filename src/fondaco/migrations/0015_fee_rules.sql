-- Commission rules by product and price band too, each with its period; and a market's fee policy.

-- One counter for rules and policies, moved on by whatever changes them: a process that knows all
-- up to a revision asks for what is newer. The row's lock makes revisions commit in order.
create table markets.fee_book (
    one      boolean primary key default true check (one),
    revision bigint  not null
);
insert into markets.fee_book (revision) values (1);

-- A rule is for one seller or all, and for a product, a category (with all below it) or any goods;
-- a price band, minor units of `currency`, is from `price_from` up to and without `price_below`.
-- Floor and cap are of `currency`, those of other currencies in `bounds`. The base rule of a market
-- is what it was opened with: for everything, and without an end.
alter table markets.fee_rule
    add column product     bigint,
    add column price_from  bigint not null default 0 check (price_from >= 0),
    add column price_below bigint check (price_below > price_from),
    add column currency    text check (currency ~ '^[A-Z]{3}$'),
    add column bounds      jsonb not null default '{}' check (jsonb_typeof(bounds) = 'object'),
    add column valid_until timestamptz check (valid_until >= valid_from),
    add column base        boolean not null default false,
    add column revision    bigint not null default 1,
    add check (product is null or category is null),
    add check (not base or (seller is null and category is null and product is null
        and price_from = 0 and price_below is null and valid_until is null));
update markets.fee_rule r set currency = m.currency from markets.market m where m.id = r.market;
update markets.fee_rule r set base = true
from (select distinct on (market) id from markets.fee_rule
      where seller is null and category is null order by market, valid_from, id) first
where r.id = first.id;
alter table markets.fee_rule
    alter column currency set not null,
    alter column base drop default,
    alter column revision drop default;
create unique index fee_rule_base on markets.fee_rule (market) where base;
create index fee_rule_revision on markets.fee_rule (revision);
drop index markets.fee_rule_market;
create index fee_rule_market on markets.fee_rule (market, id);

-- What a market charges beside its commission's rate, from a time on: VAT on commission, what
-- commission is a share of, and whether a refund gives it back.
create table markets.fee_policy (
    id              bigint      primary key,
    market          bigint      not null references markets.market,
    vat_numerator   int         not null check (vat_numerator >= 0),
    vat_denominator int         not null
        check (vat_denominator > 0 and vat_numerator <= vat_denominator),
    net_of_tax      boolean     not null,
    keep_on_refund  boolean     not null,
    valid_from      timestamptz not null,
    revision        bigint      not null
);
create index fee_policy_revision on markets.fee_policy (revision);

-- An offer knows its product, so that a rule for a product is found without reading the variant.
alter table catalog.offer add column product bigint references catalog.product;
update catalog.offer o set product = v.product from catalog.variant v where v.id = o.variant;
alter table catalog.offer alter column product set not null;
