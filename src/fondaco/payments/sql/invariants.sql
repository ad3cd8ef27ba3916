-- name: journal_keeps_to_one_side
-- I2: a journal is of a deal or of an owner; between the two there is only the bridge, so each
-- side balances alone.
select p.bucket, p.journal
from ledger.posting p
left join ledger.account d on d.name = p.debit
left join ledger.account c on c.name = p.credit
group by p.bucket, p.journal
having bool_or('owner' in (d.keys, c.keys)) and bool_or('deal' in (d.keys, c.keys))

-- name: payment_journal_matches_rows
-- I7: what providers owe for a payment is what was captured, less its fee and what is back; what
-- chargebacks take is owed by them beside, and so is what was booked of breaks with their reports.
select bucket, id, sum(amount) as excess
from (
    select bucket, id, captured - fee - (returned - credited) as amount from payments.payment
    where provider not in ('wallet', 'gift_card')
    union all
    select bucket, id, difference from payments.break where account <> ''
    union all
    select bucket, debit_subject, -amount from ledger.posting
    where debit = 'psp_receivable' and credit <> 'dispute_receivable'
    union all
    select bucket, credit_subject, amount from ledger.posting
    where credit = 'psp_receivable' and debit not in ('dispute_receivable', 'dispute_fee')
) both_sides
group by bucket, id having sum(amount) <> 0

-- name: refunds_within_captured
-- I8: what is promised back is the sum of live refunds, and no more than was captured; what is
-- with the buyer again is the sum of those that succeeded.
select p.bucket, p.id, p.captured, p.refunded, p.returned, coalesce(sum(r.amount), 0) as refunds
from payments.payment p
left join payments.refund r on r.bucket = p.bucket and r.payment = p.id
    and (r.state <> 'failed' or r.attempt = 10)
group by p.bucket, p.id, p.captured, p.refunded, p.returned
having p.refunded <> coalesce(sum(r.amount), 0) or p.refunded > p.captured
    or p.returned <> coalesce(sum(r.amount) filter (where r.state = 'succeeded'), 0)

-- name: refund_in_flight_is_open_refunds
-- I22: what is on its way back is exactly what has not arrived yet.
select bucket, id, sum(amount) as excess
from (
    select bucket, id, refunded - returned as amount from payments.payment
    union all
    select bucket, debit_subject, amount from ledger.posting where debit = 'refund_in_flight'
    union all
    select bucket, credit_subject, -amount from ledger.posting where credit = 'refund_in_flight'
) both_sides
group by bucket, id having sum(amount) <> 0

-- name: fact_applied_once
-- I9: each fact from outside moved money exactly once: a capture, its fee, a refund that
-- arrived, a payout that landed or came back.
select bucket, id, fact, sum(n) as excess
from (
    select bucket, id, 'captured' as fact, 1 as n from payments.payment
    where captured > 0 and provider not in ('wallet', 'gift_card')
    union all
    select bucket, subject, 'captured', -1 from (
        select distinct bucket, journal, debit_subject as subject
        from ledger.posting
        where debit = 'psp_receivable' and credit <> 'dispute_receivable') journal
    union all
    select bucket, id, 'captured', 1 from payments.break where account <> '' and difference > 0
    union all
    select bucket, id, 'fee', 1 from payments.break where account = 'psp_fee' and difference < 0
    union all
    select bucket, id, 'fee', 1 from payments.payment where fee > 0
    union all
    select bucket, debit_subject, 'fee', -1 from ledger.posting where debit = 'psp_fee'
    union all
    select bucket, payment, 'refunded', 1 from payments.refund where state = 'succeeded'
    union all
    select bucket, debit_subject, 'refunded', -1 from ledger.posting
    where debit = 'refund_in_flight'
    union all
    select bucket, id, state, 1 from payments.payout where state in ('paid', 'failed', 'returned')
    union all
    select bucket, id, 'paid', 1 from payments.payout where state = 'returned'
    union all
    select bucket, debit_subject, case credit when 'bank' then 'paid' else 'failed' end, -1
    from ledger.posting where debit = 'payout_in_flight'
    union all
    select bucket, debit_subject, 'returned', -1
    from ledger.posting where debit = 'bank' and credit = 'payable'
) facts
group by bucket, id, fact having sum(n) <> 0

