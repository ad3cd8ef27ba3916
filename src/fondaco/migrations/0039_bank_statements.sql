-- Statements of the operator's bank that were taken: whether each goes on where the last one ended.
create table payments.bank_statement (
    id        bigint      primary key,
    account   text        not null check (length(account) <= 50),
    currency  text        not null check (currency ~ '^[A-Z]{3}$'),
    statement text        not null check (length(statement) between 1 and 35),
    day       date        not null,
    no        bigint      not null check (no >= 0),
    opening   bigint      not null,
    closing   bigint      not null,
    taken_at  timestamptz not null,
    unique (account, currency, statement, day)
);
comment on column payments.bank_statement.no is
    'the bank''s own count of statements, which orders those of one day; 0 where it gives none';
create index bank_statement_order on payments.bank_statement (account, currency, day, no, id);
