-- Risk: who may not be paid. Sanction lists by version, whom they were compared with, and hits.
create schema risk;

-- Every version of a list that was imported. A generation is a state of all lists together.
create table risk.list (
    generation  int         primary key check (generation > 0),
    name        text        not null check (name ~ '^[a-z0-9-]{1,40}$'),
    version     text        not null check (length(version) between 1 and 100),
    digest      bytea       not null check (octet_length(digest) = 16),
    entries     int         not null check (entries > 0),
    names       int         not null check (names >= entries),
    imported_at timestamptz not null,
    unique (name, version)
);

-- The names of each list's latest version.
create table risk.listed (
    list   text not null,
    entry  text not null check (length(entry) between 1 and 100),
    no     int  not null check (no > 0),
    name   text not null check (length(name) between 1 and 500),
    digest bytea not null check (octet_length(digest) = 16),
    primary key (list, entry, no)
);
comment on column risk.listed.digest is 'of all names of the entry: differs when the entry changes';

-- Under which names a party was last compared with the lists, and with which generation of them.
create table risk.screening (
    bucket     smallint    not null,
    party      bigint      not null,
    names      text[]      not null check (cardinality(names) > 0 or generation = 0),
    generation int         not null check (generation >= 0),
    at         timestamptz not null,
    primary key (bucket, party)
) with (fillfactor = 80);
create index screening_stale on risk.screening (bucket, generation);

create table risk.hit (
    bucket        smallint    not null,
    id            bigint      not null,
    party         bigint      not null,
    name          text        not null,
    list          text        not null,
    version       text        not null,
    entry         text        not null,
    listed_name   text        not null,
    digest        bytea       not null check (octet_length(digest) = 16),
    score         smallint    not null check (score between 0 and 100),
    state         text        not null
        check (state in ('open', 'cleared', 'confirmed', 'withdrawn')),
    found_at      timestamptz not null,
    blocked_since timestamptz not null,
    decided_by    text        not null default '' check (length(decided_by) <= 200),
    decided_at    timestamptz,
    reason        text        not null default '' check (length(reason) <= 500),
    primary key (bucket, id),
    check (state in ('open', 'withdrawn') or decided_by <> '' and decided_at is not null
        and reason <> '')
);
comment on table risk.hit is
    'a party whose name is like a listed one; withdrawn once name or entry are no more';
create unique index hit_once on risk.hit (bucket, party, list, entry, name, digest);
create index hit_state on risk.hit (state, id);
