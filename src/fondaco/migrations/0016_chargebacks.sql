-- Chargebacks: a buyer's bank takes a payment back through the provider. The orders it is about
-- are frozen, and what their sellers had of them is held, until it is won or lost.
alter table payments.payment
    add column charged_back bigint not null default 0,
    drop constraint payment_check,
    drop constraint payment_check1,
    add constraint payment_check check (0 <= returned and returned <= refunded
        and 0 <= charged_back and refunded + charged_back <= captured),
    add constraint payment_check1 check (state in ('captured', 'refunded') or captured = 0);
comment on column payments.payment.charged_back is 'taken back by chargebacks that are not won';

create table orders.chargeback (
    bucket          smallint    not null,
    purchase        bigint      not null,
    id              bigint      not null,
    payment         bigint      not null,
    reference       text        not null check (length(reference) between 1 and 200),
    currency        text        not null check (currency ~ '^[A-Z]{3}$'),
    amount          bigint      not null check (amount > 0),
    covered         bigint      not null check (0 <= covered and covered <= amount),
    beyond          bigint      not null check (0 <= beyond and beyond <= amount),
    fee             bigint      not null check (fee >= 0),
    reason          text        not null default '' check (length(reason) <= 200),
    state           text        not null check (state in ('open', 'won', 'lost')),
    evidence_due_at timestamptz,
    opened_at       timestamptz not null,
    closed_at       timestamptz check ((closed_at is null) = (state = 'open')),
    primary key (bucket, purchase, id)
);
create unique index chargeback_once on orders.chargeback (bucket, payment, reference);
create index chargeback_open on orders.chargeback (evidence_due_at, id) where state = 'open';
comment on column orders.chargeback.reference is 'what the provider calls it';
comment on column orders.chargeback.covered is 'of the amount: what the payment still had';
comment on column orders.chargeback.beyond is
    'of the amount: more than the orders still had, the operator''s loss if it is lost';

-- What of a chargeback is about which order, and what is held of its seller's for it.
create table orders.chargeback_part (
    bucket     smallint not null,
    purchase   bigint   not null,
    chargeback bigint   not null,
    "order"    bigint   not null,
    amount     bigint   not null check (amount > 0),
    held       bigint   not null check (held >= 0),
    primary key (bucket, purchase, chargeback, "order"),
    foreign key (bucket, purchase, chargeback) references orders.chargeback,
    foreign key (bucket, purchase, "order") references orders.orders
);

-- A chargeback freezes an order at any time while its money can move, also after settlement.
alter table orders.orders
    add column charged_back boolean not null default false,
    add constraint charged_back_while_money_moves check (not charged_back
        or state in ('paid', 'shipped', 'delivered', 'confirmed', 'settled'));

alter table kernel.transition
    drop constraint order_steps,
    add constraint order_steps check (machine <> 'order' or (src, dst, actor) in (
        ('created', 'paid', 'provider'),
        ('created', 'expired', 'system'),
        ('paid', 'shipped', 'seller'),
        ('paid', 'shipped', 'carrier'),
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
        ('confirmed', 'cancelled', 'provider'),
        ('confirmed', 'settled', 'system')));
