-- name: payment_journal_matches_rows
-- I7: what providers owe for a payment is what was captured, less its fee and what is back.
select bucket, id, sum(amount) as excess
from (
    select bucket, id, captured - fee - returned as amount from payments.payment
    union all
    select bucket, subject, -amount from ledger.entry where account = 'psp_receivable'
) both_sides
group by bucket, id having sum(amount) <> 0

-- name: refunds_within_captured
-- I8: what is promised back is the sum of live refunds, and no more than was captured.
select p.bucket, p.id, p.captured, p.refunded, coalesce(sum(r.amount), 0) as refunds
from payments.payment p
left join payments.refund r on r.bucket = p.bucket and r.payment = p.id and (
    r.state <> 'failed' or r.attempt = 10
)
group by p.bucket, p.id, p.captured, p.refunded
having p.refunded <> coalesce(sum(r.amount), 0) or p.refunded > p.captured

-- name: refund_in_flight_is_open_refunds
-- I22: what is on its way back is exactly what has not arrived yet.
select bucket, id, sum(amount) as excess
from (
    select bucket, id, refunded - returned as amount from payments.payment
    union all
    select bucket, subject, amount from ledger.entry where account = 'refund_in_flight'
) both_sides
group by bucket, id having sum(amount) <> 0

-- name: fact_applied_once
-- I9: each external fact moved money once: at most one capture and one fee per payment, one
-- landing per payout.
select e.bucket, e.account, e.subject, count(*) as times
from ledger.entry e join ledger.journal j on j.bucket = e.bucket and j.id = e.journal
where (e.account = 'psp_fee')
    or (e.account = 'payout_in_flight' and e.amount > 0)
group by e.bucket, e.account, e.subject having count(distinct e.journal) > 1

-- name: payouts_in_flight_match
-- I15, I16: what is on its way is the sum of payouts not landed; one that landed left the bank.
select bucket, id, sum(amount) as excess
from (
    select bucket, id, case when state = 'created' then amount else 0 end as amount
    from payments.payout
    union all
    select bucket, subject, amount from ledger.entry where account = 'payout_in_flight'
) both_sides
group by bucket, id having sum(amount) <> 0
union all
select bucket, id, sum(amount)
from (
    select bucket, id, case when state = 'paid' then amount else 0 end as amount
    from payments.payout
    union all
    select bucket, subject, amount from ledger.entry where account = 'bank'
) at_the_bank
group by bucket, id having sum(amount) <> 0

-- name: bridge_is_closed
-- I12, I13, I14: what left a deal for its seller arrived, in the same currency.
select subject, currency, sum(amount) as excess
from ledger.entry where account = 'bridge'
group by subject, currency having sum(amount) <> 0

-- name: payment_steps_lead_to_state
-- I21: every payment, refund and payout got to its state by one unbroken chain of steps.
select e.bucket, e.id, e.state, e.start from (
    select bucket, id, state, 'created' as start from payments.payment
    union all select bucket, id, state, 'requested' from payments.refund
    union all select bucket, id, state, 'created' from payments.payout
) e
left join kernel.transition t on t.bucket = e.bucket and t.entity = e.id
group by e.bucket, e.id, e.state, e.start
having (count(t.dst) = 0 and e.state <> e.start)
    or (count(t.dst) > 0 and (
        count(*) filter (where t.src = e.start) <> 1
        or count(*) filter (where t.dst = e.state) <> 1
        or count(distinct t.src) <> count(*)
        or bool_or(t.src = e.state)))
