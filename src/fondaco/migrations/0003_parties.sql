-- Parties: organisations (the operator, sellers), people, who may act for whom, and API keys.
create schema parties;

create table parties.organisation (
    bucket     smallint    not null,
    id         bigint      not null,
    kind       text        not null check (kind in ('operator', 'seller')),
    name       text        not null check (length(name) between 1 and 200),
    country    text        not null default '' check (country ~ '^([A-Z]{2})?$'),
    city       text        not null default '' check (length(city) <= 200),
    reference  text        not null default '' check (length(reference) <= 200),
    payout_account text    not null default '' check (length(payout_account) <= 200),
    state      text        not null check (state in ('active', 'suspended')),
    created_at timestamptz not null,
    primary key (bucket, id)
);
create index organisation_name on parties.organisation (kind, name, id);

-- A person: a buyer, or somebody who acts for organisations.
create table parties.person (
    bucket     smallint    not null,
    id         bigint      not null,
    name       text        not null check (length(name) between 1 and 200),
    reference  text        not null default '' check (length(reference) <= 200),
    created_at timestamptz not null,
    primary key (bucket, id)
);

create table parties.member (
    bucket       smallint    not null,
    organisation bigint      not null,
    person       bigint      not null,
    role         text        not null check (role in ('owner', 'clerk', 'accountant', 'viewer')),
    created_at   timestamptz not null,
    primary key (bucket, organisation, person),
    foreign key (bucket, organisation) references parties.organisation
);
create index member_person on parties.member (person);

-- Keys are random, so a plain hash hides them; the shown prefix tells people which is which.
create table parties.api_key (
    hash       bytea       primary key check (octet_length(hash) = 32),
    prefix     text        not null check (length(prefix) between 4 and 20),
    party      bigint      not null,
    kind       text        not null check (kind in ('operator', 'seller', 'buyer')),
    scopes     text[]      not null check (cardinality(scopes) > 0),
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);
create index api_key_party on parties.api_key (party);
