"""The demo: a furnished market, a month of trading in it, and its books.

It owns the catalogue that comes with the package (real products, photographs and prices, offered by
a dozen invented merchants) and trades it through the same commands as any other caller: what
`fondaco demo` shows is what an operator gets.
"""
