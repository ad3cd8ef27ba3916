-- name: post
-- Write journals with their postings, and move guarded balances by pre-summed changes. A fall only
-- updates: the row must be there, and the check refuses to go below zero. A rise makes the row
-- when it is the first.
with head as (
    insert into ledger.journal (bucket, id, root, cause, kind, at)
    select :bucket, h.id, h.root, h.cause, h.kind, h.at
    from json_to_recordset(:heads)
        as h (id bigint, root bigint, cause bigint, kind text, at timestamptz)
), line as (
    insert into ledger.posting
        (bucket, journal, no, debit, debit_subject, credit, credit_subject, currency, amount)
    select :bucket, l.journal, l.no, l.debit, l.debit_subject, l.credit, l.credit_subject,
        l.currency, l.amount
    from json_to_recordset(:lines)
        as l (journal bigint, no smallint, debit text, debit_subject bigint, credit text,
              credit_subject bigint, currency text, amount bigint)
), change as (
    select * from json_to_recordset(:changes)
        as c (subject bigint, account text, currency text, change bigint)
), fall as (
    update ledger.balance b set amount = b.amount + change.change
    from change
    where change.change < 0 and b.bucket = :bucket and b.subject = any(:falling::bigint[])
        and b.subject = change.subject and b.account = change.account
        and b.currency = change.currency
    returning 1
), rise as (
    insert into ledger.balance (bucket, subject, account, currency, amount)
    select :bucket, subject, account, currency, change from change where change > 0
    order by subject, account, currency
    on conflict (bucket, subject, account, currency)
        do update set amount = balance.amount + excluded.amount
    returning 1
)
select (select count(*) from change where change < 0) as asked, (select count(*) from fall) as moved

-- name: lock_balances
-- Lock guarded balances in key order; what is there.
select subject, account, currency, amount from ledger.balance
where bucket = :bucket and subject = any(:subjects::bigint[]) and account = any(:accounts::text[])
order by bucket, subject, account, currency for update

-- name: trial_balance
-- Debits and credits of each account and currency.
select account, currency,
    coalesce(sum(amount) filter (where amount > 0), 0)::bigint as debits,
    coalesce(-sum(amount) filter (where amount < 0), 0)::bigint as credits
from ledger.entry
group by account, currency
order by account, currency

-- name: trial_balance_at
-- Debits and credits of each account and currency, of what had been posted by an instant.
select e.account, e.currency,
    coalesce(sum(e.amount) filter (where e.amount > 0), 0)::bigint as debits,
    coalesce(-sum(e.amount) filter (where e.amount < 0), 0)::bigint as credits
from ledger.journal j join ledger.entry e on e.bucket = j.bucket and e.journal = j.id
where j.at <= :at
group by e.account, e.currency
order by e.account, e.currency

-- name: history
-- Postings to an account of a subject, on either side, out of the journals of a root, in order.
select j.id as journal, j.kind, j.cause, j.at, p.no, p.debit, p.debit_subject, p.credit, p.credit_subject,
    p.currency, p.amount
from ledger.journal j
cross join lateral (
    select * from ledger.posting o where o.bucket = j.bucket and o.journal = j.id
        and ((o.debit, o.debit_subject) = (:account, :subject::bigint)
            or (o.credit, o.credit_subject) = (:account, :subject::bigint)) offset 0
) p
where j.bucket = :bucket and j.root = :root and j.id >= :journal and (j.id, p.no) > (:journal, :no)
order by j.id, p.no limit :limit

-- name: journals_between
-- Postings with their journals, in order of journal: for an export, read through a cursor.
select j.id as journal, j.root, j.cause, j.kind, j.at, p.no, p.debit, p.debit_subject, p.credit,
    p.credit_subject, p.currency, p.amount
from ledger.journal j join ledger.posting p on p.bucket = j.bucket and p.journal = j.id
where j.at >= :since and j.at < :until
order by j.bucket, j.id, p.no

-- name: posted_between
-- Postings to some accounts, on either side, in a span of time.
select j.kind, j.cause, j.at, p.journal, p.no, p.debit, p.debit_subject, p.credit, p.credit_subject, p.currency,
    p.amount
from ledger.journal j
cross join lateral (
    select * from ledger.posting where bucket = j.bucket and journal = j.id
        and (debit = any(:accounts::text[]) or credit = any(:accounts::text[])) offset 0
) p
where j.at >= :since and j.at < :until

-- name: posted_for
-- Postings to some accounts, on either side, by whom or what their journals are of.
select j.kind, j.cause, j.at, p.journal, p.no, p.debit, p.debit_subject, p.credit, p.credit_subject, p.currency,
    p.amount
from ledger.journal j
cross join lateral (
    select * from ledger.posting where bucket = j.bucket and journal = j.id
        and (debit = any(:accounts::text[]) or credit = any(:accounts::text[])) offset 0
) p
where j.bucket = any(:buckets::smallint[]) and j.root = any(:roots::bigint[])
