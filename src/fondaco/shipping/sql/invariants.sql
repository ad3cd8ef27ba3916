-- name: parcel_steps_lead_to_state
-- I21: every parcel got to its state by one unbroken chain of steps.
select p.bucket, p.id, p.state
from shipping.parcel p
left join kernel.transition t on t.bucket = p.bucket and t.entity = p.id
group by p.bucket, p.id, p.state
having (count(t.dst) = 0 and p.state <> 'planned')
    or (count(t.dst) > 0 and (
        count(*) filter (where t.src = 'planned') <> 1
        or count(*) filter (where t.dst = p.state) <> 1
        or count(distinct t.src) <> count(*)
        or bool_or(t.src = p.state)))
