"""Tables of the documents, made from the code: `python -m localism_sim.report.documents` rewrites
them in place.

A table stands between the lines `<!-- generated: name -->` and `<!-- end -->`.
"""

from __future__ import annotations

import functools
import itertools
import re
import statistics
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from ..evidence.pattern import patterns as measured_patterns
from ..evidence.set_up import history, under
from ..model import citizen, commissioner, department, staff, team, world
from ..model.exposure import LEAST_EXPOSURE, england_relation
from ..model.month import PHASES, Phase
from ..model.outcomes import OUTCOMES
from ..model.parameters import FIELDS, FIXED, GROUPS, Parameters
from ..model.scenario import load_scenario, scenario_names
from ..model.variant import shipped_variants

MARK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(headings: list[str], rows: Iterable[list]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    return (
        "\n".join(
            [
                *lines,
                *(
                    "| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |"
                    for row in rows
                ),
            ]
        )
        + "\n"
    )


def parameters() -> str:
    """All parameters by group."""
    parts = []
    for group, title in GROUPS.items():
        rows = [
            [
                f"`{name}`",
                FIELDS[name].default,
                f"{FIELDS[name].metadata['low']} to {FIELDS[name].metadata['high']}",
                FIELDS[name].metadata["unit"],
                FIELDS[name].metadata["meaning"],
                FIELDS[name].metadata["source"],
                "no" if name in FIXED else "yes",
            ]
            for name in Parameters.names(group)
        ]
        parts.append(
            f"**{title[0].upper()}{title[1:]}**\n\n"
            + table(
                ["name", "default", "range", "unit", "meaning", "source", "may change in a run"],
                rows,
            )
        )
    return "\n".join(parts)


def phases() -> str:
    """The month."""
    return table(
        ["phase", "title", "who", "step", "what happens"],
        [
            [
                phase.number,
                phase.title,
                phase.who,
                f"`{phase.step.py_func.__name__}`",
                phase.meaning,
            ]
            for phase in PHASES
        ],
    )


def outcomes() -> str:
    """All outcomes."""
    direction = {1: "more", -1: "less", 0: "neither"}
    return table(
        ["name", "label", "unit", "meaning", "better for citizens"],
        [
            [f"`{o.name}`", o.label, o.unit, o.meaning, direction[o.better]]
            for o in OUTCOMES.values()
        ],
    )


def states() -> str:
    """State variables of each kind of agent and of the spatial units."""
    kinds = {
        "Citizen": citizen.COLUMNS,
        "Front-line staff": staff.COLUMNS,
        "Commissioner (one a service)": commissioner.COLUMNS,
        "Department (one a domain)": department.COLUMNS,
        "Place": world.PLACE_COLUMNS,
        "Service": world.SERVICE_COLUMNS,
        "Team": team.COLUMNS,
        "Ward (block of citizens)": world.BLOCK_COLUMNS,
    }
    return "\n".join(
        f"**{kind}**\n\n"
        + table(
            ["name", "type", "unit", "meaning"],
            [[f"`{c.name}`", c.kind, c.unit, c.meaning] for c in columns],
        )
        for kind, columns in kinds.items()
    )


def scenarios() -> str:
    """The shipped scenarios."""
    rows = []
    for name in scenario_names():
        scenario = load_scenario(name)
        rows.append(
            [
                f"`{name}`",
                scenario.title,
                scenario.stands_for,
                f"`{scenario.baseline}`" if scenario.baseline else "none",
            ]
        )
    return table(["name", "title", "stands for", "baseline"], rows)


def variants() -> str:
    """The rival rules that come with the model."""
    return table(
        ["name", "replaces", "theory", "source"],
        [
            [f"`{name}`", f"`{variant.replaces}`", variant.theory, variant.source]
            for name, variant in shipped_variants().items()
        ],
    )


def patterns() -> str:
    """The measured patterns to which the model is held."""
    from .patterns import range_in_words

    rows = []
    for each in measured_patterns().values():
        seen = "; ".join(f"{s.meaning}: {range_in_words(s.low, s.high)}" for s in each.statistics)
        rows.append(
            [
                each.row,
                f"`{each.name}`",
                each.title,
                seen,
                each.use,
                each.set_up,
                each.uncertainty,
                each.source,
            ]
        )
    head = ["row", "name", "pattern", "range seen", "values", "set-up", "where the range is from"]
    return table([*head, "source"], rows)


def month() -> str:
    """The month as a flowchart (Mermaid), from the one order of its phases."""
    numbers: dict[int, list[Phase]] = {}
    for phase in PHASES:
        numbers.setdefault(phase.number, []).append(phase)
    lines = ["```mermaid", "flowchart TD"]
    for number, own in numbers.items():
        said = "<br>".join(phase.meaning for phase in own)
        lines.append(f'    p{number}["<b>{number} {own[0].title}</b><br>{said}"]')
    order = list(numbers)
    lines += [f"    p{one} --> p{other}" for one, other in itertools.pairwise(order)]
    lines += [f'    p{order[-1]} -- "next month" --> p{order[0]}', "```"]
    return "\n".join(lines) + "\n"


PACE_SEEDS = range(20)
"""Seeds over which the table of two paces takes means."""
PACES = ("trust_without_cuts", "trust_under_cuts", "satisfaction_shock")
"""The measured patterns that it shows."""
UNCHANGED = "status_quo_2010"
"""The scenario in which nothing changes."""


@functools.cache
def paces() -> str:
    """How fast trust and satisfaction move under the default rates, run anew: means over seeds."""
    from .patterns import range_in_words
    from .words import number

    p, rows = Parameters(), []
    trust = [history(under(p, UNCHANGED), seed, 24)["trust"] for seed in PACE_SEEDS]
    levels = [p.trust, *(statistics.fmean(each[month] for each in trust) for month in (11, 23))]
    shown = ", ".join(number(level, 3) for level in levels)
    rows.append([f"`{UNCHANGED}`", "trust at the start, after 12 and after 24 months", shown, ""])
    for name in PACES:
        each = measured_patterns()[name]
        found = [each.measure(p, seed) for seed in PACE_SEEDS]
        for s in each.statistics:
            mean = statistics.fmean(values[s.name] for values in found)
            rows.append([each.title, s.meaning, number(mean, 3), range_in_words(s.low, s.high)])
    said = f"Means of {len(PACE_SEEDS)} seeds, England, every rate at its default.\n\n"
    return said + table(["situation", "what", "model", "range seen"], rows)


def exposure() -> str:
    """England's fitted line of exposure to cuts on deprivation."""
    slope, intercept = england_relation()
    return (
        f"Exposure = {intercept:.3f} + {slope:.4f} x deprivation (index of 2010), at least "
        f"{LEAST_EXPOSURE:g}.\n"
    )


TABLES: dict[str, Callable[[], str]] = {
    "paces": paces,
    "exposure": exposure,
    "variants": variants,
    "parameters": parameters,
    "phases": phases,
    "month": month,
    "outcomes": outcomes,
    "states": states,
    "scenarios": scenarios,
    "patterns": patterns,
}


def refreshed(text: str) -> str:
    """A document with all its tables made anew."""
    return MARK.sub(
        lambda match: match.group(1) + "\n" + TABLES[match.group(2)]() + "\n" + match.group(3), text
    )


def main(folder: str = "docs") -> None:
    """Rewrite the tables of every Markdown file in a folder and the folders below it."""
    for path in sorted(Path(folder).rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if refreshed(text) != text:
            path.write_text(refreshed(text), encoding="utf-8")
            print(f"rewrote {path}")


if __name__ == "__main__":
    main(*sys.argv[1:])
