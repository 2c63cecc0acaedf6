"""The settings in which scenarios differ, and the source of each value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.parameters import FIELDS, Parameters
from ..model.scenario import FOR_THIS_RUN
from ..model.variant import checked_variants
from .blocks import Block, Heading, Paragraph, Points, Table, Words, code, em

if TYPE_CHECKING:
    from ..analysis.comparison import Comparison
    from ..model.scenario import Scenario

NO_SOURCE = "no source given"


def blocks(comparison: Comparison) -> tuple[Block, ...]:
    """A table of the settings that differ, and their sources; empty if there are none."""
    arms = comparison.arms
    differ = differing(arms)
    changes = (*changes_in_time(arms), *rival_rules(arms), *alike_everywhere(arms, differ))
    if not differ and not changes:
        return ()
    found: list[Block] = [Heading("How the scenarios differ")]
    if differ:
        found.append(table(arms, differ))
    if changes:
        found.append(Points(changes))
    found.append(
        Paragraph(
            (
                "All other settings are the same in every scenario (",
                code("config.yaml"),
                " lists them).",
                " Where these come from:" if (said := sources(arms, differ)) else "",
            )
        )
    )
    return (*found, Points(said)) if said else tuple(found)


def differing(arms: tuple[Scenario, ...]) -> list[str]:
    """Names of the settings in which scenarios differ."""
    values = [arm.parameters.as_dict() for arm in arms]
    return [name for name in FIELDS if len({each[name] for each in values}) > 1]


def table(arms: tuple[Scenario, ...], differ: list[str]) -> Table:
    """A row for each setting, a column for each scenario."""
    values = [arm.parameters.as_dict() for arm in arms]
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (
            (f"{FIELDS[name].metadata['meaning']} (", code(name), ")"),
            *(f"{each[name]:g}" for each in values),
        )
        for name in differ
    )
    return Table(("setting", *(arm.title for arm in arms)), rows, align="l" + "r" * len(arms))


def changes_in_time(arms: tuple[Scenario, ...]) -> tuple[Words, ...]:
    """What timelines set, month by month (the first month of a run is month 1)."""
    lines: list[Words] = []
    for arm in arms:
        for month, levers in arm.timeline:
            words: list = [f"From month {month + 1} on, ", em(arm.title), " sets "]
            for position, (name, value) in enumerate(levers):
                words += [", " if position else "", code(name), f" to {value:g}"]
            lines.append((*words, "."))
    return tuple(lines)


def rival_rules(arms: tuple[Scenario, ...]) -> tuple[Words, ...]:
    """Which rules the variants replace, and whose theory they follow."""
    return tuple(
        (
            em(arm.title),
            " replaces the rule ",
            code(variant.replaces),
            " by the variant ",
            code(variant.name),
            f": {variant.theory} ({variant.source}).",
        )
        for arm in arms
        for variant in checked_variants(arm.variants)
    )


def alike_everywhere(arms: tuple[Scenario, ...], differ: list[str]) -> tuple[Words, ...]:
    """Settings given for this run that are the same in every scenario."""
    first = arms[0].parameters.as_dict()
    return tuple(
        ("Set for this run, alike in every scenario: ", code(name), f" = {first[name]:g}.")
        for name in FIELDS
        if name not in differ and any(dict(arm.sources).get(name) == FOR_THIS_RUN for arm in arms)
    )


def sources(arms: tuple[Scenario, ...], differ: list[str]) -> tuple[Words, ...]:
    """Where each setting that differs comes from, once for scenarios that share a source. A value
    other than the default without a source is said to have none.
    """
    lines: list[Words] = []
    usual = Parameters().as_dict()
    told: set[tuple[str, str]] = set()
    for arm in arms:
        values, own = arm.parameters.as_dict(), dict(arm.sources)
        for name in differ:
            source = own.get(name, NO_SOURCE if values[name] != usual[name] else "")
            if not source or (name, source) in told:
                continue
            if source != NO_SOURCE:
                told.add((name, source))
            lines.append((code(name), f" {values[name]:g} in ", em(arm.title), f": {source}."))
    return tuple(lines)
