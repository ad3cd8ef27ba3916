-- What a line's price is made of: discounts by who bears them, tax, commission and its VAT, each
-- with what has gone back of it. Names: part, then amount. A discount that the operator bears is
-- paid into escrow by him (`subsidy`); tax that he remits is kept from the seller (`withheld`).
alter table orders.line drop constraint line_check1;
alter table orders.line
    add column goods_seller_off      bigint not null default 0,
    add column goods_platform_off    bigint not null default 0,
    add column goods_tax             bigint not null default 0,
    add column shipping_seller_off   bigint not null default 0,
    add column shipping_platform_off bigint not null default 0,
    add column shipping_tax          bigint not null default 0,
    add column commission_vat        bigint not null default 0,
    add column refunded_goods_seller_off      bigint not null default 0,
    add column refunded_goods_platform_off    bigint not null default 0,
    add column refunded_goods_tax             bigint not null default 0,
    add column refunded_shipping_seller_off   bigint not null default 0,
    add column refunded_shipping_platform_off bigint not null default 0,
    add column refunded_shipping_tax          bigint not null default 0,
    add column refunded_commission_vat        bigint not null default 0,
    add constraint discounts_fit check (
        least(goods_seller_off, goods_platform_off, goods_tax,
              shipping_seller_off, shipping_platform_off, shipping_tax, commission_vat) >= 0
        and goods_seller_off + goods_platform_off <= goods
        and shipping_seller_off + shipping_platform_off <= shipping
        and 0 <= commission and commission <= goods - goods_seller_off),
    add constraint no_more_goes_back_than_came check (
        least(refunded_goods_seller_off, refunded_goods_platform_off, refunded_goods_tax,
              refunded_shipping_seller_off, refunded_shipping_platform_off,
              refunded_shipping_tax, refunded_commission_vat) >= 0
        and refunded_goods_seller_off <= goods_seller_off
        and refunded_goods_platform_off <= goods_platform_off
        and refunded_goods_tax <= goods_tax
        and refunded_shipping_seller_off <= shipping_seller_off
        and refunded_shipping_platform_off <= shipping_platform_off
        and refunded_shipping_tax <= shipping_tax
        and refunded_commission_vat <= commission_vat);

alter table orders.orders
    add column due                     bigint,
    add column subsidy                 bigint  not null default 0,
    add column tax                     bigint  not null default 0 check (tax >= 0),
    add column tax_added               boolean not null default false,
    add column withheld                bigint  not null default 0,
    add column commission_vat          bigint  not null default 0,
    add column refunded_subsidy        bigint  not null default 0,
    add column refunded_withheld       bigint  not null default 0,
    add column refunded_commission_vat bigint  not null default 0;
update orders.orders set due = goods + shipping;
alter table orders.orders
    drop constraint orders_check2,
    alter column due set not null,
    add constraint due_is_made_up check (0 <= subsidy and subsidy <= due
        and withheld in (0, tax) and commission_vat >= 0
        and withheld + commission + commission_vat <= due),
    add constraint no_more_goes_back_than_came check (
        0 <= refunded and refunded <= due
        and 0 <= refunded_subsidy and refunded_subsidy <= subsidy
        and 0 <= refunded_withheld and refunded_withheld <= withheld
        and 0 <= refunded_commission_vat and refunded_commission_vat <= commission_vat);
comment on column orders.orders.due is
    'what escrow is filled with: the seller''s price, and tax where it stands on top';
comment on column orders.orders.subsidy is 'of that, the operator''s part of discounts';
comment on column orders.orders.withheld is 'of that, tax that the operator remits';
