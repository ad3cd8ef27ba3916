-- Payments: what buyers pay into escrow, what goes back, what sellers are paid out.
create schema payments;

insert into ledger.account (name, guarded, note) values
    ('psp_receivable',     false, 'owed to us by a payment provider; subject: payment'),
    ('psp_fee',            false, 'what providers keep; subject: payment'),
    ('unapplied',          true,  'captured but not applied to an order; subject: purchase'),
    ('payment_difference', false, 'captured above or below what was due; subject: purchase'),
    ('escrow',             true,  'held for an order until it is confirmed; subject: order'),
    ('refund_in_flight',   false, 'promised back to a buyer, not yet with them; subject: payment'),
    ('commission',         false, 'earned by the operator; subject: order'),
    ('bridge',             false, 'between a deal and its seller; subject: order'),
    ('payable',            true,  'owed to a seller; subject: seller'),
    ('payout_in_flight',   true,  'on its way to a seller''s bank; subject: payout'),
    ('bank',               false, 'paid from our bank; subject: payout');

alter table ledger.posting
    add constraint debit_in_chart check (debit in (
        'psp_receivable', 'psp_fee', 'unapplied', 'payment_difference', 'escrow',
        'refund_in_flight', 'commission', 'bridge', 'payable', 'payout_in_flight', 'bank')),
    add constraint credit_in_chart check (credit in (
        'psp_receivable', 'psp_fee', 'unapplied', 'payment_difference', 'escrow',
        'refund_in_flight', 'commission', 'bridge', 'payable', 'payout_in_flight', 'bank'));
alter table ledger.balance
    add constraint account_is_guarded check (account in (
        'unapplied', 'escrow', 'payable', 'payout_in_flight'));

-- One attempt to charge. Its row is committed before the provider is called and its id is the
-- provider's key, so an unknown outcome is asked for again under the same key.
-- `refunded` is promised back, `returned` is with the buyer again.
create table payments.payment (
    bucket     smallint    not null,
    id         bigint      not null,
    purchase   bigint      not null,
    provider   text        not null,
    token      text        not null default '' check (length(token) <= 200),
    currency   text        not null check (currency ~ '^[A-Z]{3}$'),
    amount     bigint      not null check (amount >= 0),
    captured   bigint      not null default 0 check (captured >= 0),
    refunded   bigint      not null default 0,
    returned   bigint      not null default 0,
    fee        bigint      not null default 0 check (fee >= 0),
    state      text        not null
        check (state in ('created', 'captured', 'failed', 'voided', 'refunded')),
    reason     text        not null default '',
    due_at     timestamptz,
    created_at timestamptz not null,
    primary key (bucket, id),
    check (0 <= returned and returned <= refunded and refunded <= captured),
    check ((state in ('captured', 'refunded')) or captured = 0)
) with (fillfactor = 80);
create index payment_purchase on payments.payment (bucket, purchase, id);
create index payment_due on payments.payment (bucket, due_at) where due_at is not null;

create table payments.refund (
    bucket     smallint    not null,
    id         bigint      not null,
    payment    bigint      not null,
    "order"    bigint,
    currency   text        not null check (currency ~ '^[A-Z]{3}$'),
    amount     bigint      not null check (amount > 0),
    state      text        not null check (state in ('requested', 'succeeded', 'failed')),
    reason     text        not null check (length(reason) <= 200),
    attempt    smallint    not null default 1 check (attempt between 1 and 20),
    due_at     timestamptz,
    created_at timestamptz not null,
    primary key (bucket, id),
    foreign key (bucket, payment) references payments.payment
) with (fillfactor = 80);
create index refund_payment on payments.refund (bucket, payment, id);
create index refund_due on payments.refund (bucket, due_at) where due_at is not null;

create table payments.payout (
    bucket     smallint    not null,
    id         bigint      not null,
    seller     bigint      not null,
    account    text        not null check (length(account) between 1 and 200),
    currency   text        not null check (currency ~ '^[A-Z]{3}$'),
    amount     bigint      not null check (amount > 0),
    state      text        not null check (state in ('created', 'paid', 'failed')),
    reason     text        not null default '',
    due_at     timestamptz,
    created_at timestamptz not null,
    primary key (bucket, id)
) with (fillfactor = 80);
create index payout_seller on payments.payout (bucket, seller, id);
create index payout_due on payments.payout (bucket, due_at) where due_at is not null;

alter table kernel.transition
    add constraint payment_steps check (machine <> 'payment' or (src, dst, actor) in (
        ('created',  'captured', 'provider'),
        ('created',  'failed',   'provider'),
        ('created',  'voided',   'system'),
        ('voided',   'captured', 'provider'),
        ('captured', 'refunded', 'provider'))),
    add constraint refund_steps check (machine <> 'refund' or (src, dst, actor) in (
        ('requested', 'succeeded', 'provider'),
        ('requested', 'failed',    'provider'))),
    add constraint payout_steps check (machine <> 'payout' or (src, dst, actor) in (
        ('created', 'paid',   'provider'),
        ('created', 'failed', 'provider')));
