-- name: suspended_sellers_have_a_reason
-- I21: a seller may not sell exactly while a suspension of it lasts.
select bucket, id, sum(n) as excess
from (
    select bucket, id, 1 as n from parties.organisation where state = 'suspended'
    union all
    select bucket, seller, -1 from parties.suspension where lifted_at is null
) both_sides
group by bucket, id having sum(n) <> 0

-- name: erased_people_open_no_door
-- I21: who is erased has no name, acts for nobody, and has no key that works.
select p.bucket, p.id
from parties.person p
left join parties.member m on m.person = p.id
left join parties.api_key k on k.party = p.id and k.revoked_at is null
where p.erased_at is not null
    and (p.name <> 'erased' or p.reference <> '' or m.person is not null or k.hash is not null)
