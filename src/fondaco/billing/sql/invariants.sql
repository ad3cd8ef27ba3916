-- name: document_is_sum_of_lines
-- I20: a document is over the sum of its lines, and has lines.
select document, sum(net) as net, sum(vat) as vat
from (
    select id as document, net, vat from billing.document
    union all
    select document, -net, -vat from billing.line
) both_sides
group by document having sum(net) <> 0 or sum(vat) <> 0

-- name: numbers_have_no_gap
-- I9: documents of a series are numbered from 1 to the last number given, each number once.
select prefix, kind, year
from (
    select prefix, kind, year, last, 0 as n, 0 as highest from billing.series
    union all
    select prefix, kind, year, 0, count(*), max(no) from billing.document
    group by prefix, kind, year
) both_sides
group by prefix, kind, year having sum(last) <> sum(n) or sum(last) <> sum(highest)

-- name: documents_say_what_was_taken
-- I9: of a seller's month that is invoiced, the documents are over exactly what was posted:
-- commission and charges with their VAT, and what went back of them.
with billed as (
    select d.market, d.seller, d.month, m.time_zone as zone
    from billing.document d join markets.market m on m.id = d.market
    group by d.market, d.seller, d.month, m.time_zone
), moved as (
    select credit_subject as subject, bucket, journal, currency, 'invoice' as kind,
        case credit when 'vat_payable' then 0 else amount end as net,
        case credit when 'vat_payable' then amount else 0 end as vat
    from ledger.posting where credit in ('commission', 'seller_charge', 'vat_payable')
    union all
    select debit_subject, bucket, journal, currency, 'credit_note',
        case debit when 'vat_payable' then 0 else amount end,
        case debit when 'vat_payable' then amount else 0 end
    from ledger.posting where debit in ('commission', 'seller_charge', 'vat_payable')
), posted as (
    select o.seller, o.market, j.at, m.currency, m.kind, m.net, m.vat
    from moved m
    join orders.orders o on o.bucket = m.bucket and o.id = m.subject
    join ledger.journal j on j.bucket = m.bucket and j.id = m.journal
    union all
    select c.seller, c.market, c.created_at, c.currency, 'invoice', c.amount, c.vat
    from payments.charge c
)
select market, seller, month, currency, kind, sum(net) as net, sum(vat) as vat
from (
    select b.market, b.seller, b.month, p.currency, p.kind, p.net, p.vat
    from posted p join billed b on b.market = p.market and b.seller = p.seller
        and date_trunc('month', p.at at time zone b.zone)::date = b.month
    union all
    select market, seller, month, currency, kind, -net, -vat from billing.document
) both_sides
group by market, seller, month, currency, kind having sum(net) <> 0 or sum(vat) <> 0
