-- Store credit: a person's wallet and gift cards, drawn on as a payment's tender.
insert into ledger.account (name, guarded, keys, asset, note) values
    ('goodwill', false, 'owner', false,
     'given to buyers as store credit, less what lapsed; subject: person or card');
alter table ledger.posting
    drop constraint debit_in_chart,
    drop constraint credit_in_chart,
    add constraint debit_in_chart check (debit in (
        'psp_receivable', 'psp_fee', 'unapplied', 'payment_difference', 'escrow',
        'refund_in_flight', 'commission', 'bridge', 'payable', 'payout_in_flight', 'bank',
        'promo', 'tax_payable', 'vat_payable', 'seller_charge', 'fx_position', 'fx_gain_loss',
        'dispute_receivable', 'dispute_fee', 'rounding', 'bad_debt', 'reserve', 'dispute_hold',
        'wallet', 'gift_card', 'bond', 'receivable', 'goodwill')),
    add constraint credit_in_chart check (credit in (
        'psp_receivable', 'psp_fee', 'unapplied', 'payment_difference', 'escrow',
        'refund_in_flight', 'commission', 'bridge', 'payable', 'payout_in_flight', 'bank',
        'promo', 'tax_payable', 'vat_payable', 'seller_charge', 'fx_position', 'fx_gain_loss',
        'dispute_receivable', 'dispute_fee', 'rounding', 'bad_debt', 'reserve', 'dispute_hold',
        'wallet', 'gift_card', 'bond', 'receivable', 'goodwill'));

-- A card is known by the hash of its code, which is shown once and kept nowhere.
create table payments.gift_card (
    hash       bytea       primary key check (octet_length(hash) = 32),
    id         bigint      not null unique,
    hint       text        not null check (length(hint) between 1 and 8),
    currency   text        not null check (currency ~ '^[A-Z]{3}$'),
    issued     bigint      not null check (issued > 0),
    expires_at timestamptz,
    blocked    boolean     not null default false,
    created_at timestamptz not null
);

-- What moved on a wallet or card, and why. The id is that of the payment, the refund or the
-- command that it is for, so nothing moves twice.
create table payments.credit_move (
    bucket   smallint    not null,
    id       bigint      not null,
    account  text        not null check (account in ('wallet', 'gift_card')),
    subject  bigint      not null,
    currency text        not null check (currency ~ '^[A-Z]{3}$'),
    change   bigint      not null check (change <> 0),
    kind     text        not null check (kind in ('grant', 'payment', 'refund')),
    reason   text        not null default '' check (length(reason) <= 200),
    at       timestamptz not null,
    primary key (bucket, id),
    check ((kind = 'payment') = (change < 0))
);
create index credit_move_subject on payments.credit_move (bucket, subject, id desc);

alter table payments.refund add column credit_to bigint;
comment on column payments.refund.credit_to is
    'the person whose wallet it goes to, instead of the payment that it is of';
alter table payments.payment
    add column credited bigint not null default 0,
    add constraint credited_was_returned check (0 <= credited and credited <= returned);
comment on column payments.payment.credited is 'of what returned: into a wallet';
