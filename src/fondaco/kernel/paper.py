"""Pages of a PDF. Apart from the rest, because the library takes a second to load.

The font has Latin, Greek and Cyrillic letters; others are left out.
"""

from datetime import datetime
from typing import Final

import fpdf
import ttf_opensans

TEAL: Final = (15, 82, 87)
PALE: Final = (240, 245, 245)


class Paper(fpdf.FPDF):
    """A4 with a line about whose paper it is at the foot, and page numbers.

    `made` is the file's time of creation, so that the same paper is the same bytes.
    """

    def __init__(self, title: str, about: str, made: datetime, landscape: bool = False) -> None:
        super().__init__("landscape" if landscape else "portrait", "mm", "A4")
        self._about = about
        self.set_title(title)
        self.set_creation_date(made)
        self.add_font("sans", "", ttf_opensans.opensans().path)
        self.add_font("sans", "b", ttf_opensans.opensans(font_weight=700).path)
        self.set_margin(11)
        self.set_auto_page_break(True, 16)
        self.add_page()

    def footer(self) -> None:
        """Draw the foot of a page."""
        self.set_y(-12)
        self.set_font("sans", "", 7)
        self.set_text_color(110)
        self.cell(0, 4, self._about)
        self.set_x(self.l_margin)
        self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")

    def headline(self, text: str) -> None:
        """What the paper is, in large letters; small ones follow."""
        self.set_text_color(*TEAL)
        self.set_font("sans", "b", 16)
        self.cell(0, 9, text, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(40)
        self.set_font("sans", "", 10)

    def pair(self, name: str, value: str, bold: bool = False) -> None:
        """A name and what it stands for, on a line."""
        self.set_font("sans", "b" if bold else "", 9)
        self.cell(70, 5.5, name)
        self.cell(45, 5.5, value, align="R", new_x="LMARGIN", new_y="NEXT")
