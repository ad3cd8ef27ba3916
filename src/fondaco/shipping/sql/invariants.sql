-- name: parcel_steps_lead_to_state
-- I21: every parcel got to its state by one unbroken chain of steps: it left each state it was in
-- once, but for the one it is in. Counted by hashes, as `order_steps_lead_to_state` is.
select bucket, id, count(*) - 1 as steps
from (
    select bucket, id, hashtext('planned')::bigint - hashtext(state) as n from shipping.parcel
    union all
    select bucket, entity, hashtext(dst)::bigint - hashtext(src)
    from kernel.transition where machine = 'parcel'
) entered_and_left
group by bucket, id having sum(n) <> 0

-- name: parcel_steps_are_legal
-- I21: parcels take only legal steps, each by an actor who may.
select bucket, entity, src, dst, actor from kernel.transition
where machine = 'parcel' and not (actor in ('seller', 'carrier', 'system') and (src, dst) in (
    ('planned', 'handed_over'), ('planned', 'in_transit'), ('planned', 'delivered'),
    ('planned', 'exception'), ('handed_over', 'in_transit'), ('handed_over', 'delivered'),
    ('handed_over', 'exception'), ('in_transit', 'delivered'), ('in_transit', 'exception'),
    ('exception', 'delivered'), ('exception', 'returned'), ('exception', 'lost')))
