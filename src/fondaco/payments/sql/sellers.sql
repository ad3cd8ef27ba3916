-- name: seller_terms
-- Reserve terms of markets and of sellers in them, and bonds of sellers.
select market, seller, null as currency, numerator, denominator, days, null::bigint as target,
    null::text[] as draws
from payments.reserve_terms
where market = any(:markets::bigint[]) and seller is null
union all
select market, seller, null, numerator, denominator, days, null, null
from payments.reserve_terms
where market = any(:markets::bigint[]) and seller = any(:sellers::bigint[])
union all
select null, seller, currency, numerator, denominator, null, target, draws
from payments.bond
where bucket = any(:buckets::smallint[]) and seller = any(:sellers::bigint[])

-- name: lock_tranches
-- Lock what is kept back of sellers, once their balances are locked.
select seller, currency, release_on, kept - drawn - released as left
from payments.reserve_tranche
where bucket = :bucket and seller = any(:sellers::bigint[]) and kept > drawn + released
order by bucket, seller, currency, release_on for update

-- name: keep_tranches
-- Keep more back until these days, by pre-summed amounts.
insert into payments.reserve_tranche as t
    (bucket, seller, currency, release_on, kept, drawn, released)
select :bucket, c.seller, c.currency, c.release_on, c.kept, 0, 0
from json_to_recordset(:rows) as c (seller bigint, currency text, release_on date, kept bigint)
where c.kept > 0
order by c.seller, c.currency, c.release_on
on conflict (bucket, seller, currency, release_on) do update set kept = t.kept + excluded.kept

-- name: lower_tranches
-- Draw on what is kept back, or release it, by pre-summed amounts.
update payments.reserve_tranche t
set drawn = t.drawn + c.drawn, released = t.released + c.released
from json_to_recordset(:rows)
    as c (seller bigint, currency text, release_on date, drawn bigint, released bigint)
where t.bucket = :bucket and t.seller = any(:sellers::bigint[]) and t.seller = c.seller
    and t.currency = c.currency and t.release_on = c.release_on and c.drawn + c.released > 0

-- name: insert_seller_moves
-- Write what was decided about sellers' bonds and debts.
insert into payments.seller_move
    (bucket, id, seller, kind, currency, amount, reason, created_at)
select :bucket, m.id, m.seller, m.kind, m.currency, m.amount, m.reason, m.created_at
from json_to_recordset(:rows) as m (id bigint, seller bigint, kind text, currency text,
    amount bigint, reason text, created_at timestamptz)

-- name: insert_charges
-- Write charges to sellers.
insert into payments.charge (bucket, id, seller, market, kind, currency, amount, vat, reason,
    subscription, period, created_at)
select :bucket, c.id, c.seller, c.market, c.kind, c.currency, c.amount, c.vat, c.reason,
    c.subscription, c.period, c.created_at
from json_to_recordset(:rows) as c (id bigint, seller bigint, market bigint, kind text,
    currency text, amount bigint, vat bigint, reason text, subscription bigint, period int,
    created_at timestamptz)

-- name: insert_subscriptions
-- Write subscriptions of sellers.
insert into payments.subscription (bucket, id, seller, market, name, every, currency, amount,
    starts_at, ends_at, next_at, created_at)
select :bucket, s.id, s.seller, s.market, s.name, s.every, s.currency, s.amount, s.starts_at,
    s.ends_at, s.starts_at, s.created_at
from json_to_recordset(:rows) as s (id bigint, seller bigint, market bigint, name text,
    every text, currency text, amount bigint, starts_at timestamptz, ends_at timestamptz,
    created_at timestamptz)

-- name: lock_subscriptions
-- Lock subscriptions in key order.
select id, seller, market, name, every, currency, amount, starts_at, ends_at, charged, next_at
from payments.subscription
where bucket = :bucket and id = any(:ids::bigint[])
order by bucket, id for update

-- name: change_subscriptions
-- Write how often subscriptions were charged, when they are next, and when they end.
update payments.subscription s
set charged = c.charged, next_at = c.next_at, ends_at = c.ends_at
from json_to_recordset(:rows)
    as c (id bigint, charged int, next_at timestamptz, ends_at timestamptz)
where s.bucket = :bucket and s.id = any(:ids::bigint[]) and s.id = c.id

-- name: due_subscriptions
-- Subscriptions with a period to be charged.
select id, charged from payments.subscription
where bucket = :bucket and next_at <= :now order by next_at limit :limit

-- name: lock_bonds
-- Lock the terms of sellers' bonds in key order.
select seller, currency, target, numerator, denominator, draws from payments.bond
where bucket = :bucket and seller = any(:sellers::bigint[])
order by bucket, seller, currency for update

