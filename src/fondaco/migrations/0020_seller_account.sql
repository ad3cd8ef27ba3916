-- A seller's own account: charges and subscriptions, the bond, the rolling reserve, debt.

-- What the operator charges a seller beside commission. `amount` is without VAT.
create table payments.charge (
    bucket       smallint    not null,
    id           bigint      not null,
    seller       bigint      not null,
    market       bigint      not null,
    kind         text        not null check (kind in ('one_off', 'subscription', 'penalty')),
    currency     text        not null check (currency ~ '^[A-Z]{3}$'),
    amount       bigint      not null check (amount > 0),
    vat          bigint      not null check (vat >= 0),
    reason       text        not null check (length(reason) between 1 and 200),
    subscription bigint,
    period       int,
    created_at   timestamptz not null,
    primary key (bucket, id),
    check ((kind = 'subscription') = (subscription is not null)),
    check ((subscription is null) = (period is null))
);
create index charge_seller on payments.charge (bucket, seller, id);
create unique index charge_period on payments.charge (bucket, subscription, period)
    where subscription is not null;

-- A charge that comes again each week or month: period n begins n weeks or months after the first.
create table payments.subscription (
    bucket     smallint    not null,
    id         bigint      not null,
    seller     bigint      not null,
    market     bigint      not null,
    name       text        not null check (length(name) between 1 and 100),
    every      text        not null check (every in ('week', 'month')),
    currency   text        not null check (currency ~ '^[A-Z]{3}$'),
    amount     bigint      not null check (amount > 0),
    starts_at  timestamptz not null,
    ends_at    timestamptz check (ends_at >= starts_at),
    charged    int         not null default 0 check (charged >= 0),
    next_at    timestamptz,
    created_at timestamptz not null,
    primary key (bucket, id)
) with (fillfactor = 80);
create index subscription_seller on payments.subscription (bucket, seller, id);
create index subscription_due on payments.subscription (bucket, next_at)
    where next_at is not null;

-- What a seller must deposit, how it is withheld from sales until then, and what may draw on it:
-- debts of these kinds at once, any debt older than `draw_after`.
create table payments.bond (
    bucket      smallint    not null,
    seller      bigint      not null,
    currency    text        not null check (currency ~ '^[A-Z]{3}$'),
    target      bigint      not null check (target >= 0),
    numerator   int         not null check (numerator >= 0),
    denominator int         not null check (denominator > 0 and numerator <= denominator),
    draw_after  interval    check (draw_after >= interval '0'),
    draws       text[]      not null
        check (draws <@ array['one_off', 'subscription', 'penalty', 'refund']),
    look_at     timestamptz,
    set_at      timestamptz not null,
    primary key (bucket, seller, currency),
    check ((look_at is null) = (draw_after is null))
);
create index bond_due on payments.bond (bucket, look_at) where look_at is not null;

-- The part of each sale that is kept back for some days: of a seller in a market, or of all in it.
create table payments.reserve_terms (
    market      bigint      not null,
    seller      bigint,
    numerator   int         not null check (numerator >= 0),
    denominator int         not null check (denominator > 0 and numerator <= denominator),
    days        int         not null check (days between 1 and 730),
    set_at      timestamptz not null
);
create unique index reserve_terms_whose on payments.reserve_terms (market, seller)
    nulls not distinct;

-- What was kept back of a seller's sales until one day: drawn on by refunds before, or released.
create table payments.reserve_tranche (
    bucket     smallint not null,
    seller     bigint   not null,
    currency   text     not null check (currency ~ '^[A-Z]{3}$'),
    release_on date     not null,
    kept       bigint   not null check (kept >= 0),
    drawn      bigint   not null check (drawn >= 0),
    released   bigint   not null check (released >= 0),
    primary key (bucket, seller, currency, release_on),
    check (drawn + released <= kept)
) with (fillfactor = 80);
create index reserve_tranche_due on payments.reserve_tranche (bucket, release_on)
    where kept > drawn + released;

-- Money of a seller's account that moved by decision: a bond paid in, drawn on or given back, a
-- debt paid or given up. What comes in from a bank has the row's id as the bank's subject.
create table payments.seller_move (
    bucket     smallint    not null,
    id         bigint      not null,
    seller     bigint      not null,
    kind       text        not null check (
        kind in ('bond_deposit', 'bond_draw', 'bond_refund', 'recovery', 'write_off')),
    currency   text        not null check (currency ~ '^[A-Z]{3}$'),
    amount     bigint      not null check (amount > 0),
    reason     text        not null check (length(reason) between 1 and 200),
    created_at timestamptz not null,
    primary key (bucket, id)
);
create index seller_move_seller on payments.seller_move (bucket, seller, id);

-- Debts by age are read off the journal; few postings are of debt.
create index posting_debt_up on ledger.posting (bucket, debit_subject, journal)
    where debit = 'receivable';
create index posting_debt_down on ledger.posting (bucket, credit_subject, journal)
    where credit = 'receivable';
