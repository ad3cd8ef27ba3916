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
-- I18: nothing promised that is not there.
select bucket, offer, location, on_hand, reserved from stock.level
where not (0 <= reserved and reserved <= on_hand)
