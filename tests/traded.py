"""A small world in which everything has happened once: what faults are planted in."""

import msgspec

from fondaco import kernel, orders, parties, payments, risk, search, stock
from fondaco.kernel.ids import show
from fondaco.markets import Prices, Remitter, Rounding, TaxPolicy
from fondaco.shipping import Scan
from tests.payments.comparing import leave_breaks
from tests.payments.paying import decide_payouts
from tests.taxing import FlatTax, told
from tests.traded_accounts import keep_accounts
from tests.traded_aftercare import care
from tests.traded_billing import invoice
from tests.traded_campaigns import use_campaigns
from tests.world import World


async def trade(world: World) -> None:
    """Trade until there is an order in every state, and money on every account."""
    one, two = await world.seller(), await world.seller()
    lamp = await world.offer(one, price=4999, shipping=490, units=100)
    book = await world.offer(two, price=1003, shipping=350, units=100)
    await _run_out_of_time(world, lamp, book)
    await _settle(world, lamp, book)
    await _give_back(world, lamp, book)
    await _charge_back(world, lamp, book)
    await _give_credit(world, lamp)
    await _quarrel(world, lamp)
    await _stay_under_way(world, lamp, book)
    await _pay_out(world, one, two)
    await world.refused(orders.confirm, orders.Confirm(order=1))
    await keep_accounts(world)
    await _be_taxed(world)
    await _be_taxed_outside(world)
    await _be_exchanged(world)
    await use_campaigns(world)
    await _leave_in_parts(world)
    await _be_screened(world)
    await _come_and_go(world)
    await care(world)
    await invoice(world)
    await kernel.subscribe(world.database, [search.SUBSCRIBER])
    await kernel.deliver_all(world.database, [search.SUBSCRIBER])


async def _be_screened(world: World) -> None:
    """A seller is like a listed name, was paid before, and is found out."""
    eric = (
        await world.do(
            parties.organise,
            parties.Organise(
                kind=parties.Kind.SELLER, name="Eric Badege", payout_account="iban"
            ),
        )
    ).id  # fmt: skip
    world.location[eric] = (
        await world.do(stock.add_location, stock.AddLocation(seller=eric, name="Shelf"))
    ).id
    await world.sell(await world.offer(eric, 1000))
    await world.do(payments.pay_out, payments.PayOut(seller=eric, currency="EUR", amount=1))
    entry = risk.Entry("1", ("ERIC BADEGE",))
    await world.do(risk.import_list, risk.ImportList(name="test", version="1", entries=(entry,)))
    world.clock.advance(seconds=1)
    await world.do(risk.screen, risk.Screen(party=eric))


async def _come_and_go(world: World) -> None:
    """A seller is suspended, and a buyer who had a key is erased."""
    await world.suspend(await world.seller())
    buyer = await world.buyer()
    _, hash_, prefix = parties.new_secret()
    wish = parties.IssueKey(
        hash=hash_, prefix=prefix, party=buyer, kind=parties.Kind.BUYER,
        scopes=(parties.Scope.READ,),
    )  # fmt: skip
    await world.do(parties.issue_key, wish)
    await world.do(orders.erase_buyer, orders.EraseBuyer(buyer=buyer))


async def _leave_in_parts(world: World) -> None:
    """One order of which a unit has left, and one that left in two parcels."""
    lamp = await world.offer(await world.seller(), 500, units=20)
    for rest in (False, True):
        placed = await world.buy((lamp, 3))
        one = orders.Ship(
            order=placed.orders[0].id, carrier="Post", lines=(orders.RefundLine(1, 1),)
        )
        await world.do(orders.ship, one)
        if rest:
            await world.ship(placed.orders[0].id)


async def _be_taxed(world: World) -> None:
    """Under every policy: sold and settled, and some of it given back."""
    for prices in Prices:
        for remitter, rounding in zip(Remitter, Rounding, strict=True):
            await world.open_market(
                tax=TaxPolicy(prices=prices, remitter=remitter, rounding=rounding, country="BE")
            )
            seller = await world.seller()
            offers = [await world.offer(seller, price, shipping=111) for price in (1112, 333, 1)]
            sold = await world.sell((offers[0], 3), *offers[1:])
            line = orders.RefundLine(1, 1)
            await world.do(orders.refund, orders.Refund(order=sold.orders[0].id, lines=(line,)))
            waiting = await world.buy(offers[0], tax_id="ATU13585627", country="AT")
            await world.do(orders.refund, orders.Refund(order=waiting.orders[0].id, amount=500))