-- name: payouts_in_flight_match
-- I15: what is on its way to sellers is the sum of payouts that have not landed.
select bucket, id, sum(amount) as excess
from (
    select bucket, id, amount from payments.payout
    where state in ('created', 'awaiting_approval', 'approved')
    union all
    select bucket, debit_subject, amount from ledger.posting where debit = 'payout_in_flight'
    union all
    select bucket, credit_subject, -amount from ledger.posting where credit = 'payout_in_flight'
) both_sides
group by bucket, id having sum(amount) <> 0

-- name: paid_payout_left_the_bank
-- I16: a payout that was paid left the bank once, in full, and nothing else did; one that was
-- returned came in again just so; what else came in is
-- what sellers paid into bonds or of their debts.
select bucket, id, sum(amount) as excess
from (
    select bucket, id, amount from payments.payout where state = 'paid'
    union all
    select bucket, id, -amount from payments.seller_move
    where kind in ('bond_deposit', 'recovery')
    union all
    select bucket, credit_subject, -amount from ledger.posting where credit = 'bank'
    union all
    select bucket, debit_subject, amount from ledger.posting where debit = 'bank'
) both_sides
group by bucket, id having sum(amount) <> 0

-- name: bridge_is_closed
-- I12, I13, I14: what left a deal for its seller arrived there, in the same currency; what a
-- wallet or card gave or got too, unless the payment or refund that it is for waits for the news.
select id, currency, sum(amount) as excess
from (
    select debit_subject as id, currency, amount from ledger.posting where debit = 'bridge'
    union all
    select credit_subject, currency, -amount from ledger.posting where credit = 'bridge'
    union all
    select p.id, p.currency, -m.change from payments.credit_move m
    join payments.payment p on p.id = m.id
    where m.kind = 'payment' and p.state = 'created'
    union all
    select r.payment, r.currency, -m.change from payments.credit_move m
    join payments.refund r on r.id = m.id
    where m.kind = 'refund' and r.state = 'requested'
) both_sides
group by id, currency having sum(amount) <> 0

-- name: payment_steps_lead_to_state
-- I21: every payment, refund and payout got to its state by one unbroken chain of steps: it left
-- each state it was in once, but for the one it is in. Counted by hashes, as
-- `orders.order_steps_lead_to_state` is.
select bucket, id, count(*) - 1 as steps
from (
    select bucket, id, hashtext('created')::bigint - hashtext(state) as n from payments.payment
    union all
    select bucket, id, hashtext('requested')::bigint - hashtext(state) from payments.refund
    union all
    select bucket, id, hashtext('created')::bigint - hashtext(state) from payments.payout
    union all
    select bucket, entity, hashtext(dst)::bigint - hashtext(src)
    from kernel.transition where machine in ('payment', 'refund', 'payout')
) entered_and_left
group by bucket, id having sum(n) <> 0

-- name: payment_steps_are_legal
-- I21: payments, refunds and payouts take only legal steps, each by an actor who may.
select bucket, entity, machine, src, dst, actor from kernel.transition
where machine in ('payment', 'refund', 'payout') and (machine, src, dst, actor) not in (
    ('payment', 'created',   'captured',  'provider'),
    ('payment', 'created',   'failed',    'provider'),
    ('payment', 'created',   'voided',    'system'),
    ('payment', 'voided',    'captured',  'provider'),
    ('payment', 'failed',    'captured',  'provider'),
    ('payment', 'captured',  'refunded',  'provider'),
    ('refund',  'requested', 'succeeded', 'provider'),
    ('refund',  'requested', 'failed',    'provider'),
    ('payout',  'created',   'paid',      'provider'),
    ('payout',  'created',   'failed',    'provider'),
    ('payout',  'created',   'awaiting_approval', 'system'),
    ('payout',  'awaiting_approval', 'approved',  'operator'),
    ('payout',  'awaiting_approval', 'failed',    'operator'),
    ('payout',  'approved',  'paid',      'provider'),
    ('payout',  'approved',  'failed',    'provider'),
    ('payout',  'paid',      'returned',  'provider'))

