-- The whole chart of accounts: discounts, tax, currencies, disputes, and a seller's own account.

-- `keys`: whose key group an account belongs to. A journal keeps to the deal or to the owner;
-- accounts of both may stand in either. `asset`: the guarded balance is debits less credits.
alter table ledger.account
    add column keys  text    not null default 'deal' check (keys in ('deal', 'owner', 'both')),
    add column asset boolean not null default false;
update ledger.account set keys = 'owner' where name in ('payable', 'payout_in_flight', 'bank');
update ledger.account set keys = 'both' where name = 'bridge';
alter table ledger.account alter column keys drop default;

insert into ledger.account (name, guarded, keys, asset, note) values
    ('promo',              false, 'deal',  false, 'the operator''s part of discounts; subject: order'),
    ('tax_payable',        false, 'deal',  false, 'tax the operator remits on sales; subject: order'),
    ('vat_payable',        false, 'both',  false, 'tax on commission and charges; subject: order or seller'),
    ('seller_charge',      false, 'owner', false, 'charged to sellers beside commission; subject: seller'),
    ('fx_position',        false, 'both',  false, 'one side of an exchange; subject: order or seller'),
    ('fx_gain_loss',       false, 'both',  false, 'what an exchange brought or cost; subject: order or seller'),
    ('dispute_receivable', false, 'deal',  false, 'taken by a provider until a chargeback is decided; subject: payment'),
    ('dispute_fee',        false, 'deal',  false, 'what providers charge for a chargeback; subject: payment'),
    ('rounding',           false, 'both',  false, 'less than one unit; subject: order or seller'),
    ('bad_debt',           false, 'owner', false, 'seller debt given up; subject: seller'),
    ('reserve',            true,  'owner', false, 'kept back of a seller''s sales for a time; subject: seller'),
    ('dispute_hold',       true,  'owner', false, 'kept until a chargeback is decided; subject: order'),
    ('wallet',             true,  'owner', false, 'store credit; subject: person'),
    ('gift_card',          true,  'owner', false, 'left on a gift card; subject: card'),
    ('bond',               true,  'owner', false, 'a seller''s deposit; subject: seller'),
    ('receivable',         true,  'owner', true,  'a seller''s debt to the operator; subject: seller');

alter table ledger.posting
    drop constraint debit_in_chart,
    drop constraint credit_in_chart,
    add constraint debit_in_chart check (debit in (
        'psp_receivable', 'psp_fee', 'unapplied', 'payment_difference', 'escrow',
        'refund_in_flight', 'commission', 'bridge', 'payable', 'payout_in_flight', 'bank',
        'promo', 'tax_payable', 'vat_payable', 'seller_charge', 'fx_position', 'fx_gain_loss',
        'dispute_receivable', 'dispute_fee', 'rounding', 'bad_debt', 'reserve', 'dispute_hold',
        'wallet', 'gift_card', 'bond', 'receivable')),
    add constraint credit_in_chart check (credit in (
        'psp_receivable', 'psp_fee', 'unapplied', 'payment_difference', 'escrow',
        'refund_in_flight', 'commission', 'bridge', 'payable', 'payout_in_flight', 'bank',
        'promo', 'tax_payable', 'vat_payable', 'seller_charge', 'fx_position', 'fx_gain_loss',
        'dispute_receivable', 'dispute_fee', 'rounding', 'bad_debt', 'reserve', 'dispute_hold',
        'wallet', 'gift_card', 'bond', 'receivable'));
alter table ledger.balance
    drop constraint account_is_guarded,
    add constraint account_is_guarded check (account in (
        'unapplied', 'escrow', 'payable', 'payout_in_flight',
        'reserve', 'dispute_hold', 'wallet', 'gift_card', 'bond', 'receivable'));
