-- Sellers who may not sell for a time, and people who asked to be forgotten.
create table parties.suspension (
    bucket       smallint    not null,
    id           bigint      not null,
    seller       bigint      not null,
    reason       text        not null check (length(reason) between 1 and 200),
    suspended_by text        not null check (length(suspended_by) between 1 and 200),
    suspended_at timestamptz not null,
    lifted_by    text        check (length(lifted_by) between 1 and 200),
    lifted_at    timestamptz check (lifted_at >= suspended_at),
    primary key (bucket, id),
    foreign key (bucket, seller) references parties.organisation (bucket, id),
    constraint lifted_by_somebody check ((lifted_by is null) = (lifted_at is null))
);
create unique index suspension_lasts on parties.suspension (bucket, seller) where lifted_at is null;
create index organisation_suspended on parties.organisation (id) where state = 'suspended';
create index suspension_seller on parties.suspension (bucket, seller, id);

alter table parties.person
    add column erased_at timestamptz,
    add constraint erased_has_no_name
        check (erased_at is null or (name = 'erased' and reference = ''));