-- name: exchange_is_at_its_rate
-- I20: what a seller got for its share is what the rate kept with it gives, half up; what it gave
-- back since is in proportion to what went back.
select bucket, "order", amount, into_amount, back, into_back from payments.exchange
where into_amount <> div(2 * amount * numerator + denominator, 2 * denominator)
    or into_back <> div(2 * into_amount::numeric * back + amount, 2 * amount::numeric)

-- name: exchange_is_posted
-- I22: the operator's position in an order is what was exchanged less what went back, in either
-- currency: nothing of the sale's when all went back, and of the other just what the rate won or
-- lost. Only the order's own seller has a part in it.
select id, account, currency, sum(amount) as excess
from (
    select "order" as id, 'fx_position' as account, currency, amount - back as amount
    from payments.exchange
    union all
    select "order", 'fx_position', into_currency, into_back - into_amount - gain
    from payments.exchange
    union all
    select "order", 'fx_gain_loss', into_currency, gain from payments.exchange
    union all
    select subject, account, currency, amount from ledger.entry
    where account in ('fx_position', 'fx_gain_loss')
) both_sides
group by id, account, currency having sum(amount) <> 0
union all
select e."order", s.account, s.currency, s.amount
from (
    select debit_subject as id, credit as account, credit_subject as subject, currency, amount
    from ledger.posting where debit = 'fx_position'
    union all
    select credit_subject, debit, debit_subject, currency, amount
    from ledger.posting where credit = 'fx_position'
) s
join payments.exchange e on e."order" = s.id
where s.account in ('payable', 'receivable', 'reserve', 'bond') and s.subject <> e.seller

-- name: reserve_is_open_tranches
-- I3: what is kept back of a seller is the sum of its tranches that are neither drawn nor released.
select bucket, seller, currency, sum(amount) as excess
from (
    select bucket, subject as seller, currency, amount
    from ledger.balance where account = 'reserve'
    union all
    select bucket, seller, currency, drawn + released - kept from payments.reserve_tranche
) both_sides
group by bucket, seller, currency having sum(amount) <> 0

-- name: charges_match_postings
-- I9: what a seller was charged, and the VAT on it, was posted exactly once; a provider's fee for
-- a chargeback is in the chargeback's own journal.
select bucket, seller, currency, account, sum(amount) as excess
from (
    select bucket, seller, currency, 'seller_charge' as account, amount from payments.charge
    union all
    select bucket, seller, currency, 'vat_payable', vat from payments.charge
    union all
    select p.bucket, p.credit_subject, p.currency, p.credit, -p.amount
    from ledger.posting p join ledger.journal j on j.bucket = p.bucket and j.id = p.journal
    where p.credit in ('seller_charge', 'vat_payable') and p.debit in ('payable', 'receivable')
        and j.kind <> 'chargeback'
) both_sides
group by bucket, seller, currency, account having sum(amount) <> 0

-- name: seller_moves_match_postings
-- I9: what was decided about a seller's bond or debt was posted exactly once, and a debt was met
-- out of the bond or given up by nothing else.
select bucket, seller, currency, kind, sum(amount) as excess
from (
    select bucket, seller, currency, kind, amount from payments.seller_move
    union all
    select bucket, credit_subject, currency, case
        when debit = 'bank' and credit = 'bond' then 'bond_deposit'
        when debit = 'bond' and credit = 'receivable' then 'bond_draw'
        when debit = 'bond' then 'bond_refund'
        when debit = 'bank' then 'recovery'
        else 'write_off' end, -amount
    from ledger.posting
    where debit in ('bond', 'bad_debt') or (debit = 'bank' and credit in ('bond', 'receivable'))
) both_sides
group by bucket, seller, currency, kind having sum(amount) <> 0

