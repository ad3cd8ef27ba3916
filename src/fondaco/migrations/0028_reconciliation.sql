-- What providers say of a day, compared with the journal, and what did not fit.

-- A day's journals are found by their time; they are written in its order, so this costs nothing.
create index journal_at on ledger.journal using brin (at);

-- The last comparison of a provider's day.
create table payments.reconciliation (
    provider text        not null check (length(provider) between 1 and 50),
    day      date        not null,
    ran_at   timestamptz not null,
    lines    integer     not null check (lines >= 0),
    matched  integer     not null check (matched between 0 and lines),
    primary key (provider, day)
);

-- `difference`: how much more is in the provider's account than in our books; below zero, less.
-- `account`: where a difference was booked to. A break that a later comparison does not find
-- again has cleared.
create table payments.break (
    bucket       smallint    not null,
    id           bigint      not null,
    provider     text        not null,
    day          date        not null,
    kind         text        not null check (kind in ('missing_with_us', 'missing_with_them',
                     'amount_differs', 'duplicate', 'in_flight')),
    movement     text        not null,
    key          text        not null,
    no           smallint    not null check (no > 0),
    reference    text        not null,
    currency     text        not null check (currency ~ '^[A-Z]{3}$'),
    ours         bigint,
    theirs       bigint,
    difference   bigint      not null,
    reason       text        not null check (reason <> ''),
    state        text        not null check (state in ('open', 'cleared', 'resolved')),
    account      text        not null default ''
        check (account in ('', 'psp_fee', 'rounding', 'payment_difference')),
    note         text        not null default '' check (length(note) <= 200),
    resolved_by  text        not null default '' check (length(resolved_by) <= 200),
    found_at     timestamptz not null,
    resolved_at  timestamptz,
    primary key (bucket, id),
    unique (provider, day, kind, movement, key, no),
    foreign key (provider, day) references payments.reconciliation,
    check (difference = coalesce(theirs, 0) - coalesce(ours, 0)),
    check ((state = 'resolved') = (resolved_at is not null)),
    check ((state = 'resolved') = (note <> '')),
    check (account = '' or state = 'resolved' and difference <> 0)
);
create index break_open on payments.break (id) where state = 'open';
create index break_of_day on payments.break (provider, day, id);
