-- Campaigns: what may be taken off prices, how often it was, and each use.
create schema campaigns;

-- Never changes once opened. Where a scope names nothing, the campaign is for every line.
create table campaigns.campaign (
    id                  bigint      primary key,
    market              bigint      not null,
    owner               bigint,
    name                text        not null check (length(name) between 1 and 200),
    code                text        check (code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'),
    currency            text        not null check (currency ~ '^[A-Z]{3}$'),
    kind                text        not null check (kind in ('item', 'order', 'shipping')),
    scope_seller        bigint,
    scope_category      bigint,
    scope_product       bigint,
    scope_offer         bigint,
    amount              bigint      check (amount > 0),
    numerator           int         check (numerator > 0),
    denominator         int         not null check (denominator > 0),
    cap                 bigint      check (cap > 0),
    minimum             bigint      not null check (minimum >= 0),
    repeating           boolean     not null,
    funding_seller      int         not null check (funding_seller >= 0),
    funding_platform    int         not null check (funding_platform >= 0),
    most_uses           bigint      check (most_uses > 0),
    most_uses_per_buyer bigint      check (most_uses_per_buyer > 0),
    budget              bigint      check (budget > 0),
    starts_at           timestamptz not null,
    ends_at             timestamptz not null,
    stage               smallint    not null check (stage >= 0),
    exclusive_group     text        not null,
    created_at          timestamptz not null,
    check (starts_at < ends_at),
    check (num_nonnulls(amount, numerator) = 1 and numerator <= denominator),
    check (not repeating or (amount is not null and minimum > 0)),
    check (funding_seller + funding_platform > 0),
    check (owner is null or (scope_seller = owner and funding_platform = 0))
);
create unique index campaign_code on campaigns.campaign (code, market) where code is not null;
create index campaign_market on campaigns.campaign (market, id);
create index campaign_owner on campaigns.campaign (owner, market, id) where owner is not null;
create index campaign_automatic on campaigns.campaign (market, ends_at) where code is null;
comment on column campaigns.campaign.owner is 'the seller whose own it is; null: the operator''s';

-- The one row that a use must find room in; the limits stand here too, so that it can be checked.
create table campaigns.counter (
    bucket    smallint not null,
    campaign  bigint   not null references campaigns.campaign,
    uses      bigint   not null default 0 check (uses >= 0),
    spent     bigint   not null default 0 check (spent >= 0),
    most_uses bigint,
    budget    bigint,
    ended_at  timestamptz,
    primary key (bucket, campaign),
    check (uses <= most_uses),
    check (spent <= budget)
) with (fillfactor = 50);

-- Kept only for campaigns with a limit per buyer; guarded by the campaign's counter.
create table campaigns.buyer_counter (
    bucket    smallint not null,
    campaign  bigint   not null,
    buyer     bigint   not null,
    uses      bigint   not null check (uses >= 0),
    most_uses bigint   not null,
    primary key (bucket, campaign, buyer),
    check (uses <= most_uses)
) with (fillfactor = 90);

create table campaigns.redemption (
    bucket                smallint    not null,
    campaign              bigint      not null,
    purchase              bigint      not null,
    buyer                 bigint      not null,
    goods_seller_off      bigint      not null check (goods_seller_off >= 0),
    goods_platform_off    bigint      not null check (goods_platform_off >= 0),
    shipping_seller_off   bigint      not null check (shipping_seller_off >= 0),
    shipping_platform_off bigint      not null check (shipping_platform_off >= 0),
    redeemed_at           timestamptz not null,
    returned_at           timestamptz,
    primary key (bucket, campaign, purchase),
    foreign key (bucket, campaign) references campaigns.counter,
    check (goods_seller_off + goods_platform_off
        + shipping_seller_off + shipping_platform_off > 0)
) with (fillfactor = 90);
comment on column campaigns.redemption.returned_at is
    'when the use was given back: it no longer counts';

-- What each campaign took off each line, by who bears it.
create table orders.discount (
    bucket                smallint not null,
    purchase              bigint   not null,
    "order"               bigint   not null,
    line                  smallint not null,
    campaign              bigint   not null,
    goods_seller_off      bigint   not null check (goods_seller_off >= 0),
    goods_platform_off    bigint   not null check (goods_platform_off >= 0),
    shipping_seller_off   bigint   not null check (shipping_seller_off >= 0),
    shipping_platform_off bigint   not null check (shipping_platform_off >= 0),
    primary key (bucket, purchase, "order", line, campaign),
    foreign key (bucket, purchase, "order", line) references orders.line
);
