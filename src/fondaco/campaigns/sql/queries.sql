-- name: insert_campaigns
-- Open campaigns, each with its counter.
with opened as (
    insert into campaigns.campaign
    select c.* from json_populate_recordset(null::campaigns.campaign, :rows) as c
)
insert into campaigns.counter (bucket, campaign, most_uses, budget)
select :bucket, c.id, c.most_uses, c.budget
from json_to_recordset(:rows) as c (id bigint, most_uses bigint, budget bigint)

-- name: taken_codes
-- Which of these codes a market has already.
select market, code from campaigns.campaign
where market = any(:markets::bigint[]) and code = any(:codes::text[])

-- name: campaigns
-- Campaigns by id.
select c.* from campaigns.campaign c where c.id = any(:ids::bigint[])

-- name: campaigns_with_codes
-- Campaigns that have one of these codes, in any market.
select c.* from campaigns.campaign c where c.code = any(:codes::text[])

-- name: automatic_campaigns
-- Campaigns that apply by themselves and are not over.
select c.* from campaigns.campaign c
where c.market = any(:markets::bigint[]) and c.code is null and c.ends_at > :now

-- name: lock_counters
-- Lock the counters of campaigns in key order; how much was used.
select campaign, uses, spent, ended_at from campaigns.counter
where bucket = :bucket and campaign = any(:campaigns::bigint[])
order by bucket, campaign for update

-- name: read_counters
-- How much of campaigns was used by now; others may change it meanwhile.
select campaign, uses, spent, ended_at from campaigns.counter
where bucket = :bucket and campaign = any(:campaigns::bigint[])

-- name: uses_by_buyers
-- How often buyers have used campaigns whose counters are locked.
select campaign, buyer, uses from campaigns.buyer_counter
where bucket = :bucket and campaign = any(:campaigns::bigint[]) and buyer = any(:buyers::bigint[])

-- name: count_uses
-- Count uses and keep them: counters by pre-summed numbers, within their limits. They are locked
-- in key order before they change; what is left, and whether it was ended, counts as it is then.
with total as (
    select * from json_to_recordset(:sums)
        as s (campaign bigint, uses bigint, spent bigint, ended_at timestamptz)
), locked as materialized (
    select campaign from campaigns.counter
    where bucket = :bucket and campaign = any(:campaigns::bigint[])
    order by bucket, campaign for update
), counted as (
    update campaigns.counter c set uses = c.uses + total.uses, spent = c.spent + total.spent
    from total join locked using (campaign)
    where c.bucket = :bucket and c.campaign = any(:campaigns::bigint[])
        and c.campaign = total.campaign
        and c.ended_at is not distinct from total.ended_at
        and (c.most_uses is null or c.uses + total.uses <= c.most_uses)
        and (c.budget is null or c.spent + total.spent <= c.budget)
    returning 1
), by_buyer as (
    insert into campaigns.buyer_counter (bucket, campaign, buyer, uses, most_uses)
    select :bucket, b.campaign, b.buyer, b.uses, b.most_uses
    from json_to_recordset(:buyers)
        as b (campaign bigint, buyer bigint, uses bigint, most_uses bigint)
    on conflict (bucket, campaign, buyer) do update
        set uses = buyer_counter.uses + excluded.uses
), kept as (
    insert into campaigns.redemption (bucket, campaign, purchase, buyer, goods_seller_off,
        goods_platform_off, shipping_seller_off, shipping_platform_off, redeemed_at)
    select :bucket, r.campaign, r.purchase, r.buyer, r.goods_seller_off, r.goods_platform_off,
        r.shipping_seller_off, r.shipping_platform_off, r.at
    from json_to_recordset(:uses)
        as r (campaign bigint, purchase bigint, buyer bigint, goods_seller_off bigint,
              goods_platform_off bigint, shipping_seller_off bigint,
              shipping_platform_off bigint, at timestamptz)
)
select count(*) as counted from counted

-- name: give_back
-- Give uses back, once each: to the counter, its budget and the buyer.
with back as (
    update campaigns.redemption r set returned_at = u.at
    from json_to_recordset(:uses) as u (campaign bigint, purchase bigint, at timestamptz)
    where r.bucket = :bucket and r.campaign = any(:campaigns::bigint[])
        and r.purchase = any(:purchases::bigint[])
        and r.campaign = u.campaign and r.purchase = u.purchase and r.returned_at is null
    returning r.campaign, r.buyer, r.goods_seller_off + r.goods_platform_off
        + r.shipping_seller_off + r.shipping_platform_off as amount
), counted as (
    update campaigns.counter c set uses = c.uses - total.uses, spent = c.spent - total.spent
    from (select campaign, count(*) as uses, sum(amount)::bigint as spent from back
          group by campaign) total
    where c.bucket = :bucket and c.campaign = any(:campaigns::bigint[])
        and c.campaign = total.campaign
)
update campaigns.buyer_counter b set uses = b.uses - total.uses
from (select campaign, buyer, count(*) as uses from back group by campaign, buyer) total
where b.bucket = :bucket and b.campaign = any(:campaigns::bigint[])
    and b.campaign = total.campaign and b.buyer = total.buyer

-- name: end_campaigns
-- End campaigns whose counters are locked.
update campaigns.counter c set ended_at = e.at
from json_to_recordset(:rows) as e (campaign bigint, at timestamptz)
where c.bucket = :bucket and c.campaign = any(:campaigns::bigint[]) and c.campaign = e.campaign

-- name: counters
-- How much of campaigns was used.
select campaign, uses, spent, ended_at from campaigns.counter
where bucket = any(:buckets::smallint[]) and campaign = any(:campaigns::bigint[])

-- name: list_campaigns
-- Campaigns of a market in order of opening.
select c.* from campaigns.campaign c
where c.market = :market and c.id > :after order by c.market, c.id limit :limit

-- name: list_own_campaigns
-- A seller's own campaigns in a market in order of opening.
select c.* from campaigns.campaign c
where c.owner = :owner and c.market = :market and c.id > :after
order by c.owner, c.market, c.id limit :limit

-- name: open_automatic
-- How many campaigns of markets apply by themselves and are not over.
select market, count(*) as n from campaigns.campaign
where market = any(:markets::bigint[]) and code is null and ends_at > :now group by market
