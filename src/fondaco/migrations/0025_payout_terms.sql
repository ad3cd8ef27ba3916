-- When sellers are paid, who is not paid for now, and payouts that a second person must approve
-- or that the bank sent back.

-- Payouts of a currency, of whichever market: how often by default, the least, and the amount
-- above which a second person must approve.
create table payments.payout_policy (
    currency       text        primary key check (currency ~ '^[A-Z]{3}$'),
    every          text        not null check (every in ('day', 'week', 'month', 'request')),
    minimum        bigint      not null check (minimum >= 0),
    approval_above bigint      check (approval_above >= 0),
    set_at         timestamptz not null
);

-- When a seller is paid next; `every` is null where the currency's policy says how often.
create table payments.payout_turn (
    bucket   smallint not null,
    seller   bigint   not null,
    currency text     not null check (currency ~ '^[A-Z]{3}$'),
    every    text     check (every in ('day', 'week', 'month', 'request')),
    minimum  bigint   not null check (minimum >= 0),
    next_at  timestamptz,
    primary key (bucket, seller, currency)
) with (fillfactor = 80);
create index payout_turn_due on payments.payout_turn (bucket, next_at) where next_at is not null;

-- Whom the policy is for is read off the balances, once an hour.
create index balance_payable on ledger.balance (bucket, currency, subject)
    where account = 'payable';

create table payments.payout_hold (
    bucket  smallint    not null,
    seller  bigint      not null,
    reason  text        not null check (length(reason) between 1 and 200),
    held_by text        not null check (length(held_by) between 1 and 200),
    held_at timestamptz not null,
    primary key (bucket, seller)
);

alter table parties.organisation
    add column payout_verified boolean not null default true;
comment on column parties.organisation.payout_verified is
    'somebody made sure that the payout account is the organisation''s own';

alter table payments.payout
    add column requested_by text not null default '' check (length(requested_by) <= 200),
    add column decided_by   text not null default '' check (length(decided_by) <= 200),
    add column bank_reference text not null default '' check (length(bank_reference) <= 200),
    drop constraint payout_state_check,
    add constraint payout_state_check check (state in
        ('created', 'awaiting_approval', 'approved', 'paid', 'failed', 'returned')),
    add constraint payout_second_person check
        (state <> 'approved' or decided_by <> '' and decided_by <> requested_by),
    add constraint payout_returned_by_bank check ((state = 'returned') = (bank_reference <> ''));

alter table kernel.transition
    drop constraint payout_steps,
    add constraint payout_steps check (machine <> 'payout' or (src, dst, actor) in (
        ('created',           'paid',              'provider'),
        ('created',           'failed',            'provider'),
        ('created',           'awaiting_approval', 'system'),
        ('awaiting_approval', 'approved',          'operator'),
        ('awaiting_approval', 'failed',            'operator'),
        ('approved',          'paid',              'provider'),
        ('approved',          'failed',            'provider'),
        ('paid',              'returned',          'provider')));
