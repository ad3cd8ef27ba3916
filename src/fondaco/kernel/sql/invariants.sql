-- name: command_ids_are_unique
-- I10: an id names one command, so whatever it caused has one cause.
select id, count(*) as times from kernel.command group by id having count(*) > 1

-- name: step_has_one_cause
-- I10, I11, I21: every step of a state machine was caused by one command, and by one accepted.
select t.bucket, t.entity, t.dst, t.cause from kernel.transition t
where not exists (select from kernel.command c where c.id = t.cause and c.accepted)
