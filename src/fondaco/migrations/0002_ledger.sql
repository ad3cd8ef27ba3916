-- The ledger: double entry. A posting moves one amount from a credited to a debited account, so
-- every journal balances per currency by its shape; nothing posted is ever updated or deleted.
create schema ledger;

-- The chart of accounts, which the domain that owns the accounts fills, with checks on posting
-- and balance that name them: two foreign keys a posting cost as much as the posting. A guarded account keeps a balance row per subject that cannot fall
-- below zero; the others exist only as the sum of their postings.
create table ledger.account (
    name    text    primary key check (name ~ '^[a-z_]+$'),
    guarded boolean not null,
    note    text    not null
);

-- One movement: why (kind), for which root, and the one command that caused it.
create table ledger.journal (
    bucket smallint    not null,
    id     bigint      not null,
    root   bigint      not null,
    cause  bigint      not null,
    kind   text        not null check (kind ~ '^[a-z_]+$'),
    at     timestamptz not null,
    primary key (bucket, id)
);
create index journal_root on ledger.journal (bucket, root, id);

create table ledger.posting (
    bucket         smallint not null,
    journal        bigint   not null,
    no             smallint not null check (no > 0),
    debit          text     not null,
    debit_subject  bigint   not null,
    credit         text     not null,
    credit_subject bigint   not null,
    currency       text     not null check (currency ~ '^[A-Z]{3}$'),
    amount         bigint   not null check (amount > 0),
    primary key (bucket, journal, no),
    foreign key (bucket, journal) references ledger.journal,
    check ((debit, debit_subject) <> (credit, credit_subject))
);

-- Guarded balances, credits less debits in minor units.
create table ledger.balance (
    bucket   smallint not null,
    subject  bigint   not null,
    account  text     not null,
    currency text     not null check (currency ~ '^[A-Z]{3}$'),
    amount   bigint   not null check (amount >= 0),
    primary key (bucket, subject, account, currency)
) with (fillfactor = 80);

-- Postings as signed entries, two to a posting: debits positive, credits negative.
create view ledger.entry as
    select p.bucket, p.journal, p.no, side.account, side.subject, p.currency, side.amount
    from ledger.posting p
    cross join lateral (values
        (p.debit, p.debit_subject, p.amount),
        (p.credit, p.credit_subject, -p.amount)
    ) as side (account, subject, amount);

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the journal is append-only: reverse a posting with a new one'
        using errcode = 'integrity_constraint_violation';
end $$;
create trigger journal_append_only before update or delete or truncate on ledger.journal
    for each statement execute function ledger.refuse_change();
create trigger posting_append_only before update or delete or truncate on ledger.posting
    for each statement execute function ledger.refuse_change();
