-- name: counter_is_sum_of_uses
-- I18: what is counted of a campaign is the sum of its uses not given back.
select bucket, campaign, sum(uses) as uses, sum(spent) as spent
from (
    select bucket, campaign, uses, spent from campaigns.counter
    union all
    select bucket, campaign, -1, -(goods_seller_off + goods_platform_off
        + shipping_seller_off + shipping_platform_off)
    from campaigns.redemption where returned_at is null
) both_sides
group by bucket, campaign having sum(uses) <> 0 or sum(spent) <> 0

-- name: buyer_counter_is_sum_of_uses
-- I18: what is counted of a buyer is the sum of the buyer's uses not given back.
select bucket, campaign, buyer, sum(uses) as excess
from (
    select bucket, campaign, buyer, uses from campaigns.buyer_counter
    union all
    select r.bucket, r.campaign, r.buyer, -1
    from campaigns.redemption r join campaigns.campaign c on c.id = r.campaign
    where r.returned_at is null and c.most_uses_per_buyer is not null
) both_sides
group by bucket, campaign, buyer having sum(uses) <> 0

-- name: campaign_keeps_its_limits
-- I17: no campaign is used more often, by all or by one buyer, or for more than it allows.
select n.bucket, n.campaign, n.uses, n.spent
from campaigns.counter n join campaigns.campaign c on c.id = n.campaign
where n.uses < 0 or n.spent < 0 or n.uses > c.most_uses or n.spent > c.budget
    or (n.most_uses, n.budget) is distinct from (c.most_uses, c.budget)
union all
select b.bucket, b.campaign, b.uses, b.buyer
from campaigns.buyer_counter b join campaigns.campaign c on c.id = b.campaign
where b.uses < 0 or b.uses > c.most_uses_per_buyer
