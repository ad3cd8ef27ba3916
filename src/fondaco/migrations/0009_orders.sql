-- Orders: a purchase is what a buyer pays once; it becomes one order per seller.
create schema orders;

create table orders.purchase (
    bucket    smallint    not null,
    id        bigint      not null check (id & 63 = 0),
    market    bigint      not null,
    buyer     bigint      not null,
    currency  text        not null check (currency ~ '^[A-Z]{3}$'),
    total     bigint      not null check (total >= 0),
    reference text        not null default '' check (length(reference) <= 100),
    lenient   boolean     not null default false,
    pay_by    timestamptz not null,
    placed_at timestamptz not null,
    primary key (bucket, id)
);
create index purchase_buyer on orders.purchase (buyer, id);
comment on column orders.purchase.lenient is
    'imported: captured above or below the total is posted to payment_difference';

-- Amounts at sale never change; what went back stands beside them. An order is a child of its
-- purchase: the purchase's id with a number from 1 to 63 in the low six bits.
create table orders.orders (
    bucket              smallint    not null,
    id                  bigint      not null check (id & 63 > 0),
    purchase            bigint      not null check (purchase = id >> 6 << 6),
    market              bigint      not null,
    seller              bigint      not null,
    currency            text        not null check (currency ~ '^[A-Z]{3}$'),
    goods               bigint      not null check (goods >= 0),
    shipping            bigint      not null check (shipping >= 0),
    commission          bigint      not null check (0 <= commission and commission <= goods),
    refunded            bigint      not null default 0
        check (0 <= refunded and refunded <= goods + shipping),
    refunded_commission bigint      not null default 0
        check (0 <= refunded_commission and refunded_commission <= commission),
    state               text        not null check (state in
        ('created', 'paid', 'shipped', 'delivered', 'confirmed', 'settled', 'expired', 'cancelled')),
    disputed            boolean     not null default false,
    extended            boolean     not null default false,
    due_at              timestamptz,
    placed_at           timestamptz not null,
    primary key (bucket, purchase, id),
    foreign key (bucket, purchase) references orders.purchase,
    check (not disputed or state in ('paid', 'shipped', 'delivered'))
) with (fillfactor = 70);
create index orders_seller on orders.orders (seller, id);
create index orders_due on orders.orders (bucket, due_at) where due_at is not null;

create table orders.line (
    bucket              smallint not null,
    purchase            bigint   not null,
    "order"             bigint   not null,
    no                  smallint not null check (no > 0),
    offer               bigint   not null,
    variant             bigint   not null,
    quantity            bigint   not null check (quantity > 0),
    unit_price          bigint   not null check (unit_price >= 0),
    goods               bigint   not null check (goods = quantity * unit_price),
    shipping            bigint   not null check (shipping >= 0),
    commission          bigint   not null check (0 <= commission and commission <= goods),
    refunded_units      bigint   not null default 0
        check (0 <= refunded_units and refunded_units <= quantity),
    refunded_goods      bigint   not null default 0
        check (0 <= refunded_goods and refunded_goods <= goods),
    refunded_shipping   bigint   not null default 0
        check (0 <= refunded_shipping and refunded_shipping <= shipping),
    refunded_commission bigint   not null default 0
        check (0 <= refunded_commission and refunded_commission <= commission),
    primary key (bucket, purchase, "order", no),
    foreign key (bucket, purchase, "order") references orders.orders
) with (fillfactor = 90);

create table orders.dispute (
    bucket    smallint    not null,
    purchase  bigint      not null,
    "order"   bigint      not null,
    reason    text        not null check (length(reason) between 1 and 2000),
    state     text        not null check (state in ('open', 'ruled')),
    refunded  bigint      not null default 0 check (refunded >= 0),
    ruling    text        not null default '' check (length(ruling) <= 2000),
    opened_at timestamptz not null,
    ruled_at  timestamptz,
    primary key (bucket, purchase, "order"),
    foreign key (bucket, purchase, "order") references orders.orders
);

alter table kernel.transition
    add constraint order_steps check (machine <> 'order' or (src, dst, actor) in (
        ('created', 'paid', 'provider'),
        ('created', 'expired', 'system'),
        ('paid', 'shipped', 'seller'),
        ('paid', 'shipped', 'carrier'),
        ('paid', 'cancelled', 'seller'),
        ('paid', 'cancelled', 'operator'),
        ('paid', 'cancelled', 'system'),
        ('paid', 'confirmed', 'operator'),
        ('shipped', 'confirmed', 'operator'),
        ('shipped', 'cancelled', 'seller'),
        ('delivered', 'cancelled', 'seller'),
        ('shipped', 'cancelled', 'operator'),
        ('delivered', 'cancelled', 'operator'),
        ('shipped', 'delivered', 'seller'),
        ('shipped', 'delivered', 'carrier'),
        ('shipped', 'confirmed', 'buyer'),
        ('delivered', 'confirmed', 'buyer'),
        ('delivered', 'confirmed', 'system'),
        ('delivered', 'confirmed', 'operator'),
        ('confirmed', 'settled', 'system')));
