-- name: parcel_steps_lead_to_state
-- I21: every parcel got to its state by one unbroken chain of steps: it left each state it was in
-- once, but for the one it is in.
select bucket, id, state, sum(n) as excess
from (
    select bucket, id, 'planned' as state, 1 as n from shipping.parcel
    union all select bucket, id, state, -1 from shipping.parcel
    union all select bucket, entity, dst, 1 from kernel.transition where machine = 'parcel'
    union all select bucket, entity, src, -1 from kernel.transition where machine = 'parcel'
) entered_and_left
group by bucket, id, state having sum(n) <> 0

-- name: parcel_steps_are_legal
-- I21: parcels take only legal steps, each by an actor who may.
select bucket, entity, src, dst, actor from kernel.transition
where machine = 'parcel' and not (actor in ('seller', 'carrier', 'system') and (src, dst) in (
    ('planned', 'handed_over'), ('planned', 'in_transit'), ('planned', 'delivered'),
    ('planned', 'exception'), ('handed_over', 'in_transit'), ('handed_over', 'delivered'),
    ('handed_over', 'exception'), ('in_transit', 'delivered'), ('in_transit', 'exception'),
    ('exception', 'delivered'), ('exception', 'returned'), ('exception', 'lost')))