async def _be_taxed_outside(world: World) -> None:
    """An engine outside tells the tax, and some of the goods come back."""
    policy = TaxPolicy(prices=Prices.EXCLUSIVE, remitter=Remitter.PLATFORM, country="US")
    await world.open_market(tax=policy)
    lamp = await world.offer(await world.seller(), 1999, shipping=350)
    quoted = await told(world, FlatTax(7), (lamp, 3))
    assert isinstance(quoted, orders.TaxQuoted)
    sold = await world.sell((lamp, 3), country="US", region="NY", tax_quote=quoted.id)
    line = orders.RefundLine(1, 1)
    await world.do(orders.refund, orders.Refund(order=sold.orders[0].id, lines=(line,)))


async def _be_exchanged(world: World) -> None:
    """Sold in one currency, paid in another; all of one goes back, and some of another."""
    await world.open_market()
    seller = await world.seller()
    await world.paid_in(seller, "JPY")
    lamp = await world.offer(seller, price=3333, shipping=111)
    await world.rate("EUR", "JPY", 1565, 10)
    sold = [(await world.sell((lamp, 3))).orders[0].id for _ in range(3)]
    world.clock.advance(days=1)
    await world.rate("EUR", "JPY", 1601, 10)
    await world.do(orders.refund, orders.Refund(order=sold[0]))
    line = orders.RefundLine(1, 1)
    await world.do(orders.refund, orders.Refund(order=sold[1], lines=(line,)))
    await world.rate("EUR", "GBP", 85, 100)
    quoted = await world.do(
        orders.quote_rate, orders.QuoteRate(market=world.market, currency="GBP")
    )
    other = await world.offer(await world.seller(), price=1999, shipping=350)
    await world.sell((other, 2), lamp, quote=quoted.id)


async def _run_out_of_time(world: World, lamp: int, book: int) -> None:
    late = await world.place(lamp, book)
    await world.buy(book)  # and never shipped
    arrived = await world.buy(lamp)
    await world.deliver(arrived.orders[0].id)
    extended = await world.buy(lamp)
    await world.deliver(extended.orders[0].id)
    await world.do(orders.extend, orders.Extend(order=extended.orders[0].id))
    for _ in range(2):
        world.clock.advance(days=10)
        await world.sweep()
    assert await world.state(*(o.id for o in late.orders)) == ["expired", "expired"]
    assert not await world.capture(late), "too late: it goes back"


async def _settle(world: World, lamp: int, book: int) -> None:
    sold = await world.place(lamp, (book, 3))
    assert await world.capture(sold, fee=15)
    for order in sold.orders:
        await world.deliver(order.id)
        assert await world.confirm(order.id, buyer=world.customer) == "settled"
    regretted = (await world.buy((lamp, 2))).orders[0].id
    await world.deliver(regretted)
    await world.confirm(regretted)
    line = orders.RefundLine(1, 1)
    await world.do(orders.refund, orders.Refund(order=regretted, lines=(line,)))


async def _give_back(world: World, lamp: int, book: int) -> None:
    whole = await world.buy(lamp)
    await world.do(orders.refund, orders.Refund(order=whole.orders[0].id))
    part = await world.buy((book, 3), lamp)
    line = orders.RefundLine(1, 1)
    await world.do(orders.refund, orders.Refund(order=part.orders[0].id, lines=(line,)))
    sent_back = await world.buy(book)
    await world.deliver(sent_back.orders[0].id)
    await world.do(orders.refund, orders.Refund(order=sent_back.orders[0].id, seller=None))
    [first] = await world.refunds(whole)
    [second] = await world.refunds(sent_back)
    for refund, succeeded in ((first, True), (second, False)):
        fact = payments.RefundFact(
            refund=refund["id"], succeeded=succeeded, amount=refund["amount"], currency="EUR"
        )
        await world.do(payments.record_refund, fact)


