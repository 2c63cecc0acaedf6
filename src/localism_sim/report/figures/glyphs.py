"""Letters that the figures' own font does not have, such as those of Chinese titles.

Another font of this machine that has them is used beside it. Where there is none, a letter is
written as its number in Unicode, such as [U+4E2D], so that nothing is lost without a word.
"""

from __future__ import annotations

import functools

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

OWN = "DejaVu Sans"
BOXES_ONLY = "Last Resort"
"""A font that has a box for every letter."""


@functools.cache
def letters_of(path: str) -> frozenset[int]:
    """Numbers of the letters that a font file has; none for a file that cannot be read."""
    try:
        return frozenset(FT2Font(path).get_charmap())
    except (OSError, RuntimeError, ValueError):
        return frozenset()


@functools.cache
def font_with(letter: str) -> str | None:
    """The name of a font of this machine that has a letter, or None."""
    fonts = sorted(font_manager.fontManager.ttflist, key=lambda font: (font.name, font.fname))
    return next(
        (
            font.name
            for font in fonts
            if not font.name.startswith(BOXES_ONLY) and ord(letter) in letters_of(font.fname)
        ),
        None,
    )


@functools.cache
def own_letters() -> frozenset[int]:
    """Numbers of the letters that the figures' own font has."""
    return letters_of(font_manager.findfont(OWN))


def missing(text: str) -> list[str]:
    """Letters of a text that the figures' own font does not have, each once."""
    own = own_letters()
    return [letter for letter in dict.fromkeys(text) if letter != "\n" and ord(letter) not in own]


def use_fonts_that_have_all(figure: Figure) -> None:
    """Give every text of a figure the fonts that its letters need, or a stated substitute."""
    for each in figure.findobj(Text):
        lacking = missing(each.get_text())
        if not lacking:
            continue
        fonts = {letter: font_with(letter) for letter in lacking}
        text = each.get_text()
        for letter, font in fonts.items():
            if font is None:
                text = text.replace(letter, f"[U+{ord(letter):04X}]")
        each.set_text(text)
        each.set_fontfamily([OWN, *dict.fromkeys(filter(None, fonts.values()))])
