-- name: payments_named
-- Payments by id, with their purchase and provider.
select p.id, p.purchase, p.provider from payments.payment p
where p.bucket = any(:buckets::smallint[]) and p.id = any(:ids::bigint[])

-- name: refunds_named
-- Refunds by id, with their payment.
select r.id, r.payment from payments.refund r
where r.bucket = any(:buckets::smallint[]) and r.id = any(:ids::bigint[])

-- name: payouts_named
-- Payouts by id, with their seller.
select p.id, p.seller from payments.payout p
where p.bucket = any(:buckets::smallint[]) and p.id = any(:ids::bigint[])

-- name: refunds_paid
-- Refunds of payments that arrived, and which command recorded it.
select r.id, r.payment, t.cause
from payments.refund r
cross join lateral (
    select cause from kernel.transition
    where bucket = r.bucket and entity = r.id and dst = 'succeeded' offset 0
) t
where r.bucket = any(:buckets::smallint[]) and r.payment = any(:ids::bigint[])

-- name: upsert_reconciliations
-- Write the last comparison of days.
insert into payments.reconciliation as old (provider, day, ran_at, lines, matched)
select r.provider, r.day, r.ran_at, r.lines, r.matched
from json_to_recordset(:rows)
    as r (provider text, day date, ran_at timestamptz, lines int, matched int)
on conflict (provider, day) do update
    set ran_at = excluded.ran_at, lines = excluded.lines, matched = excluded.matched

-- name: upsert_breaks
-- Write breaks, and bring those that nobody resolved up to date.
insert into payments.break as old (bucket, id, provider, day, kind, movement, key, no, reference,
    currency, ours, theirs, difference, reason, state, found_at)
select :bucket, b.id, b.provider, b.day, b.kind, b.movement, b.key, b.no, b.reference, b.currency,
    b.ours, b.theirs, b.difference, b.reason, 'open', b.at
from json_to_recordset(:rows)
    as b (id bigint, provider text, day date, kind text, movement text, key text, no smallint,
          reference text, currency text, ours bigint, theirs bigint, difference bigint,
          reason text, at timestamptz)
on conflict (provider, day, kind, movement, key, no) do update
    set reference = excluded.reference, currency = excluded.currency, ours = excluded.ours,
        theirs = excluded.theirs, difference = excluded.difference, reason = excluded.reason,
        state = 'open'
    where old.state <> 'resolved'

-- name: clear_breaks
-- Clear what was open of these days and is not among the breaks any more.
update payments.break old set state = 'cleared'
from json_to_recordset(:days) as d (provider text, day date)
where old.provider = any(:providers::text[]) and old.provider = d.provider and old.day = d.day
    and old.state not in ('cleared', 'resolved') and not exists (
        select from json_to_recordset(:rows)
            as b (provider text, day date, kind text, movement text, key text, no smallint)
        where (b.provider, b.day, b.kind, b.movement, b.key, b.no)
            = (old.provider, old.day, old.kind, old.movement, old.key, old.no))

-- name: lock_breaks
-- Lock breaks in key order.
select id, kind, currency, difference, state from payments.break
where bucket = :bucket and id = any(:ids::bigint[])
order by bucket, id for update

-- name: write_resolved
-- Write what people said of breaks.
update payments.break b
set state = 'resolved', account = r.account, note = r.note, resolved_by = r.by, resolved_at = r.at
from json_to_recordset(:rows) as r (id bigint, account text, note text, by text, at timestamptz)
where b.bucket = :bucket and b.id = any(:ids::bigint[]) and b.id = r.id

-- name: open_breaks
-- Breaks that nobody resolved, in order.
select id, provider, day, kind, movement, key, reference, currency, ours, theirs, difference,
    reason, state, account, note, found_at
from payments.break where state = 'open' and id > :after order by id limit :limit

-- name: breaks_of
-- All breaks of a provider's day.
select id, provider, day, kind, movement, key, reference, currency, ours, theirs, difference,
    reason, state, account, note, found_at
from payments.break where provider = :provider and day = :day order by id
