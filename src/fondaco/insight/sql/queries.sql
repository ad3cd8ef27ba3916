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

-- name: fees_taken
-- Commission and charges of sellers' months, by the rate of their VAT; and what went back of them.
-- An order's journals are of the order or of its purchase, whose id the order's holds.
with wish as (
    select w.seller, w.market, w.month, w.zone, w.since, w.until
    from json_to_recordset(:wishes)
        as w (seller bigint, market bigint, month date, zone text, since timestamptz,
              until timestamptz)
), policy as (
    select market, vat_numerator, vat_denominator,
        case row_number() over turn when 1 then '-infinity' else valid_from end as since,
        coalesce(lead(valid_from) over turn, 'infinity') as until
    from markets.fee_policy window turn as (partition by market order by valid_from, id)
), moved as (
    select j.bucket, j.at, false as given_back, p.credit_subject as "order", p.currency,
        case p.credit when 'commission' then p.amount else 0 end as net,
        case p.credit when 'vat_payable' then p.amount else 0 end as vat
    from ledger.journal j join ledger.posting p on p.bucket = j.bucket and p.journal = j.id
    where j.at >= :since and j.at < :until and p.credit in ('commission', 'vat_payable')
    union all
    select j.bucket, j.at, true, p.debit_subject, p.currency,
        case p.debit when 'commission' then p.amount else 0 end,
        case p.debit when 'vat_payable' then p.amount else 0 end
    from ledger.journal j join ledger.posting p on p.bucket = j.bucket and p.journal = j.id
    where j.at >= :since and j.at < :until and p.debit in ('commission', 'vat_payable')
), of_orders as (
    select o.seller, o.market, w.month, m.currency, m.given_back, o.id, m.net, m.vat,
        coalesce(p.vat_numerator, 0) as vat_numerator,
        coalesce(p.vat_denominator, 1) as vat_denominator,
        case when m.given_back then (
            select date_trunc('month', min(j.at) at time zone w.zone)::date from ledger.journal j
            cross join lateral (
                select from ledger.posting p where p.bucket = j.bucket and p.journal = j.id
                    and p.credit in ('commission', 'vat_payable') and p.credit_subject = m."order"
                limit 1
            ) p
            where j.bucket = m.bucket and j.root in (m."order", m."order" >> 6 << 6)
        ) else w.month end as taken_in
    from moved m
    join orders.orders o on o.bucket = m.bucket and o.id = m."order"
    join wish w on w.market = o.market
        and w.seller = case when :everybody::boolean then 0 else o.seller end
        and m.at >= w.since and m.at < w.until
    left join policy p on p.market = o.market and o.placed_at >= p.since and o.placed_at < p.until
)
select seller, market, month, currency, 'commission' as what, '' as about, given_back, taken_in,
    count(distinct id)::int as quantity, vat_numerator, vat_denominator,
    sum(net)::bigint as net, sum(vat)::bigint as vat
from of_orders
group by seller, market, month, currency, given_back, taken_in, vat_numerator, vat_denominator
union all
select c.seller, c.market, w.month, c.currency, c.kind, c.reason, false, w.month, 1,
    case when c.vat > 0 then coalesce(p.vat_numerator, 0) else 0 end,
    case when c.vat > 0 then coalesce(p.vat_denominator, 1) else 1 end, c.amount, c.vat
from payments.charge c
join wish w on w.market = c.market
    and w.seller = case when :everybody::boolean then 0 else c.seller end
    and c.created_at >= w.since and c.created_at < w.until
left join policy p on p.market = c.market and c.created_at >= p.since and c.created_at < p.until
order by market, seller, month, currency, given_back, what, taken_in, about, vat_numerator
