-- name: insert_payments
-- Write attempts to charge.
insert into payments.payment
    (bucket, id, purchase, provider, token, currency, amount, state, due_at, created_at)
select :bucket, p.id, p.purchase, p.provider, p.token, p.currency, p.amount, 'created',
    p.due_at, p.created_at
from json_to_recordset(:rows)
    as p (id bigint, purchase bigint, provider text, token text, currency text, amount bigint,
          due_at timestamptz, created_at timestamptz)

-- name: lock_payments
-- Lock all payments of purchases in key order; purchases are named by themselves or by payments.
select id, purchase, provider, currency, amount, captured, refunded, returned, fee, charged_back,
    state
from payments.payment
where bucket = :bucket and purchase = any(:purchases::bigint[] || array(
    select purchase from payments.payment where bucket = :bucket and id = any(:payments::bigint[])
))
order by bucket, purchase, id for update

-- name: update_payments
-- Write what became of payments.
update payments.payment p
set amount = c.amount, captured = c.captured, refunded = c.refunded, fee = c.fee, charged_back = c.charged_back,
    state = c.state, currency = c.currency,
    reason = c.reason, due_at = case when c.state = 'created' then p.due_at end
from json_to_recordset(:rows)
    as c (id bigint, amount bigint, captured bigint, refunded bigint, fee bigint,
          charged_back bigint, state text, currency text, reason text)
where p.bucket = :bucket and p.id = any(:ids::bigint[]) and p.id = c.id

-- name: note_accounts
-- Write where transfers came from, which is where they go back to.
update payments.payment p set token = c.account
from json_to_recordset(:rows) as c (id bigint, account text)
where p.bucket = :bucket and p.id = any(:ids::bigint[]) and p.id = c.id

-- name: insert_refunds
-- Write refunds to be sent.
insert into payments.refund
    (bucket, id, payment, "order", currency, amount, state, reason, due_at, created_at, credit_to)
select :bucket, r.id, r.payment, r."order", r.currency, r.amount, 'requested', r.reason,
    r.due_at, r.created_at, r.credit_to
from json_to_recordset(:rows)
    as r (id bigint, payment bigint, "order" bigint, currency text, amount bigint, reason text,
          due_at timestamptz, created_at timestamptz, credit_to bigint)

-- name: lock_refunds
-- Lock refunds in key order, once their payments are locked.
with held as materialized (
    select id, purchase, provider, captured, returned, credited from payments.payment
    where bucket = :bucket and id = any(:payments::bigint[])
    order by bucket, id for update
)
select r.id, r.payment, r."order", r.currency, r.amount, r.state, r.reason, r.attempt, r.credit_to,
    held.purchase, held.provider, held.captured, held.returned, held.credited
from held join payments.refund r on r.payment = held.id
where r.bucket = :bucket and r.id = any(:ids::bigint[])
order by r.id
for update of r

-- name: payments_refunded
-- The payments that refunds are of.
select distinct payment from payments.refund
where bucket = :bucket and id = any(:ids::bigint[])

-- name: finish_refunds
-- Write what became of refunds, and what is with the buyer again.
with finished as (
    update payments.refund r set state = f.state, reason = f.reason, due_at = null
    from json_to_recordset(:refunds) as f (id bigint, state text, reason text)
    where r.bucket = :bucket and r.id = any(:ids::bigint[]) and r.id = f.id
)
update payments.payment p
set returned = s.returned, credited = s.credited,
    state = case when s.returned = p.captured and p.captured > 0 then 'refunded' else p.state end
from json_to_recordset(:payments) as s (payment bigint, returned bigint, credited bigint)
where p.bucket = :bucket and p.id = any(:paid::bigint[]) and p.id = s.payment

-- name: retry_refunds
-- Write the next attempts of refunds that failed.
insert into payments.refund
    (bucket, id, payment, "order", currency, amount, state, reason, attempt, due_at, created_at,
     credit_to)