-- name: upsert_bonds
-- Set the terms of bonds.
insert into payments.bond (bucket, seller, currency, target, numerator, denominator, draw_after,
    draws, look_at, set_at)
select :bucket, b.seller, b.currency, b.target, b.numerator, b.denominator, b.draw_after, b.draws,
    b.look_at, b.set_at
from json_to_recordset(:rows) as b (seller bigint, currency text, target bigint, numerator int,
    denominator int, draw_after interval, draws text[], look_at timestamptz, set_at timestamptz)
order by b.seller, b.currency
on conflict (bucket, seller, currency) do update
    set target = excluded.target, numerator = excluded.numerator,
        denominator = excluded.denominator, draw_after = excluded.draw_after,
        draws = excluded.draws, look_at = excluded.look_at, set_at = excluded.set_at

-- name: due_bonds
-- Bonds whose sellers' debts are to be looked at, with what they hold.
select b.seller, b.currency, b.draw_after, coalesce((
        select held.amount from ledger.balance held
        where held.bucket = :bucket and held.subject = b.seller and held.account = 'bond'
            and held.currency = b.currency), 0) as held
from payments.bond b
where b.bucket = :bucket and b.look_at <= :now order by b.look_at limit :limit

-- name: postpone_bonds
-- Look at these again later.
update payments.bond set look_at = :until
where bucket = :bucket and seller = any(:sellers::bigint[]) and look_at is not null

-- name: upsert_reserves
-- Set reserve terms of markets, or of sellers in them.
insert into payments.reserve_terms (market, seller, numerator, denominator, days, set_at)
select r.market, r.seller, r.numerator, r.denominator, r.days, r.set_at
from json_to_recordset(:rows) as r (market bigint, seller bigint, numerator int,
    denominator int, days int, set_at timestamptz)
order by r.market, r.seller
on conflict (market, seller) do update
    set numerator = excluded.numerator, denominator = excluded.denominator,
        days = excluded.days, set_at = excluded.set_at

-- name: due_tranches
-- What was kept back until a day that has come.
select seller, currency, release_on from payments.reserve_tranche
where bucket = :bucket and release_on <= :today and kept > drawn + released
order by release_on limit :limit

-- name: debts
-- The debts of sellers that are open, oldest first: each is met before the ones after it.
with up as (
    select p.debit_subject as seller, p.currency, p.journal, p.amount,
        sum(p.amount) over (partition by p.debit_subject, p.currency
                            order by p.journal, p.no) as running
    from ledger.posting p
    where p.bucket = :bucket and p.debit = 'receivable'
        and p.debit_subject = any(:sellers::bigint[])
), down as (
    select p.credit_subject as seller, p.currency, sum(p.amount) as amount
    from ledger.posting p
    where p.bucket = :bucket and p.credit = 'receivable'
        and p.credit_subject = any(:sellers::bigint[])
    group by p.credit_subject, p.currency
), owing as (
    select up.seller, up.currency, up.journal,
        least(up.amount, up.running - coalesce(down.amount, 0))::bigint as open
    from up left join down on down.seller = up.seller and down.currency = up.currency
    where up.running > coalesce(down.amount, 0)
)
select owing.seller, owing.currency, owing.open, j.kind, j.at
from owing join ledger.journal j on j.id = owing.journal
where j.bucket = :bucket and j.id = any(array(select journal from owing))
order by owing.seller, owing.currency, owing.journal

-- name: charges_of
-- What a seller was charged.
select id, market, kind, currency, amount, vat, reason, subscription, period, created_at
from payments.charge
where bucket = :bucket and seller = :seller and id > :after order by bucket, seller, id limit :limit

-- name: subscriptions_of
-- A seller's subscriptions.
select id, market, name, every, currency, amount, starts_at, ends_at, charged, next_at
from payments.subscription
where bucket = :bucket and seller = :seller and id > :after order by bucket, seller, id limit :limit

-- name: seller_moves_of
-- What was decided about a seller's bond and debt.
select id, kind, currency, amount, reason, created_at from payments.seller_move
where bucket = :bucket and seller = :seller and id > :after order by bucket, seller, id limit :limit

-- name: bonds_of
-- The terms of a seller's bonds.
select currency, target, numerator, denominator, draw_after, draws from payments.bond
where bucket = :bucket and seller = :seller order by currency

-- name: tranches_of
-- What is kept back of a seller's sales, by the day that it comes free.
select currency, release_on, kept - drawn - released as left from payments.reserve_tranche
where bucket = :bucket and seller = :seller and kept > drawn + released
order by currency, release_on
