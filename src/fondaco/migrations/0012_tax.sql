-- Tax: rates by place and class from dated data, and each market's policy.

-- A rate holds from a day until another of its place and class begins, or until its end. The region
-- '' is the whole country; the country '*' is everywhere that has no rate of its own.
create table markets.tax_rate (
    country     text not null check (country ~ '^([A-Z]{2}|\*)$'),
    region      text not null check (region ~ '^[A-Z0-9-]{0,10}$'),
    tax_class   text not null check (tax_class ~ '^[a-z][a-z0-9_]{0,39}$'),
    valid_from  date not null,
    valid_until date check (valid_until > valid_from),
    numerator   int  not null check (numerator >= 0),
    denominator int  not null check (denominator > 0 and numerator <= denominator),
    source      text not null check (length(source) <= 200),
    primary key (country, region, tax_class, valid_from)
);

-- Where a market has a tax policy, all of it is there; a market without one charges no tax.
alter table markets.market
    add column tax_prices         text check (tax_prices in ('inclusive', 'exclusive')),
    add column tax_remitter       text check (tax_remitter in ('platform', 'seller')),
    add column tax_rounding       text check (tax_rounding in ('line', 'order')),
    add column tax_country        text check (tax_country ~ '^[A-Z]{2}$'),
    add column tax_region         text check (tax_region ~ '^[A-Z0-9-]{0,10}$'),
    add column tax_shipping       boolean,
    add column tax_reverse_charge boolean,
    add constraint tax_policy_is_whole check (num_nonnulls(tax_prices, tax_remitter, tax_rounding,
        tax_country, tax_region, tax_shipping, tax_reverse_charge) in (0, 7));

-- The tax class of goods: of the product, else of its category. Offers carry the product's.
alter table catalog.category
    add column tax_class text not null default 'standard'
        check (tax_class ~ '^[a-z][a-z0-9_]{0,39}$');
alter table catalog.product
    add column tax_class text check (tax_class ~ '^[a-z][a-z0-9_]{0,39}$');
alter table catalog.offer
    add column tax_class text check (tax_class ~ '^[a-z][a-z0-9_]{0,39}$');
