-- name: insert_organisations
-- Found organisations.
insert into parties.organisation
    (bucket, id, kind, name, country, city, reference, payout_account, state, created_at)
select :bucket, o.id, o.kind, o.name, o.country, o.city, o.reference, o.payout_account,
    'active', o.at
from json_to_recordset(:rows)
    as o (id bigint, kind text, name text, country text, city text, reference text,
          payout_account text, at timestamptz)

-- name: suspend_sellers
-- Bar sellers from selling; which of them were not barred yet.
with changed as (
    update parties.organisation set state = 'suspended'
    where bucket = :bucket and id = any(:sellers::bigint[]) and kind = 'seller'
        and state = 'active'
    returning id
)
insert into parties.suspension (bucket, id, seller, reason, suspended_by, suspended_at)
select :bucket, s.id, s.seller, s.reason, s.by, s.at
from json_to_recordset(:rows)
    as s (id bigint, seller bigint, reason text, by text, at timestamptz)
join changed c on c.id = s.seller
returning seller

-- name: reinstate_sellers
-- Let sellers sell again; which of them were barred.
with changed as (
    update parties.organisation set state = 'active'
    where bucket = :bucket and id = any(:sellers::bigint[]) and kind = 'seller'
        and state = 'suspended'
    returning id
)
update parties.suspension s set lifted_by = l.by, lifted_at = l.at
from json_to_recordset(:rows) as l (seller bigint, by text, at timestamptz)
join changed c on c.id = l.seller
where s.bucket = :bucket and s.seller = any(:sellers::bigint[]) and s.seller = l.seller
    and s.lifted_at is null
returning s.seller

-- name: suspensions_of
-- When a seller could not sell, latest first.
select id, reason, suspended_by, suspended_at, lifted_by, lifted_at from parties.suspension
where bucket = :bucket and seller = :seller and id < :before
order by bucket, seller, id desc limit :limit

-- name: lock_people
-- Lock people who have names still, in key order.
select id from parties.person
where bucket = :bucket and id = any(:ids::bigint[]) and erased_at is null
order by bucket, id for update

-- name: memberships
-- For how many organisations people act.
select person, count(*) as n from parties.member where person = any(:people::bigint[])
group by person

-- name: erase_people
-- Forget names and references.
update parties.person p set name = e.name, reference = '', erased_at = e.at
from json_to_recordset(:rows) as e (id bigint, name text, at timestamptz)
where p.bucket = :bucket and p.id = any(:ids::bigint[]) and p.id = e.id

-- name: revoke_keys_of
-- Revoke all keys of parties.
update parties.api_key k set revoked_at = r.at
from json_to_recordset(:rows) as r (id bigint, at timestamptz)
where k.party = any(:parties::bigint[]) and k.party = r.id and k.revoked_at is null

-- name: set_payout_accounts
-- Set accounts that sellers are paid to; which of them there are.
update parties.organisation o
set payout_account = a.account, payout_verified = a.verified
from json_to_recordset(:rows) as a (id bigint, account text, verified boolean)
where o.bucket = :bucket and o.id = any(:ids::bigint[]) and o.id = a.id and o.kind = 'seller'
returning o.id

-- name: set_settlement_currencies
-- Say what sellers are paid in; which of them there are.
update parties.organisation o set settlement_currency = s.currency
from json_to_recordset(:rows) as s (id bigint, currency text)
where o.bucket = :bucket and o.id = any(:ids::bigint[]) and o.id = s.id and o.kind = 'seller'
returning o.id

-- name: insert_people
-- Register people.
insert into parties.person (bucket, id, name, reference, created_at)
select :bucket, p.id, p.name, p.reference, p.at
from json_to_recordset(:rows) as p (id bigint, name text, reference text, at timestamptz)

-- name: upsert_members
-- Make people members, or change their role.
insert into parties.member (bucket, organisation, person, role, created_at)
select :bucket, m.organisation, m.person, m.role, m.at
from json_to_recordset(:rows)
    as m (organisation bigint, person bigint, role text, at timestamptz)
order by m.organisation, m.person
on conflict (bucket, organisation, person) do update set role = excluded.role

-- name: insert_keys
-- Keep API keys by their hashes; those kept. No two may begin alike.
insert into parties.api_key (hash, prefix, party, kind, scopes, created_at, expires_at)
select decode(k.hash, 'hex'), k.prefix, k.party, k.kind, k.scopes, k.at, k.expires_at
from json_to_recordset(:rows)
    as k (hash text, prefix text, party bigint, kind text, scopes text[], at timestamptz,
          expires_at timestamptz)
order by k.prefix
on conflict do nothing
returning encode(hash, 'hex') as hash

-- name: revoke_keys
-- Revoke keys; which of them there were.
update parties.api_key k set revoked_at = r.at
from json_to_recordset(:rows) as r (prefix text, at timestamptz)
where k.prefix = any(:prefixes::text[]) and k.prefix = r.prefix and k.revoked_at is null
returning k.prefix

-- name: keys_of
-- A party's keys by the beginnings of their secrets.
select prefix, kind, scopes, created_at, expires_at, revoked_at from parties.api_key
where party = :party and prefix > :after order by party, prefix limit :limit

-- name: operator
-- The operator that was founded first.
select id from parties.organisation where kind = 'operator' order by id limit 1

-- name: access_of
-- Whose a key is.
select party, kind, scopes, prefix, expires_at from parties.api_key
where hash = :hash and revoked_at is null

-- name: known_people
-- Which of these are people. Nobody of them is erased until the transaction ends.
select id from parties.person
where bucket = any(:buckets::smallint[]) and id = any(:ids::bigint[]) and erased_at is null
order by bucket, id for key share

-- name: organisations
-- Organisations by id.
select id, kind, name, country, city, reference, payout_account, payout_verified, state
from parties.organisation
where bucket = any(:buckets::smallint[]) and id = any(:ids::bigint[])

-- name: owners
-- Who owns organisations.
select organisation, person from parties.member
where bucket = any(:buckets::smallint[]) and organisation = any(:ids::bigint[])
    and role = 'owner'
order by organisation, person

-- name: people
-- People by id.
select id, name from parties.person
where bucket = any(:buckets::smallint[]) and id = any(:ids::bigint[])

-- name: sellers_after
-- Sellers of a bucket by id.
select id from parties.organisation
where bucket = :bucket and id > :after and kind = 'seller' order by bucket, id limit :limit

-- name: standing
-- Which of these are people, and which are organisations that may trade. Nobody of the people is
-- erased until the transaction ends: whoever erases them waits, and then sees what it did.
with people as (
    select id from parties.person
    where bucket = any(:people_buckets::smallint[]) and id = any(:people::bigint[])
        and erased_at is null
    order by bucket, id for key share
)
select id, true as person, '' as paid_in from people
union all
select id, false, settlement_currency from parties.organisation
where bucket = any(:buckets::smallint[]) and id = any(:ids::bigint[]) and state = 'active'

-- name: list_sellers
-- Sellers by name.
select id, name, country, city, state from parties.organisation
where kind = 'seller' and (name, id) > (:name, :id) order by kind, name, id limit :limit
