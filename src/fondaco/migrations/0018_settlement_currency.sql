-- A seller may be paid in a currency of its own: what it sells for in others is exchanged when it
-- is settled. The currency is kept with the order at sale; none means that of the sale.
alter table parties.organisation
    add column settlement_currency text not null default ''
        check (settlement_currency ~ '^([A-Z]{3})?$');
alter table orders.orders
    add column settle_in text not null default '' check (settle_in ~ '^([A-Z]{3})?$');

-- A seller's share of an order, exchanged at a rate of minor units for minor units. `back` of it
-- went back since, for which the seller gave `into_back`; `gain` is what the operator won or, below
-- zero, lost because the rate had changed.
create table payments.exchange (
    bucket        smallint    not null,
    "order"       bigint      not null,
    seller        bigint      not null,
    currency      text        not null check (currency ~ '^[A-Z]{3}$'),
    amount        bigint      not null check (amount > 0),
    into_currency text        not null check (into_currency ~ '^[A-Z]{3}$' and into_currency <> currency),
    into_amount   bigint      not null check (into_amount >= 0),
    numerator     numeric     not null check (numerator > 0),
    denominator   numeric     not null check (denominator > 0),
    back          bigint      not null default 0 check (0 <= back and back <= amount),
    into_back     bigint      not null default 0 check (0 <= into_back and into_back <= into_amount),
    gain          bigint      not null default 0,
    at            timestamptz not null,
    primary key (bucket, "order")
) with (fillfactor = 90);