async def _give_credit(world: World, lamp: int) -> None:
    """Store credit that pays for a lamp, which goes back; and a card."""
    grant = payments.GrantCredit(person=world.customer, currency="EUR", amount=80_00)
    await world.do(payments.grant_credit, grant)
    card = payments.IssueGiftCard(hash=b"1" * 32, hint="ABCD", currency="EUR", amount=5_00)
    await world.do(payments.issue_gift_card, card)
    wallet = payments.token_of(payments.Purse.WALLET, world.customer)
    placed = await world.place(lamp, tenders=(orders.Tender("wallet", wallet),))
    providers = payments.store_credit(world.database)
    draw = payments.Charge(show("pay", placed.payments[0]), placed.total, placed.currency, wallet)
    [fact] = await providers["wallet"].charge([draw])
    assert isinstance(fact, payments.Fact)
    await kernel.run(
        world.database, orders.record_payment, [orders.payment_fact(fact, placed.payments[0])]
    )
    await world.do(orders.refund, orders.Refund(order=placed.orders[0].id, amount=10_00))
    [refund] = await world.refunds(placed)
    await payments.send_refunds(world.database, providers, [refund["id"]])


async def _charge_back(world: World, lamp: int, book: int) -> None:
    for stage in orders.Stage:
        sold = await world.sell((lamp, 2), book)
        under_way = await world.buy(book)
        for placed in (sold, under_way):
            fact = orders.RecordChargeback(
                payment=placed.payments[0], reference="case", stage=orders.Stage.OPEN,
                amount=placed.total // 2, currency="EUR", fee=1500,
            )  # fmt: skip
            await world.do(orders.record_chargeback, fact)
            if stage is not orders.Stage.OPEN:
                closed = msgspec.structs.replace(fact, stage=stage)
                await world.do(orders.record_chargeback, closed)


async def _quarrel(world: World, lamp: int) -> None:
    for shipped, ruling in ((True, None), (True, 1500), (False, 2000)):
        order = (await world.buy(lamp)).orders[0].id
        if shipped:
            await world.deliver(order)
        await world.do(orders.dispute, orders.Dispute(order=order, reason="It flickers."))
        if ruling is not None:
            await world.do(orders.rule, orders.Rule(order=order, refund=ruling))


async def _stay_under_way(world: World, lamp: int, book: int) -> None:
    await world.place(lamp)
    await world.buy((lamp, 2), book)
    shipped = (await world.buy(book)).orders[0].id
    await world.scan(await world.ship(shipped), Scan.IN_TRANSIT)
    await world.deliver((await world.buy(lamp)).orders[0].id)
    halves = (orders.Tender("sandbox", "a", 1000), orders.Tender("sandbox", "b", 4489))
    half = await world.place(lamp, tenders=halves)
    assert not await world.capture(half, amount=1000), "the other half is missing"
    imported = await world.place(lamp, lenient=True)
    assert await world.capture(imported, amount=imported.total + 7)


async def _pay_out(world: World, *sellers: int) -> None:
    for seller, facts in zip(sellers, ((True, None), (False,)), strict=True):
        for paid in facts:
            wish = payments.PayOut(seller=seller, currency="EUR", amount=500)
            out = await world.do(payments.pay_out, wish)
            if paid is not None:
                fact = payments.PayoutFact(
                    payout=out.id, paid=paid, amount=out.amount, currency="EUR"
                )
                await world.do(payments.record_payout, fact)
    await decide_payouts(world, sellers[0])
    await leave_breaks(world)
    await _send_by_bank(world, sellers[0])


async def _send_by_bank(world: World, seller: int) -> None:
    """A payout waits in a payment file."""
    wish = parties.SetPayoutAccount(seller=seller, account="DE89370400440532013000", verified=True)
    await world.do(parties.set_payout_account, wish)
    out = await world.do(payments.pay_out, payments.PayOut(seller=seller, currency="EUR", amount=5))
    await payments.send_payouts(world.database, {}, "bank", [out.id])
    file = payments.MakeBankFile(iban="DE89370400440532013000", holder="Fondaco", by="operator")
    await world.do(payments.make_bank_file, file)
