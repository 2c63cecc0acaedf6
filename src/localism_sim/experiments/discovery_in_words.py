"""Discovery in words: the conditions, how often they hold what was asked for, and how far to trust them."""

from __future__ import annotations

import math

import pandas as pd

from .boxes import LEVEL, Box, inside
from .discovery import FEWEST_CASES, HELD_OUT, STABLE, Asked, Found, FoundBox
from .factors import Factor
from .sensitivity_in_words import listed, number, outcome_title

METHODS = {"prim": "PRIM (Friedman & Fisher 1999; Bryant & Lempert 2010), peeling as in the EMA workbench",
           "cart": "a regression tree (CART, Breiman et al. 1984) of scikit-learn, pruned by cross-validation"}
MOST_BOXES = 5


def limit_in_words(factor: Factor, side: str, limit: float) -> str:
    """'trust > 0.52', 'chain length at most 4', 'free riding on'."""
    if factor.kind == "integer":
        if (factor.low, factor.high) == (0, 1):
            return f"{factor.label} {'on' if side == 'above' else 'off'}"
        return f"{factor.label} at {'least' if side == 'above' else 'most'} {limit:.0f}"
    return f"{factor.label} {'>' if side == 'above' else '<'} {limit:g}"


def conditions(box: Box, factors: tuple[Factor, ...]) -> str:
    """The box as a condition."""
    parts = []
    for factor in factors:
        if factor.name not in box:
            continue
        low, high = box[factor.name]
        if not math.isinf(low) and not math.isinf(high):
            between = f"{factor.label} from {low:g} to {high:g}" if low < high else f"{factor.label} = {low:g}"
            parts.append(between)
        else:
            parts.append(limit_in_words(factor, "above" if math.isinf(high) else "below", low if math.isinf(high) else high))
    return listed(parts)


def share_of(value: float, low: float, high: float) -> str:
    """'83% (78% to 87%)'."""
    return f"{value:.0%} ({low:.0%} to {high:.0%})"


def wanted(asked: Asked) -> str:
    """'Spread of innovation at the end exceeds 0.5'."""
    return f"{outcome_title(asked.outcome)} {'exceeds' if asked.above else 'stays below'} {asked.threshold:g}"


def of_box(found: Found, box: FoundBox) -> str:
    """The sentence, on points that did not help to find the box."""
    held = box.held_out
    return (f"{wanted(found.asked)} in {share_of(held.density, held.density_low, held.density_high)} of runs with "
            f"{conditions(box.box, found.discovery.factors)}; these hold {share_of(held.coverage, held.coverage_low, held.coverage_high)} of all such runs. "
            f"Everywhere, {held.base:.0%} of runs do.")


def nothing(found: Found) -> list[str]:
    """An honest answer where there is nothing to find."""
    share, values = found.discovery.share, found.runs[found.asked.outcome]
    rate, name = float(share.mean()), outcome_title(found.asked.outcome)
    spread = f"{name} lies between {number(values.min())} and {number(values.max())}, with median {number(values.median())}"
    if found.discovery.few:
        whole = "No run" if rate == 0 else "Every run" if rate == 1 else f"{'Only ' if rate < 0.5 else ''}{rate:.2%} of runs"
        more = ("" if rate in (0, 1) else f" About {math.ceil(FEWEST_CASES / min(rate, 1 - rate)):,} points would be needed (experiment.samples).")
        return [f"{whole} {'is' if rate in (0, 1) else 'are'} of interest: {spread} over {len(share):,} points. With fewer than {FEWEST_CASES} cases, or "
                f"fewer than {FEWEST_CASES} exceptions, no box can be told from luck. Another experiment.threshold would divide them.{more}"]
    return [f"No box: {rate:.0%} of runs are of interest, but no restriction is supported (quasi-p up to {LEVEL:g}); {spread}. Either what varies here does "
            "not matter for it, or it matters in ways that no box can show."]


def trust_in(found: Found, box: FoundBox) -> list[str]:
    """How far the box may be trusted."""
    discovery, factors = found.discovery, {factor.name: factor for factor in found.discovery.factors}
    lines = [f"On the points that found it the density is {box.found_on.density:.0%}; the numbers above are of the {box.held_out.points:,} points held out."]
    if not box.confirmed:
        lines.append(f"The held-out points do not confirm it: their interval reaches down to {box.held_out.density_low:.0%}, and {box.held_out.base:.0%} of "
                     "all are of interest. Do not rely on this box.")
    rows = [row for row in box.restrictions.itertuples() if not math.isnan(row.returns)]
    if rows:
        lines.append(f"Of {discovery.halves} random halves of the points, " + listed([
            f"{row.returns * discovery.halves:.0f} find {factors[row.name].label} {'above' if row.side == 'above' else 'below'} a limit"
            + (f" ({row.limit_low:.3g} to {row.limit_high:.3g})" if row.returns > 0 else "") for row in rows]) + ".")
        loose = [limit_in_words(factors[row.name], row.side, row.limit) for row in rows if row.returns < STABLE]
        if len(loose) == len(rows):
            lines.append("No stable box: none of its restrictions comes back reliably when the points change.")
        elif loose:
            lines.append(f"Not stable, as it returns in fewer than {STABLE:.0%} of the halves: {listed(loose)}.")
    weak = [limit_in_words(factors[row.name], row.side, row.limit) for row in box.restrictions.itertuples() if row.p > LEVEL]
    if weak:
        lines.append(f"Not supported by the held-out points alone (p > {LEVEL:g}): {listed(weak)}.")
    return lines


