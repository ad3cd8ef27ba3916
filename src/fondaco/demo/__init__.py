"""The demo: a furnished market, a month of trading in it, and its books.

It owns the catalogue that comes with the package (real products, photographs and prices, offered by
a dozen invented merchants) and trades it through the same commands as any other caller: what
`fondaco demo` shows is what an operator gets. A seed gives the same books again, to the cent.
"""

from fondaco.demo.catalogue import image_path
from fondaco.demo.figures import Figures
from fondaco.demo.furnish import DemoError, House
from fondaco.demo.show import Outcome, Progress, run

__all__ = ["DemoError", "Figures", "House", "Outcome", "Progress", "image_path", "run"]
