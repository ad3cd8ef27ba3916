-- name: opening
-- What was the seller's when a period began: by account and currency, what had been posted before.
select account, currency, sum(amount)::bigint as amount
from (
    select p.credit as account, p.currency, p.amount
    from ledger.journal j
    cross join lateral (
        select * from ledger.posting o where o.bucket = j.bucket and o.journal = j.id
            and o.credit = any(:accounts::text[]) offset 0
    ) p
    where j.bucket = :bucket and j.root = :seller and j.at < :at
    union all
    select p.debit, p.currency, -p.amount
    from ledger.journal j
    cross join lateral (
        select * from ledger.posting o where o.bucket = j.bucket and o.journal = j.id
            and o.debit = any(:accounts::text[]) offset 0
    ) p
    where j.bucket = :bucket and j.root = :seller and j.at < :at
) sides
group by account, currency order by currency, account

-- name: moves
-- All postings of a seller's journals of a period, in order.
select j.id as journal, j.kind, j.cause, j.at, p.debit, p.debit_subject, p.credit, p.credit_subject,
    p.currency, p.amount
from ledger.journal j
cross join lateral (
    select * from ledger.posting o where o.bucket = j.bucket and o.journal = j.id offset 0
) p
where j.bucket = :bucket and j.root = :seller and j.at >= :since and j.at < :until
order by j.id, p.no limit :limit

-- name: kept_of_orders
-- What the operator took or gave back of orders, by command: commission, its VAT, and tax.
select j.cause, p.currency, p.account, p.subject as "order", sum(p.amount)::bigint as amount
from ledger.journal j
cross join lateral (
    select o.currency, o.credit as account, o.credit_subject as subject, o.amount
    from ledger.posting o where o.bucket = j.bucket and o.journal = j.id
        and o.credit = any(:accounts::text[])
    union all
    select o.currency, o.debit, o.debit_subject, -o.amount
    from ledger.posting o where o.bucket = j.bucket and o.journal = j.id
        and o.debit = any(:accounts::text[])
) p
where j.bucket = any(:buckets::smallint[]) and j.root = any(:roots::bigint[])
    and j.at >= :since and j.at < :until
group by j.cause, p.currency, p.account, p.subject
