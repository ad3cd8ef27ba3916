-- Disputes of buyers with sellers: who says what, by when, and what the operator rules.
alter table aftercare.policy
    add column dispute_days smallint not null default 30 check (dispute_days between 0 and 3650),
    add column answer_days  smallint not null default 3 check (answer_days between 1 and 365),
    add column reply_days   smallint not null default 7 check (reply_days between 1 and 365);

create table aftercare.dispute (
    bucket            smallint    not null,
    purchase          bigint      not null check (purchase = "order" >> 6 << 6),
    id                bigint      not null,
    "order"           bigint      not null,
    seller            bigint      not null,
    buyer             bigint      not null,
    currency          text        not null check (currency ~ '^[A-Z]{3}$'),
    kind              text        not null check (kind in ('not_received', 'not_as_described')),
    return            bigint,
    amount            bigint      not null check (amount > 0),
    held              bigint      not null check (held >= 0),
    state             text        not null check (state in
                          ('open', 'answered', 'under_review', 'ruled', 'closed')),
    reply_days        smallint    not null,
    refunded          bigint      not null default 0 check (0 <= refunded and refunded <= amount),
    at_operators_cost boolean     not null default false,
    ruling            text        not null default '' check (length(ruling) <= 2000),
    settled_by        bigint,
    due_at            timestamptz,
    opened_at         timestamptz not null,
    closed_at         timestamptz,
    primary key (bucket, purchase, id),
    foreign key (bucket, purchase, "order") references orders.orders,
    foreign key (bucket, purchase, return) references aftercare.return,
    check ((state in ('ruled', 'closed')) = (closed_at is not null)),
    check ((state = 'ruled') = (settled_by is not null)),
    check (refunded = 0 or state = 'ruled')
);
create unique index dispute_id on aftercare.dispute (bucket, id);
create unique index dispute_once on aftercare.dispute (bucket, "order") where closed_at is null;
create index dispute_seller on aftercare.dispute (seller, id);
create index dispute_buyer on aftercare.dispute (buyer, id);
create index dispute_open on aftercare.dispute (id) where closed_at is null;
create index dispute_due on aftercare.dispute (bucket, due_at) where due_at is not null;
comment on column aftercare.dispute.return is 'the declined return that it is about';
comment on column aftercare.dispute.held is
    'of a settled order: kept of its seller''s until it is closed';

-- What the parties say and show. It is kept as it was given, but for a buyer who is forgotten.
create table aftercare.evidence (
    bucket   smallint    not null,
    purchase bigint      not null,
    dispute  bigint      not null,
    id       bigint      not null,
    party    text        not null check (party in ('buyer', 'seller', 'operator')),
    text     text        not null check (length(text) <= 5000),
    files    jsonb       not null check (jsonb_typeof(files) = 'array'),
    at       timestamptz not null,
    primary key (bucket, purchase, dispute, id),
    foreign key (bucket, purchase, dispute) references aftercare.dispute,
    check (text <> '' or jsonb_array_length(files) > 0)
);
create function aftercare.refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.text = 'erased' and new.files = '[]'
        and (new.bucket, new.purchase, new.dispute, new.id, new.party, new.at)
            = (old.bucket, old.purchase, old.dispute, old.id, old.party, old.at) then
        return new;
    end if;
    raise exception 'evidence is kept as it was given' using errcode = 'integrity_constraint_violation';
end $$;
create trigger evidence_stays before update or delete on aftercare.evidence
    for each row execute function aftercare.refuse_change();
create trigger evidence_is_not_emptied before truncate on aftercare.evidence
    for each statement execute function aftercare.refuse_change();

-- What the operator pays of a dispute is of its order.
update ledger.account set keys = 'both',
    note = 'given to buyers: as store credit, less what lapsed, or by a ruling; subject: person, card or order'
where name = 'goodwill';

alter table kernel.transition
    drop constraint transition_machine_check,
    add constraint transition_machine_check check (machine in
        ('order', 'payment', 'refund', 'payout', 'parcel', 'return', 'dispute')),
    add constraint dispute_steps check (machine <> 'dispute' or (src, dst, actor) in (
        ('open', 'answered', 'seller'),
        ('open', 'answered', 'operator'),
        ('open', 'ruled', 'seller'),
        ('open', 'ruled', 'operator'),
        ('open', 'ruled', 'system'),
        ('open', 'closed', 'buyer'),
        ('open', 'closed', 'operator'),
        ('answered', 'under_review', 'buyer'),
        ('answered', 'under_review', 'operator'),
        ('answered', 'ruled', 'operator'),
        ('answered', 'closed', 'buyer'),
        ('answered', 'closed', 'operator'),
        ('answered', 'closed', 'system'),
        ('under_review', 'ruled', 'operator'),
        ('under_review', 'closed', 'buyer'),
        ('under_review', 'closed', 'operator'))),
    drop constraint order_steps,
    add constraint order_steps check (machine <> 'order' or (src, dst, actor) in (
        ('created', 'paid', 'provider'),
        ('created', 'expired', 'system'),
        ('paid', 'shipped', 'seller'),
        ('paid', 'shipped', 'carrier'),
        ('paid', 'shipped', 'operator'),
        ('paid', 'shipped', 'system'),
        ('paid', 'cancelled', 'seller'),
        ('paid', 'cancelled', 'operator'),
        ('paid', 'cancelled', 'system'),
        ('paid', 'cancelled', 'provider'),
        ('paid', 'confirmed', 'operator'),
        ('shipped', 'delivered', 'seller'),
        ('shipped', 'delivered', 'carrier'),
        ('shipped', 'confirmed', 'buyer'),
        ('shipped', 'confirmed', 'operator'),
        ('shipped', 'cancelled', 'seller'),
        ('shipped', 'cancelled', 'operator'),
        ('shipped', 'cancelled', 'provider'),
        ('shipped', 'cancelled', 'system'),
        ('delivered', 'confirmed', 'buyer'),
        ('delivered', 'confirmed', 'system'),
        ('delivered', 'confirmed', 'operator'),
        ('delivered', 'cancelled', 'seller'),
        ('delivered', 'cancelled', 'operator'),
        ('delivered', 'cancelled', 'provider'),
        ('delivered', 'cancelled', 'system'),
        ('confirmed', 'cancelled', 'provider'),
        ('confirmed', 'cancelled', 'seller'),
        ('confirmed', 'cancelled', 'operator'),
        ('confirmed', 'cancelled', 'system'),
        ('confirmed', 'settled', 'system')));
