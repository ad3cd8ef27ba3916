-- Returns: what a buyer sends back of an order, what its inspection says, and what goes back for it.
create schema aftercare;

-- How long each step of a return may take in a market, in days; one without a row has the defaults.
create table aftercare.policy (
    market        bigint      primary key,
    window_days   smallint    not null check (window_days between 0 and 3650),
    decide_days   smallint    not null check (decide_days between 1 and 365),
    send_days     smallint    not null check (send_days between 1 and 365),
    transit_days  smallint    not null check (transit_days between 1 and 365),
    inspect_days  smallint    not null check (inspect_days between 1 and 365),
    shipping_back boolean     not null,
    set_at        timestamptz not null
);

-- The terms stand with the return: a policy set later does not touch it.
create table aftercare.return (
    bucket        smallint    not null,
    purchase      bigint      not null check (purchase = "order" >> 6 << 6),
    id            bigint      not null,
    "order"       bigint      not null,
    seller        bigint      not null,
    buyer         bigint      not null,
    currency      text        not null check (currency ~ '^[A-Z]{3}$'),
    reason        text        not null check (reason in ('changed_mind', 'damaged', 'defective',
                      'wrong_item', 'not_as_described', 'other')),
    note          text        not null default '' check (length(note) <= 2000),
    state         text        not null check (state in ('requested', 'approved', 'declined',
                      'shipped', 'received', 'inspected', 'closed')),
    decision      text        not null default '' check (length(decision) <= 2000),
    carrier       text        not null default '' check (length(carrier) <= 100),
    tracking      text        not null default '' check (length(tracking) <= 100),
    send_days     smallint    not null,
    transit_days  smallint    not null,
    inspect_days  smallint    not null,
    shipping_back boolean     not null,
    refunded      bigint      not null default 0 check (refunded >= 0),
    settled_by    bigint,
    due_at        timestamptz,
    requested_at  timestamptz not null,
    closed_at     timestamptz,
    primary key (bucket, purchase, id),
    foreign key (bucket, purchase, "order") references orders.orders,
    check ((state in ('declined', 'inspected', 'closed')) = (closed_at is not null)),
    check ((state = 'inspected') = (settled_by is not null)),
    check (refunded = 0 or state = 'inspected'),
    check (state <> 'declined' or decision <> '')
);
create unique index return_id on aftercare.return (bucket, id);
create index return_seller on aftercare.return (seller, id);
create index return_buyer on aftercare.return (buyer, id);
create index return_order on aftercare.return (bucket, "order", id);
create index return_due on aftercare.return (bucket, due_at) where due_at is not null;
comment on column aftercare.return.settled_by is 'the command whose refund it is';

create table aftercare.return_line (
    bucket    smallint not null,
    purchase  bigint   not null,
    return    bigint   not null,
    line      smallint not null check (line > 0),
    units     bigint   not null check (units > 0),
    accepted  bigint   not null default 0 check (0 <= accepted and accepted <= units),
    deduction bigint   not null default 0 check (deduction >= 0),
    restocked bigint   not null default 0 check (0 <= restocked and restocked <= accepted),
    refunded  bigint   not null default 0 check (refunded >= 0),
    note      text     not null default '' check (length(note) <= 2000),
    primary key (bucket, purchase, return, line),
    foreign key (bucket, purchase, return) references aftercare.return,
    check (accepted > 0 or deduction = 0 and refunded = 0),
    check (accepted = units and deduction = 0 or accepted = 0 and deduction = 0 or note <> '')
);
comment on column aftercare.return_line.deduction is 'of what would go back for it, kept by the seller';

-- While a return is open its order is held: neither confirmed, settled nor refunded but by it.
alter table orders.orders
    add column open_cases smallint not null default 0 check (open_cases >= 0);
alter table orders.line
    add column kept bigint not null default 0 check (kept >= 0);
comment on column orders.orders.open_cases is 'returns and claims that hold the order';
comment on column orders.line.kept is
    'what the seller keeps of units that came back: cash that the other units do not stand for';

alter table stock.move
    drop constraint move_reason_check,
    add constraint move_reason_check check (reason in ('received', 'shipped', 'counted', 'returned'));

alter table kernel.transition
    drop constraint transition_machine_check,
    add constraint transition_machine_check check (machine in
        ('order', 'payment', 'refund', 'payout', 'parcel', 'return')),
    add constraint return_steps check (machine <> 'return' or (src, dst, actor) in (
        ('requested', 'approved', 'seller'),
        ('requested', 'approved', 'operator'),
        ('requested', 'approved', 'system'),
        ('requested', 'declined', 'seller'),
        ('requested', 'declined', 'operator'),
        ('requested', 'closed', 'buyer'),
        ('requested', 'closed', 'operator'),
        ('approved', 'shipped', 'buyer'),
        ('approved', 'shipped', 'operator'),
        ('approved', 'received', 'seller'),
        ('approved', 'received', 'operator'),
        ('approved', 'closed', 'buyer'),
        ('approved', 'closed', 'operator'),
        ('approved', 'closed', 'system'),
        ('shipped', 'received', 'seller'),
        ('shipped', 'received', 'operator'),
        ('shipped', 'received', 'system'),
        ('received', 'inspected', 'seller'),
        ('received', 'inspected', 'operator'),
        ('received', 'inspected', 'system'))),
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
