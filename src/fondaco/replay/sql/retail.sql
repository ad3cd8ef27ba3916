-- name: sold
-- What the shop sold, and how many units left its stock for it.
select (select count(*) from orders.purchase) as purchases,
    (select count(*) from orders.orders) as orders,
    (select count(*) from orders.line) as lines,
    (select coalesce(sum(goods), 0)::bigint from orders.orders) as goods,
    (select coalesce(-sum(quantity), 0)::bigint from stock.move where reason = 'shipped') as units

-- name: shared
-- What came in, went back and is whose, out of the ledger alone. VAT taken is credited and VAT
-- given back debited; what a seller may owe is on the receivable.
select
    coalesce(sum(e.amount) filter (
        where e.account = 'psp_receivable' and e.amount > 0), 0)::bigint as captured,
    coalesce(sum(e.amount) filter (
        where e.account = 'refund_in_flight' and j.kind = 'refund_paid'), 0)::bigint as refunded,
    coalesce(-sum(e.amount) filter (
        where e.account = 'tax_payable' and e.amount < 0), 0)::bigint as vat,
    coalesce(sum(e.amount) filter (
        where e.account = 'tax_payable' and e.amount > 0), 0)::bigint as refunded_vat,
    coalesce(-sum(e.amount) filter (where e.account = 'commission'), 0)::bigint as commission,
    coalesce(-sum(e.amount) filter (
        where e.account in ('payable', 'receivable')), 0)::bigint as seller_net,
    coalesce(-sum(e.amount) filter (where e.account = 'escrow'), 0)::bigint as escrow_open
from ledger.entry e
join ledger.journal j on j.bucket = e.bucket and j.id = e.journal
