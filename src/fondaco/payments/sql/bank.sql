-- name: insert_bank_statements
-- Keep statements; one that was taken before stays as it is.
insert into payments.bank_statement
    (id, account, currency, statement, day, no, opening, closing, taken_at)
select s.id, s.account, s.currency, s.statement, s.day, s.no, s.opening, s.closing, s.taken_at
from json_to_recordset(:rows)
    as s (id bigint, account text, currency text, statement text, day date, no bigint,
          opening bigint, closing bigint, taken_at timestamptz)
on conflict (account, currency, statement, day) do nothing

-- name: bank_statement_named
-- A statement of an account.
select id, statement, day, no, opening, closing from payments.bank_statement
where account = :account and currency = :currency and statement = :name and day = :day

-- name: bank_statements_beside
-- A statement with the one before it and the one after it.
(
    select id, statement, day, no, opening, closing from payments.bank_statement
    where account = :account and currency = :currency
        and (day, no, id) <= (:day::date, :no::bigint, :id::bigint)
    order by day desc, no desc, id desc limit 2
)
union all
(
    select id, statement, day, no, opening, closing from payments.bank_statement
    where account = :account and currency = :currency
        and (day, no, id) > (:day::date, :no::bigint, :id::bigint)
    order by day, no, id limit 1
)

-- name: bank_positions
-- Of each account of the bank: where its statements begin and end.
select distinct account, currency,
    first_value(opening) over chain as opening, last_value(closing) over chain as closing,
    last_value(statement) over chain as statement, last_value(day) over chain as day
from payments.bank_statement
window chain as (
    partition by account, currency order by day, no, id
    rows between unbounded preceding and unbounded following
)
order by account, currency

-- name: bank_unfit
-- What statements showed and nothing explained, and what is missing between them, by currency.
select currency,
    coalesce(sum(difference) filter (where kind = 'missing_with_us'), 0)::bigint as unmatched,
    coalesce(sum(difference) filter (where kind = 'amount_differs'), 0)::bigint as gaps
from payments.break where provider like 'bank %' and state <> 'cleared'
group by currency

-- name: bank_moved
-- What the journal moved through the bank by currency: all of `bank`, of that by other providers
-- than the bank, and buyers' transfers and their refunds, which are booked as a provider's.
select currency, sum(booked)::bigint as booked, sum(elsewhere)::bigint as elsewhere,
    sum(transfers)::bigint as transfers
from (
    select j.currency, j.amount as booked,
        case when p.provider <> 'bank' then j.amount else 0 end as elsewhere, 0 as transfers
    from (
        select currency, amount, debit_subject as subject from ledger.posting where debit = 'bank'
        union all
        select currency, -amount, credit_subject from ledger.posting where credit = 'bank'
    ) j
    left join payments.payout p on p.id = j.subject
    union all
    select j.currency, 0, 0, j.amount
    from (
        select currency, amount, debit_subject as subject from ledger.posting
        where debit = 'psp_receivable'
        union all
        select currency, -amount, credit_subject from ledger.posting
        where credit = 'psp_receivable'
    ) j
    join payments.payment p on p.id = j.subject and p.provider = 'bank'
) every
group by currency

-- name: bank_on_its_way
-- Payouts in payment files that no statement has shown yet, by currency.
select currency, sum(amount)::bigint as amount from payments.payout
where bank_file is not null and state in ('created', 'approved') group by currency

-- name: bank_statements
-- Statements, last taken first, with how many of their breaks are open.
select s.id, s.account, s.currency, s.statement, s.day, s.opening, s.closing, s.taken_at, b.open
from payments.bank_statement s
cross join lateral (
    select count(*) filter (where state = 'open') as open from payments.break
    where provider = any(array['bank ' || s.statement, 'bank balance ' || s.statement])
        and day = s.day
    offset 0
) b
where s.id < :before order by s.id desc limit :limit