-- name: bond_is_sum_of_moves
-- I3: a bond is what was paid in or withheld for it, less what was drawn or given back.
select bucket, seller, currency, sum(amount) as excess
from (
    select bucket, subject as seller, currency, amount
    from ledger.balance where account = 'bond'
    union all
    select bucket, seller, currency, case kind when 'bond_deposit' then -amount else amount end
    from payments.seller_move where kind in ('bond_deposit', 'bond_draw', 'bond_refund')
    union all
    select bucket, credit_subject, currency, -amount from ledger.posting
    where debit in ('bridge', 'fx_position') and credit = 'bond'
) both_sides
group by bucket, seller, currency having sum(amount) <> 0

-- name: subscription_periods_are_charged_once
-- I9: the periods of a subscription were charged in turn, each once, and the next is due on its day.
select s.bucket, s.id, s.charged, count(c.id) as charges, s.next_at
from payments.subscription s
left join payments.charge c on c.bucket = s.bucket and c.subscription = s.id
group by s.bucket, s.id, s.charged, s.next_at, s.starts_at, s.ends_at, s.every
having s.charged <> count(c.id) or count(distinct c.period) <> count(c.id)
    or coalesce(max(c.period), -1) <> s.charged - 1
    or s.next_at is distinct from (
        select next.at from (select s.starts_at + s.charged * case s.every
            when 'week' then interval '7 days' else interval '1 month' end as at) next
        where s.ends_at is null or next.at < s.ends_at)

-- name: credit_is_sum_of_moves
-- I3, I4: what is in a wallet or on a card is the sum of what moved, each for one cause.
select account, subject, currency, sum(amount) as excess
from (
    select account, subject, currency, amount from ledger.balance
    where account in ('wallet', 'gift_card')
    union all
    select account, subject, currency, -change from payments.credit_move
) both_sides
group by account, subject, currency having sum(amount) <> 0

-- name: credit_pays_what_it_is_drawn_for
-- I9: what is drawn for a payment is captured for it once, or is on its way there; what a refund
-- puts back came of that refund, in full.
select m.id, m.change, p.captured
from payments.credit_move m
left join payments.payment p on p.id = m.id
where m.kind = 'payment' and (p.id is null or p.provider <> m.account or p.amount <> -m.change
    or p.state in ('captured', 'refunded') and p.captured <> -m.change)
union all
select m.id, m.change, r.amount
from payments.credit_move m
left join payments.refund r on r.id = m.id
where m.kind = 'refund' and (r.id is null or r.amount <> m.change)

-- name: breaks_are_booked_once
-- I9: what was booked of a break between a provider's report and the journal is its difference,
-- once, to the account that was named; of one that is not resolved, nothing.
select bucket, id, account, sum(amount) as excess
from (
    select bucket, id, account, difference as amount from payments.break where account <> ''
    union all
    select p.bucket, case p.debit when 'psp_receivable' then p.credit_subject
            else p.debit_subject end,
        case p.debit when 'psp_receivable' then p.credit else p.debit end,
        case p.debit when 'psp_receivable' then -p.amount else p.amount end
    from ledger.journal j
    join ledger.posting p on p.bucket = j.bucket and p.journal = j.id
    where j.kind = 'break_resolved'
) both_sides
group by bucket, id, account having sum(amount) <> 0
union all
select bucket, id, account, difference from payments.break
where state <> 'resolved' and account <> '' or difference <> coalesce(theirs, 0) - coalesce(ours, 0)

-- name: nobody_listed_is_paid
-- I21: no payout was begun while a hit on a sanction list barred its seller.
select p.bucket, p.id, p.seller, h.id as hit
from risk.hit h
join payments.payout p on p.bucket = h.bucket and p.seller = h.party
where h.state in ('open', 'confirmed') and p.created_at > h.blocked_since

-- name: bank_file_holds_its_payouts
-- I16: a payment file asks the bank for exactly the payouts that were put into it.
select file, sum(payouts) as payouts, sum(amount) as amount
from (
    select id as file, payouts, amount from payments.bank_file
    union all
    select bank_file, -1, -amount from payments.payout where bank_file is not null
) both_sides
group by file having sum(payouts) <> 0 or sum(amount) <> 0
