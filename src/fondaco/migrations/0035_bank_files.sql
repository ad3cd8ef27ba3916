-- Payment files: which payouts the operator's bank was told to send, each in one file for ever.
create table payments.bank_file (
    id      bigint      primary key,
    message text        not null unique check (length(message) between 1 and 35),
    account text        not null check (length(account) between 1 and 34),
    payouts integer     not null check (payouts > 0),
    amount  bigint      not null check (amount > 0),
    body    bytea       not null,
    made_by text        not null check (length(made_by) between 1 and 200),
    made_at timestamptz not null
);
comment on column payments.bank_file.amount is 'euro cents: a file of SEPA transfers is in euro';

-- `provider`: who was asked to send it. Another is never asked, or it might be sent twice.
alter table payments.payout
    add column provider text not null default '' check (length(provider) <= 50),
    add column bank_file bigint references payments.bank_file (id),
    add constraint bank_file_is_the_banks check (bank_file is null or provider = 'bank');
create index payout_to_file on payments.payout (bucket, id)
    where provider = 'bank' and bank_file is null and state in ('created', 'approved');
create index payout_file on payments.payout (bank_file) where bank_file is not null;

create function payments.keep_to_file() returns trigger language plpgsql as $$
begin
    raise exception 'payout % is in a payment file for ever', old.id;
end
$$;
create trigger payout_keeps_to_file before update of bank_file on payments.payout
    for each row when (old.bank_file is not null and new.bank_file is distinct from old.bank_file)
    execute function payments.keep_to_file();
