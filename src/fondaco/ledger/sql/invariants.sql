-- name: trial_balance_is_zero
-- I1: debits equal credits in every currency.
select bucket, currency, sum(amount) as excess
from ledger.entry group by bucket, currency having sum(amount) <> 0

-- name: posting_moves_between_accounts
-- I1, I2: every posting belongs to a journal and moves a positive amount between two accounts of
-- the chart, so that a journal balances per currency, posting by posting.
select p.bucket, p.journal, p.no, p.amount
from ledger.posting p
left join ledger.journal j on j.bucket = p.bucket and j.id = p.journal
left join ledger.account d on d.name = p.debit
left join ledger.account c on c.name = p.credit
where j.id is null or d.name is null or c.name is null or p.amount <= 0
    or (p.debit, p.debit_subject) = (p.credit, p.credit_subject)

-- name: journal_has_postings
-- I1: no journal is empty, and its postings are numbered from 1 without a gap.
select j.bucket, j.id
from ledger.journal j
left join ledger.posting p on p.bucket = j.bucket and p.journal = j.id
group by j.bucket, j.id having count(p.no) = 0 or max(p.no) <> count(p.no)

-- name: guarded_balance_is_sum_of_entries
-- I3, I4: a guarded balance is the sum of its credits less its debits; of an asset, the reverse.
select bucket, subject, account, currency, sum(amount) as excess
from (
    select b.bucket, b.subject, b.account, b.currency, b.amount from ledger.balance b
    union all
    select p.bucket, p.credit_subject, p.credit, p.currency,
        case when a.asset then p.amount else -p.amount end
    from ledger.posting p join ledger.account a on a.name = p.credit and a.guarded
    union all
    select p.bucket, p.debit_subject, p.debit, p.currency,
        case when a.asset then -p.amount else p.amount end
    from ledger.posting p join ledger.account a on a.name = p.debit and a.guarded
) both_sides
group by bucket, subject, account, currency having sum(amount) <> 0

-- name: guarded_balance_not_below_zero
-- I17: no guarded balance is below its floor.
select bucket, subject, account, currency, amount from ledger.balance where amount < 0

-- name: journal_has_one_cause
-- I10: every journal was caused by one accepted command.
select j.bucket, j.id, j.cause from ledger.journal j
where not exists (select from kernel.command c where c.id = j.cause and c.accepted)

-- name: refused_command_moved_nothing
-- I11: a refused command caused no journal.
select c.bucket, c.id, j.id as journal
from kernel.command c join ledger.journal j on j.cause = c.id
where not c.accepted
