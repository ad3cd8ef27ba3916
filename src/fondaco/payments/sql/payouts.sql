-- name: payout_terms
-- The policies of currencies, and which of these sellers are on hold and why.
select currency, null::bigint as seller, every, minimum, approval_above, null as reason
from payments.payout_policy where currency = any(:currencies::text[])
union all
select null, seller, null, null, null, reason from payments.payout_hold
where bucket = :bucket and seller = any(:sellers::bigint[])

-- name: upsert_payout_policies
-- Set how payouts of currencies go.
insert into payments.payout_policy (currency, every, minimum, approval_above, set_at)
select p.currency, p.every, p.minimum, p.approval_above, p.set_at
from json_to_recordset(:rows) as p (currency text, every text, minimum bigint,
    approval_above bigint, set_at timestamptz)
order by p.currency
on conflict (currency) do update
    set every = excluded.every, minimum = excluded.minimum,
        approval_above = excluded.approval_above, set_at = excluded.set_at

-- name: upsert_payout_turns
-- Set the schedules of sellers.
insert into payments.payout_turn (bucket, seller, currency, every, minimum, next_at)
select :bucket, t.seller, t.currency, t.every, t.minimum, t.next_at
from json_to_recordset(:rows) as t (seller bigint, currency text, every text, minimum bigint,
    next_at timestamptz)
order by t.seller, t.currency
on conflict (bucket, seller, currency) do update
    set every = excluded.every, minimum = excluded.minimum, next_at = excluded.next_at

-- name: lock_payout_turns
-- Lock the turns of sellers in key order.
select seller, currency, every, minimum, next_at from payments.payout_turn
where bucket = :bucket and seller = any(:sellers::bigint[])
order by bucket, seller, currency for update

-- name: move_payout_turns
-- Write when these sellers are paid next.
update payments.payout_turn t set next_at = n.next_at
from json_to_recordset(:rows) as n (seller bigint, currency text, next_at timestamptz)
where t.bucket = :bucket and t.seller = any(:sellers::bigint[]) and t.seller = n.seller
    and t.currency = n.currency

-- name: due_payout_turns
-- Sellers whose turn has come.
select seller, currency, next_at from payments.payout_turn
where bucket = :bucket and next_at <= :now order by next_at limit :limit

-- name: payout_policies
-- Every currency's policy.
select currency, every, minimum, approval_above, set_at from payments.payout_policy
order by currency

-- name: enrol_payees
-- Give a turn to sellers who are owed something and go by the policy.
insert into payments.payout_turn as t (bucket, seller, currency, minimum, next_at)
select :bucket, owed.subject, owed.currency, 0, p.next_at
from ledger.balance owed
join json_to_recordset(:rows) as p (currency text, next_at timestamptz)
    on owed.currency = p.currency
where owed.bucket = :bucket and owed.account = 'payable'
    and owed.currency = any(:currencies::text[]) and owed.amount > 0
order by owed.subject, owed.currency
on conflict (bucket, seller, currency) do update set next_at = excluded.next_at
where t.next_at is null and t.every is null

-- name: insert_payout_holds
-- Hold sellers' payouts; which of them were not held yet.
insert into payments.payout_hold (bucket, seller, reason, held_by, held_at)
select :bucket, h.seller, h.reason, h.held_by, h.held_at
from json_to_recordset(:rows) as h (seller bigint, reason text, held_by text,
    held_at timestamptz)
order by h.seller
on conflict do nothing returning seller

-- name: delete_payout_holds
-- Lift holds; which of these sellers were held.
delete from payments.payout_hold
where bucket = :bucket and seller = any(:sellers::bigint[]) returning seller

-- name: lock_decided
-- Lock payouts that are decided on, in key order.
select id, seller, currency, amount, state, reason, requested_by, decided_by, bank_reference
from payments.payout
where bucket = :bucket and id = any(:ids::bigint[])
order by bucket, id for update

-- name: write_decided
-- Write what people and banks decided of payouts.
update payments.payout p
set state = d.state, reason = d.reason, decided_by = d.decided_by,
    bank_reference = d.bank_reference, due_at = d.due_at
from json_to_recordset(:rows) as d (id bigint, state text, reason text, decided_by text,
    bank_reference text, due_at timestamptz)
where p.bucket = :bucket and p.id = any(:ids::bigint[]) and p.id = d.id

-- name: payout_turns_of
-- A seller's schedules, and when it is paid next.
select currency, every, minimum, next_at from payments.payout_turn
where bucket = :bucket and seller = :seller order by currency

-- name: payout_hold_of
-- Why a seller's payouts are on hold, if they are.
select reason, held_at from payments.payout_hold where bucket = :bucket and seller = :seller

-- name: ask_to_send
-- Say who sends payouts; those that it shall send, and those that it was to send before. Whose
-- seller was put on hold or under review meanwhile waits, unless somebody was asked already.
with locked as materialized (
    select o.bucket, o.id from payments.payout o
    where o.bucket = any(:buckets::smallint[]) and o.id = any(:ids::bigint[])
        and (o.provider <> '' or not exists (
            select from payments.payout_hold h where h.bucket = o.bucket and h.seller = o.seller
        ) and not exists (
            select from risk.hit h where h.bucket = o.bucket and h.party = o.seller
                and h.state in ('open', 'confirmed')
        ))
    order by o.bucket, o.id for update
)
update payments.payout p
set provider = case when p.provider = '' then :provider else p.provider end
from locked
where p.bucket = any(:buckets::smallint[]) and p.id = any(:ids::bigint[])
    and p.id = locked.id and p.state = any(:states::text[])
returning p.id, p.account, p.currency, p.amount, p.provider

-- name: waiting_for_file
-- Payouts that the bank is to send and is not told of yet.
select p.id, p.account, p.currency, p.amount
from payments.payout p
where p.bucket = any(:buckets::smallint[]) and p.provider = 'bank' and p.bank_file is null
    and p.state in ('created', 'approved')
order by p.bucket, p.id limit :limit

-- name: lock_for_file
-- Lock payouts that the bank is to send and is not told of yet.
select p.id, p.seller, p.account, p.currency, p.amount
from payments.payout p
where p.bucket = any(:buckets::smallint[]) and p.provider = 'bank' and p.bank_file is null
    and p.state in ('created', 'approved')
order by p.bucket, p.id limit :limit for update skip locked

-- name: insert_bank_files
-- Keep payment files.
insert into payments.bank_file (id, message, account, payouts, amount, body, made_by, made_at)
select f.id, f.message, f.account, f.payouts, f.amount, decode(f.body, 'base64'), f.made_by,
    f.made_at
from json_to_recordset(:rows)
    as f (id bigint, message text, account text, payouts integer, amount bigint, body text,
          made_by text, made_at timestamptz)

-- name: put_into_files
-- Put payouts into files.
update payments.payout p set bank_file = f.file
from json_to_recordset(:rows) as f (id bigint, file bigint)
where p.bucket = any(:buckets::smallint[]) and p.id = any(:ids::bigint[]) and p.id = f.id

-- name: bank_files
-- Payment files, latest first.
select id, message, account, payouts, amount, made_by, made_at from payments.bank_file
where id < :before order by id desc limit :limit

-- name: bank_file_named
-- A payment file by its message id.
select id, message, account, payouts, amount, made_by, made_at, body from payments.bank_file
where message = :message

-- name: payouts_of_file
-- The payouts in payment files.
select f.message, p.id, p.currency, p.amount, p.state
from payments.bank_file f
cross join lateral (select * from payments.payout where bank_file = f.id offset 0) p
where f.message = any(:messages::text[])