select :bucket, r.id, r.payment, r."order", r.currency, r.amount, 'requested', r.reason,
    r.attempt, r.due_at, r.created_at, r.credit_to
from json_to_recordset(:rows)
    as r (id bigint, payment bigint, "order" bigint, currency text, amount bigint, reason text,
          attempt smallint, due_at timestamptz, created_at timestamptz, credit_to bigint)

-- name: insert_payouts
-- Write payouts to be sent.
insert into payments.payout
    (bucket, id, seller, account, currency, amount, state, requested_by, due_at, created_at)
select :bucket, p.id, p.seller, p.account, p.currency, p.amount, p.state, p.requested_by,
    p.due_at, p.created_at
from json_to_recordset(:rows)
    as p (id bigint, seller bigint, account text, currency text, amount bigint, state text,
          requested_by text, due_at timestamptz, created_at timestamptz)

-- name: lock_payouts
-- Lock payouts in key order.
select id, seller, currency, amount, state, reason from payments.payout
where bucket = :bucket and id = any(:ids::bigint[])
order by bucket, id for update

-- name: finish_payouts
-- Write what became of payouts.
update payments.payout p set state = f.state, reason = f.reason, due_at = null
from json_to_recordset(:rows) as f (id bigint, state text, reason text)
where p.bucket = :bucket and p.id = any(:ids::bigint[]) and p.id = f.id

-- name: payments_of
-- Payments of purchases.
select p.id, p.purchase, p.provider, p.currency, p.amount, p.captured, p.refunded, p.returned,
    p.state, p.reason, p.created_at
from payments.payment p
where p.bucket = any(:buckets::smallint[]) and p.purchase = any(:ids::bigint[])
order by p.purchase, p.id

-- name: payments
-- Payments by id.
select p.id, p.purchase, p.provider, p.token, p.currency, p.amount, p.state, p.reason
from payments.payment p
where p.bucket = any(:buckets::smallint[]) and p.id = any(:ids::bigint[])

-- name: refunds
-- Refunds by id, with their payment's provider.
select r.id, r.payment, r.currency, r.amount, r.state,
    case when r.credit_to is null then p.provider else 'wallet' end as provider
from payments.refund r join payments.payment p on p.bucket = r.bucket and p.id = r.payment
where r.bucket = any(:buckets::smallint[]) and r.id = any(:ids::bigint[])

-- name: payouts
-- Payouts by id.
select p.id, p.seller, p.account, p.currency, p.amount, p.state
from payments.payout p
where p.bucket = any(:buckets::smallint[]) and p.id = any(:ids::bigint[])

-- name: returns_waiting
-- Refunds that go back by bank transfer and have not been seen to.
select r.id, r.payment, r.currency, r.amount, p.token as account, r.created_at
from payments.refund r
join lateral (
    select token from payments.payment
    where bucket = r.bucket and id = r.payment and provider = 'bank' offset 0
) p on true
where r.bucket = :bucket and r.due_at <= :until and r.state = 'requested'
order by r.due_at limit :limit

-- name: refunds_of
-- Refunds of a purchase's payments.
select r.id, r.payment, r."order", r.currency, r.amount, r.state, r.reason, r.created_at
from payments.payment p
join payments.refund r on r.bucket = p.bucket and r.payment = p.id
where p.bucket = :bucket and p.purchase = :purchase order by r.id

-- name: payouts_of
-- A seller's payouts.
select id, seller, currency, amount, state, reason, created_at from payments.payout
where bucket = :bucket and seller = :seller and id > :after order by bucket, seller, id limit :limit

-- name: balances
-- What a seller is owed.
select account, currency, amount from ledger.balance
where bucket = :bucket and subject = :seller order by account, currency

-- name: due_payments
-- Payments whose outcome is overdue.
select id from payments.payment
where bucket = :bucket and due_at <= :now order by due_at limit :limit

