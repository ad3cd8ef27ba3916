-- name: on_hand_is_sum_of_moves
-- I18: what is on hand is what came less what went.
select bucket, offer, location, sum(n) as excess
from (
    select bucket, offer, location, on_hand as n from stock.level
    union all
    select bucket, offer, location, -quantity from stock.move
) both_sides
group by bucket, offer, location having sum(n) <> 0

-- name: reserved_is_sum_of_reservations
-- I18: what is promised is the sum of active reservations.
select bucket, offer, location, sum(n) as excess
from (
    select bucket, offer, location, reserved as n from stock.level
    union all
    select bucket, offer, location, -(quantity - consumed - released) from stock.reservation
) both_sides
group by bucket, offer, location having sum(n) <> 0

-- name: reserved_within_on_hand
-- I18: nothing is promised that is not there.
select bucket, offer, location, on_hand, reserved from stock.level
where not (0 <= reserved and reserved <= on_hand)

-- name: reservation_within_quantity
-- I18: no more of a reservation leaves or is freed than was promised.
select bucket, "order", line, location, quantity, consumed, released from stock.reservation
where quantity <= 0 or consumed < 0 or released < 0 or consumed + released > quantity

-- name: shipped_moves_are_consumed_reservations
-- I18, I19: what left the shelf for buyers was promised to them.
select bucket, offer, location, sum(n) as excess
from (
    select bucket, offer, location, consumed as n from stock.reservation
    union all
    select bucket, offer, location, quantity from stock.move where reason = 'shipped'
) both_sides
group by bucket, offer, location having sum(n) <> 0

-- name: move_has_one_cause
-- I10, I11: every move was caused by one command, and by one accepted.
select m.bucket, m.offer, m.id, m.cause from stock.move m
where not exists (select from kernel.command c where c.id = m.cause and c.accepted)
