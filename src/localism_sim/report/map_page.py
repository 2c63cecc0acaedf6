"""Maps of places within a page for a browser: one shape a place, which tells its name and value
when it is pointed at, and a table of all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from .blocks import Layer, PlaceMap, Table
from .words import counted, signed

STEPS = ((0.5, "3"), (0.125, "2"), (0.0, "1"))
"""From which share of the limit on a value has which shade."""


def shade(value: float, said: str, limit: float) -> str:
    """The class of a place: worse or better in three steps, or no clear difference."""
    if "no clear" in said or value == 0.0:
        return "none"
    step = next(name for least, name in STEPS if abs(value) / limit >= least)
    return ("b" if value > 0.0 else "w") + step


def one_map(block: PlaceMap, layer: Layer) -> str:
    """One map, with what it shows in a sentence for those who do not see it."""
    shapes = "".join(
        f'<path class="{shade(value, said, layer.limit)}" d="{shape}"><title>{escape(name)}: '
        f"{escape(said)}</title></path>"
        for shape, name, value, said in zip(block.shapes, block.names, layer.values, layer.words)
    )
    return (
        f'<div><h3>{escape(layer.title)}</h3><svg role="img" viewBox="0 0 {block.width:g} '
        f'{block.height:g}" aria-label="{escape(in_a_sentence(block, layer))}">{shapes}</svg>'
        f"<p>{escape(in_a_sentence(block, layer))}</p></div>"
    )


def in_a_sentence(block: PlaceMap, layer: Layer) -> str:
    """How many places are better, worse or neither, and the two ends by name."""
    shades = [shade(value, said, layer.limit) for value, said in zip(layer.values, layer.words)]
    better, worse = (sum(each[0] == letter for each in shades) for letter in "bw")
    order = sorted(range(len(shades)), key=lambda k: layer.values[k])
    ends = (
        f" Lowest: {block.names[order[0]]} ({signed(layer.values[order[0]], 3)}); highest: "
        f"{block.names[order[-1]]} ({signed(layer.values[order[-1]], 3)})."
    )
    rest = len(shades) - better - worse
    return (
        f"Better in {better} of {counted(len(shades), 'place')}, worse in {worse}, no clear "
        f"difference in {rest}.{ends if len(shades) > 1 else ''}"
    )


def key(limit: float) -> str:
    """What each shade stands for."""
    bounds = [f"{share * limit:g}" for share, _ in STEPS[:2]]
    said = {
        "w3": f"worse by {bounds[0]} or more",
        "w2": f"worse by {bounds[1]} or more",
        "w1": "worse by less",
        "none": "no clear difference",
        "b1": "better by less",
        "b2": f"better by {bounds[1]} or more",
        "b3": f"better by {bounds[0]} or more",
    }
    items = "".join(
        f'<li><svg aria-hidden="true" viewBox="0 0 16 12"><path class="{name}" d="M0,0H16V12H0Z">'
        f"</path></svg> {text}</li>"
        for name, text in said.items()
    )
    return f'<ul class="key">{items}</ul>'


def every_place(block: PlaceMap) -> Table:
    """All places by name, a column for each map."""
    order = sorted(range(len(block.names)), key=lambda k: block.names[k].casefold())
    rows = tuple((block.names[k], *(layer.words[k] for layer in block.layers)) for k in order)
    head = ("place", *(layer.title for layer in block.layers))
    return Table(head, rows, f"{block.title}: places by name", "l" + "r" * len(block.layers))


def maps(block: PlaceMap, table: Callable[[Table], str]) -> str:
    """All maps of a block side by side on one scale, their key, and the table of all places."""
    drawn = "".join(one_map(block, layer) for layer in block.layers)
    limit = max(layer.limit for layer in block.layers)
    return (
        f"<figure><figcaption>{escape(block.title)}. Point at a place for its name and value."
        f'</figcaption><div class="maps">{drawn}</div>{key(limit)}</figure>'
        f"{table(every_place(block))}"
    )