-- name: due_refunds
-- Refunds to be sent or asked about.
select id from payments.refund
where bucket = :bucket and due_at <= :now order by due_at limit :limit

-- name: due_payouts
-- Payouts to be sent or asked about.
select id from payments.payout
where bucket = :bucket and due_at <= :now order by due_at limit :limit

-- name: postpone_payments
-- Ask again about these later.
update payments.payment set due_at = :until
where bucket = :bucket and id = any(:ids::bigint[]) and state = 'created'

-- name: postpone_refunds
-- Ask again about these later.
update payments.refund set due_at = :until
where bucket = :bucket and id = any(:ids::bigint[]) and state = 'requested'

-- name: postpone_payouts
-- Ask again about these later.
update payments.payout set due_at = :until
where bucket = :bucket and id = any(:ids::bigint[]) and state in ('created', 'approved')

-- name: insert_credit_moves
-- Write what moved on wallets and cards.
insert into payments.credit_move
    (bucket, id, account, subject, currency, change, kind, reason, at)
select m.bucket, m.id, m.account, m.subject, m.currency, m.change, m.kind, m.reason, m.at
from json_to_recordset(:rows)
    as m (bucket smallint, id bigint, account text, subject bigint, currency text, change bigint,
          kind text, reason text, at timestamptz)

-- name: cards_by_hash
-- Cards with these codes, hashed.
select hash, id, hint, currency, expires_at, blocked from payments.gift_card
where hash = any(:hashes::bytea[])

-- name: cards
-- Cards by id.
select id, hint, currency, issued, expires_at, blocked, created_at from payments.gift_card
where id = any(:ids::bigint[])

-- name: list_cards
-- Cards in order of issue, beginning after an id.
select id, hint, currency, issued, expires_at, blocked, created_at from payments.gift_card
where id > :after order by id limit :limit

-- name: insert_cards
-- Issue cards.
insert into payments.gift_card (hash, id, hint, currency, issued, expires_at, created_at)
select decode(c.hash, 'hex'), c.id, c.hint, c.currency, c.issued, c.expires_at, c.at
from json_to_recordset(:rows)
    as c (hash text, id bigint, hint text, currency text, issued bigint, expires_at timestamptz,
          at timestamptz)

-- name: block_cards
-- Block cards, or unblock them.
update payments.gift_card g set blocked = c.blocked
from json_to_recordset(:rows) as c (id bigint, blocked boolean)
where g.id = any(:ids::bigint[]) and g.id = c.id
returning g.id

-- name: credit_moves
-- Moves by the ids of what they are for.
select id, currency, change, at from payments.credit_move
where bucket = any(:buckets::smallint[]) and id = any(:ids::bigint[])

-- name: credit_history
-- What moved in a wallet or on a card, latest first.
select id, currency, change, kind, reason, at from payments.credit_move
where bucket = :bucket and subject = :subject and id < :before
order by id desc limit :limit

-- name: credit_balances
-- What is in a wallet or on a card, by currency.
select currency, amount from ledger.balance
where bucket = :bucket and subject = :subject and account = :account order by currency

-- name: wallets_left
-- What people's wallets hold still, and what refunds are about to put there.
select person, currency, sum(amount)::bigint as amount
from (
    select subject as person, currency, amount from ledger.balance
    where bucket = :bucket and subject = any(:people::bigint[]) and account = 'wallet'
        and amount > 0
    union all
    select credit_to, currency, amount from payments.refund
    where credit_to = any(:people::bigint[]) and state = 'requested'
) held
group by person, currency order by person, currency

-- name: purses_of_refunds
-- Where refunds go to that are put into a wallet or back on a card.
select r.id, r.credit_to, p.provider, p.token
from payments.refund r join payments.payment p on p.bucket = r.bucket and p.id = r.payment
where r.bucket = any(:buckets::smallint[]) and r.id = any(:ids::bigint[])