def luck(found: Found) -> str:
    """How many points have runs on both sides."""
    share, seeds = found.discovery.share, len(found.asked.seeds)
    if seeds < 2:
        return "One seed a point: luck cannot be told from conditions, so the density of any box is held down by it."
    mixed = float(((share > 0) & (share < 1)).mean())
    return f"At {mixed:.0%} of the points the {seeds} seeds disagree: there luck decides, and no box can be pure."


def sentences(found: Found) -> list[str]:
    """The answer."""
    boxes = found.discovery.boxes
    if not boxes:
        return nothing(found)
    lines = [of_box(found, boxes[0]), *trust_in(found, boxes[0])]
    density = found.asked.density
    if density is not None and boxes[0].held_out.density < density:
        lines.append(f"A density of {density:.0%} was asked for and is not reached on the held-out points.")
    return [*lines, *[f"Also: {of_box(found, box)}" for box in boxes[1:MOST_BOXES]], luck(found)]


CAPTIONS = {"trajectory": "Coverage against density", "box": "The box", "two_dimensions": "The two most restricted parameters"}


def restrictions_table(found: Found) -> str:
    """The best box's restrictions as a Markdown table."""
    box = found.discovery.boxes[0]
    factors = {factor.name: factor for factor in found.discovery.factors}
    lines = ["| condition | range looked at | p (held out) | returns | limit in the halves | what it is |", "|---|---|---:|---:|---|---|"]
    for row in box.restrictions.itertuples():
        factor = factors[row.name]
        returns = "–" if math.isnan(row.returns) else f"{row.returns:.0%}"
        limits = "–" if math.isnan(row.limit_low) else f"{row.limit_low:.3g} to {row.limit_high:.3g}"
        condition = limit_in_words(factor, row.side, row.limit)
        lines.append(f"| {condition} | {factor.low:g} to {factor.high:g} | {row.p:.2g} | {returns} | {limits} | {factor.meaning} |")
    return "\n".join(lines)


def summary(found: Found, figures: list[str], command: str) -> str:
    """The summary as Markdown."""
    asked, discovery = found.asked, found.discovery
    varied = ", ".join(f"{factor.label} ({factor.low:g} to {factor.high:g})" for factor in discovery.factors)
    lines = [f"# {wanted(asked)}: under which conditions?", "",
             f"{len(discovery.points):,} points that fill the space of {len(discovery.factors)} parameters evenly (a scrambled Sobol sequence), "
             f"{len(asked.seeds)} seeds each, the same at every point; {found.months} months. Varied: {varied}.", "",
             "## The answer", "", *[f"- {sentence}" for sentence in sentences(found)], ""]
    if discovery.boxes:
        lines += ["## The box, restriction by restriction", "", restrictions_table(found), "",
                  "p: how likely the held-out points would hold so many cases in the box if this side of it made no difference (binomial test of Bryant "
                  "& Lempert 2010, a point counted once). Returns: in how many random halves of the points the search finds this side again.", ""]
    lines += [f"![{CAPTIONS[name]}](figures/{name}.png)\n" for name in figures]
    lines += ["## How it was found", "",
              f"By {METHODS[discovery.method]}. {1 - HELD_OUT:.0%} of the points found the box, {HELD_OUT:.0%} judge it. Density: share of the runs in the box "
              "that are of interest. Coverage: share of all runs of interest that lie in the box. Intervals are Wilson's, 95%, with a point counted once "
              "however many seeds it has. " + ("The step taken on the trajectory is the one where coverage of cases most exceeds coverage of all else "
                                               "(Youden 1950)." if asked.density is None else
                                               f"The step taken is the first with a density of {asked.density:.0%}."), "",
              "The shares are shares of the ranges that were looked at, not chances in the world: another range gives another density.", "",
              "`points.csv` holds every point with its share of runs of interest; `restrictions.csv`, `boxes.csv` and `trajectory.csv` the rest.", "",
              "## How to repeat it", "", "```bash", command, "```", ""]
    return "\n".join(lines)


def boxes_table(found: Found) -> pd.DataFrame:
    """A row a box: its condition, and how it does where it was found and on the points held out."""
    rows = []
    for number_of, box in enumerate(found.discovery.boxes):
        row: dict[str, object] = {"box": number_of, "condition": conditions(box.box, found.discovery.factors), "confirmed": box.confirmed,
                                  "points": int(inside(found.discovery.points, box.box).sum())}
        row |= {f"held_out_{name}": value for name, value in vars(box.held_out).items()}
        rows.append(row | {f"found_on_{name}": value for name, value in vars(box.found_on).items()})
    return pd.DataFrame(rows)
