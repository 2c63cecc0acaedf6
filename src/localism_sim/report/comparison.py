"""A comparison of scenarios as a report: six outcomes on one page, then the details."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..analysis.two_by_two import cells_of
from ..model.outcomes import OUTCOMES
from . import doubt, settings, two_by_two
from .blocks import (
    Block,
    Figure,
    Heading,
    Paragraph,
    Points,
    Report,
    Table,
    Words,
    code,
    em,
    points,
    strong,
)
from .caveats import caveats
from .chart_tables import chart_table
from .contrasts import (
    BARELY,
    HEADLINES,
    UNCLEAR,
    base,
    difference_in_words,
    direction,
    in_unit,
    judged,
    label,
    over_time,
    share_in_words,
    together,
    with_verdicts,
)
from .months import months_frame
from .place_maps import place_map
from .places import places_frame, places_table
from .words import counted, listed, month_name, percent, period

if TYPE_CHECKING:
    from ..analysis.comparison import Comparison
    from ..model.scenario import Scenario

CAPTIONS = {
    "two_by_two": "Reforms and autonomy, two by two",
    "trajectories": "How services, trust and innovation develop",
    "effects": "What changes for citizens",
    "map": "Where services are better or worse",
    "distribution": "How far quality differs between places",
    "origins": "Where the practice in use came from",
    "gallery": "Overview",
}
REPEATED = ("gallery", "map")
"""Figures that a page with the same content in another form leaves out: an overview, and a map that
the page shows with every place named.
"""
LONG = ("trajectories", "effects", "map", "gallery")
"""Figures that take about a second to draw, others half of that."""
QUESTION = (
    "Under which way of running public services does innovation spread, and which serves citizens "
    "better?"
)


def show(comparison: Comparison, config: Mapping[str, Any] | None = None) -> Report:
    """The report of a comparison. config: everything needed to run it again, written as
    `config.yaml`.
    """
    rows = judged(comparison)
    return Report(
        title(comparison),
        short=(
            Paragraph(what_was_run(comparison)),
            *first_page(comparison, rows),
            *doubt_told(comparison),
            *caveats(comparison),
        ),
        details=(
            *question(comparison),
            *figures(comparison),
            *doubt_table(comparison),
            *two_by_two.details(comparison),
            *one_by_one(comparison, rows),
            *places_table(comparison),
            *place_map(comparison),
            *settings.blocks(comparison),
            *numbers(comparison, rows),
            *uncertain(comparison),
        ),
        tables={
            "runs": comparison.runs,
            "contrasts": rows,
            "places": places_frame(comparison),
            "months": months_frame(comparison),
            **of_effects(comparison),
            **of_draws(comparison),
        },
        data={"history": comparison.history, "by_place": comparison.by_place},
        config=config or {},
        question=QUESTION,
    )


def had_draws(comparison: Comparison) -> bool:
    """Whether the arms were run with draws of the rates too."""
    return len(comparison.doubt) > 0


def of_draws(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Tables of the runs with draws of the rates, where there are any."""
    if not had_draws(comparison):
        return {}
    return {"doubt": comparison.doubt, "drawn": comparison.drawn}


def doubt_rows(comparison: Comparison) -> tuple[pd.DataFrame, list[str]]:
    """Doubt about the effects on the six outcomes, and what each row is called."""
    rows = comparison.doubt
    wanted = ("reforms", "autonomy", "interaction", "autonomy_given_the_reforms")
    named = {**{name: two_by_two.NAMES[name] for name in wanted}, **comparison.titles}
    rows = rows[rows["outcome"].isin(HEADLINES) & rows["effect"].isin(list(named))]
    return rows, [named[effect] for effect in rows["effect"]]


def doubt_told(comparison: Comparison) -> tuple[Block, ...]:
    """Where doubt about rates could turn the sign of a clear effect."""
    if not had_draws(comparison):
        return ()
    rows, names = doubt_rows(comparison)
    clear = [not low <= 0.0 <= high for low, high in zip(rows["low"], rows["high"])]
    told = [
        f"{name} on {OUTCOMES[row['outcome']].label.lower()}"
        for name, sure, (_, row) in zip(names, clear, rows.iterrows())
        if sure and doubt.crosses(row)
    ]
    turned = f"{len(told)} ({'; '.join(told)})" if told else "none"
    return (
        Paragraph(
            (
                strong("Doubt about rates"),
                f": {sum(clear)} effects are clear as far as luck goes; rates within what measured "
                f"patterns allow could turn the sign of {turned}. Both intervals are in the "
                "details.",
            )
        ),
    )


def doubt_table(comparison: Comparison) -> tuple[Block, ...]:
    """Both intervals of the effects, where rates were drawn."""
    if not had_draws(comparison):
        return ()
    rows, names = doubt_rows(comparison)
    return doubt.two_intervals(rows, names, "effect of", "Luck, and doubt about rates")


def of_effects(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Tables of the two by two, where there is one: effects on every ground, runs on the others."""
    if comparison.effects.empty:
        return {}
    table = with_verdicts(comparison.effects, comparison.months)
    return {"effects": table} | (
        {"elsewhere": comparison.elsewhere} if len(comparison.elsewhere) else {}
    )


def first_page(comparison: Comparison, rows: pd.DataFrame) -> tuple[Block, ...]:
    """What a reader needs first: the two by two if there is one, otherwise each scenario."""
    if len(comparison.effects):
        return two_by_two.short(comparison)
    if cells_of(comparison.arms):
        return (two_by_two.means_table(comparison), *findings(comparison, rows))
    return (headline_table(comparison, rows), *findings(comparison, rows))


def one_by_one(comparison: Comparison, rows: pd.DataFrame) -> tuple[Block, ...]:
    """Each scenario against the first, if the first page shows the two by two instead."""
    if comparison.effects.empty:
        return ()
    return (
        Heading("Each scenario against the first"),
        headline_table(comparison, rows),
        *findings(comparison, rows),
    )


def title(comparison: Comparison) -> str:
    """What is compared with what."""
    if len(comparison.effects):
        return "Centralised or localist delivery, with and without reforms"
    first, *others = (arm.title for arm in comparison.arms)
    if len(others) < 2:
        return f"{others[0]}, compared with {first}" if others else first
    return f"{len(others)} scenarios, compared with {first}"


def what_was_run(comparison: Comparison) -> str:
    """Runs, months, places and scale, in a sentence or two."""
    places, count = comparison.places, len(comparison.seeds)
    scale = (
        "every resident simulated"
        if places.scale == 1
        else f"one simulated citizen for {places.scale:,} residents"
    )
    times = f"{count} times" if count > 1 else "once"
    luck = (
        " The same seed gives every scenario the same luck, so differences within a seed are "
        "differences of policy."
        if len(comparison.arms) > 1
        else ""
    )
    around = (
        f" They lie inside England: its other {counted(comparison.around, 'place')} live on around "
        "them under the same Whitehall, and every number here is about the chosen places."
        if comparison.around
        else ""
    )
    read = "".join(f" Of your file: {note}." for note in comparison.notes)
    return (
        f"Each scenario was run {times} over {period(comparison.months)} from "
        f"{month_name(comparison.start)} on {counted(places.count, 'place')} "
        f"({int(places.population.sum()):,} residents, {scale}).{around}{read}{luck}"
    )


def question(comparison: Comparison) -> tuple[Block, ...]:
    """The question, and what each scenario stands for."""
    return (
        Heading("The question"),
        Paragraph(QUESTION),
        Points(tuple((strong(arm.title), f": {arm.stands_for}") for arm in comparison.arms)),
    )


def headline_table(comparison: Comparison, rows: pd.DataFrame) -> Table:
    """Six outcomes: each scenario's mean, and whether it serves citizens better than the first."""
    count = len(comparison.seeds)
    name = f"Means over {counted(count, 'run')}, at the end"
    if not rows.empty:
        name += f"; for citizens, compared with {comparison.arms[0].title} (~ {UNCLEAR})"
    body = tuple(
        (
            OUTCOMES[outcome].label + (" (months a citizen)" if outcome == "harm" else ""),
            *(headline_cell(comparison, rows, arm, outcome) for arm in comparison.arms),
        )
        for outcome in HEADLINES
    )
    return Table(("Outcome", *(arm.title for arm in comparison.arms)), body, name)


def headline_cell(comparison: Comparison, rows: pd.DataFrame, arm: Scenario, outcome: str) -> Words:
    """The mean and, if it is not the first scenario, a verdict."""
    mean = comparison.runs.loc[comparison.runs["scenario"] == arm.name, outcome].mean()
    value = in_unit(float(mean), outcome)
    if rows.empty or arm.name == comparison.arms[0].name:
        return value
    word = contrast(rows, arm, outcome)["verdict"]
    return f"{value} ~" if word == UNCLEAR else (f"{value} ", strong(word))


def contrast(rows: pd.DataFrame, arm: Scenario, outcome: str) -> pd.Series:
    """The contrast of one scenario in one outcome."""
    return rows[(rows["scenario"] == arm.name) & (rows["outcome"] == outcome)].iloc[0]


def findings(comparison: Comparison, rows: pd.DataFrame) -> tuple[Block, ...]:
    """The findings of a comparison: a few sentences for each scenario."""
    if rows.empty:
        return (
            Paragraph("No comparison can be made: it takes two scenarios and two seeds or more."),
        )
    blocks: list[Block] = []
    for arm in comparison.arms[1:]:
        about: Words = (strong(arm.title), ", compared with ", em(comparison.arms[0].title), ":")
        said = (*answers(comparison, rows, arm), *differing(comparison, rows, arm))
        blocks += [Paragraph(about), points(*said)]
    return tuple(blocks)


def answers(comparison: Comparison, rows: pd.DataFrame, arm: Scenario) -> list[str]:
    """Three plain sentences on a scenario: services; trust and innovation; places and harm."""
    of = {outcome: contrast(rows, arm, outcome) for outcome in (*HEADLINES, "quality_mean")}
    return [
        over_time(of["quality_mean"], of["quality"], period(comparison.months)),
        together([of["trust"], of["spread_delivered"]]),
        together([of["postcode_gap"], of["worst_place"], of["harm"]]),
    ]


def differing(comparison: Comparison, rows: pd.DataFrame, arm: Scenario) -> list[str]:
    """Trust and spread where the average over the run clearly points the other way than the end."""
    pairs = [
        (contrast(rows, arm, f"{name}_mean"), contrast(rows, arm, name))
        for name in ("trust", "spread")
    ]
    return [
        over_time(average, end, period(comparison.months))
        for average, end in pairs
        if direction(average) * direction(end) < 0
    ]


def figures(comparison: Comparison) -> tuple[Figure, ...]:
    """The figures that this comparison allows."""
    from .figures import FIGURES, drawable

    allowed = drawable(comparison)
    return tuple(
        Figure(
            name,
            caption,
            partial(FIGURES[name], comparison),
            (),
            chart_table(name, comparison),
            name in REPEATED,
            name in LONG,
        )
        for name, caption in CAPTIONS.items()
        if name in allowed
    )


def numbers(comparison: Comparison, rows: pd.DataFrame) -> tuple[Block, ...]:
    """All contrasts, a table for each scenario."""
    if rows.empty:
        return ()
    reference = comparison.arms[0].title
    blocks: list[Block] = [
        Heading("The numbers"),
        Paragraph(
            f"Means over runs; paired differences with 95% confidence intervals (Student's t over "
            f"{len(comparison.seeds)} seeds), in the outcome's own unit and as a share of its "
            "range: of the scale from 0 to 1, of all staff or citizens, or of the months run. "
            "Outcomes without an upper end are set against the reference instead. Averages are "
            "over the whole run. Many outcomes move together, so how many are better is no "
            "measure of how good a scenario is."
        ),
    ]
    for arm in comparison.arms[1:]:
        own = rows[rows["scenario"] == arm.name]
        blocks += [
            Heading(arm.title, 3),
            contrast_table(own, reference, arm.title),
            Paragraph(pairing(own)),
        ]
    return tuple(blocks)


def contrast_table(rows: pd.DataFrame, reference: str, scenario: str) -> Table:
    """One scenario's contrasts, in the order in which outcomes are declared."""
    order = sorted(
        range(len(rows)), key=lambda k: list(OUTCOMES).index(base(rows["outcome"].iloc[k]))
    )
    body = tuple(
        (
            f"{label(row['outcome'])} ({OUTCOMES[base(row['outcome'])].unit})",
            in_unit(row["reference_mean"], row["outcome"], 3),
            in_unit(row["scenario_mean"], row["outcome"], 3),
            difference_in_words(row),
            share_in_words(row),
            row["verdict"],
        )
        for row in (rows.iloc[k] for k in order)
    )
    head = (
        "outcome",
        reference,
        scenario,
        "difference (95% interval)",
        "share of range",
        "for citizens",
    )
    return Table(head, body, align="lrrrrl")


def pairing(rows: pd.DataFrame) -> str:
    """How many pairs one scenario's differences rest on, and what pairing saved: the median over
    outcomes, and the outcomes where it saved least and most.
    """
    saved = rows.dropna(subset=["saved"]).sort_values("saved", kind="stable")
    least, most = saved.iloc[0], saved.iloc[-1]
    pairs, middle = int(rows["pairs"].iloc[0]), float(saved["saved"].median())
    return (
        f"{counted(pairs, 'pair')} of runs with the same luck: pairing saved {percent(middle)} of "
        f"the variance of the differences (median over outcomes; from {percent(least['saved'])} "
        f"for {label(least['outcome']).lower()} to {percent(most['saved'])} for "
        f"{label(most['outcome']).lower()})."
    )


def never_half(comparison: Comparison) -> tuple[Words, ...]:
    """How many runs never saw half of staff on a better practice, a scenario each; nothing if all
    did.
    """
    late = (
        comparison.runs[comparison.runs["months_to_half"] > comparison.months]
        .groupby("scenario")
        .size()
    )
    count = len(comparison.seeds)
    of = [
        f"{late[arm.name]} of {counted(count, 'run')} of {arm.title}"
        for arm in comparison.arms
        if arm.name in late.index
    ]
    if not of:
        return ()
    return (
        f"Spread never reached half in {listed(of)}. 'Months to half spread' counts these as "
        f"{comparison.months + 1}, so its differences understate those in time.",
    )


def uncertain(comparison: Comparison) -> tuple[Block, ...]:
    """What is uncertain and what the numbers do not say."""
    count = len(comparison.contrasts)
    chance = (
        (
            f"Of {count} intervals, about {max(1, round(0.05 * count))} would leave out zero by "
            "chance if nothing differed: look for patterns, not for single rows.",
        )
        if count
        else ()
    )
    return (
        Heading("What is uncertain"),
        points(
            "The intervals cover chance inside the model: which needs places have, who meets whom, "
            "which ideas come up. They do not cover doubt about the model.",
            "More seeds make intervals narrower. A clear difference is not yet a large one; "
            f"'barely' marks those below {percent(BARELY)} of the outcome's range (or of the "
            "reference, where it has none).",
            (
                "Most behavioural rates are assumptions with a range (",
                code("Parameters.describe()"),
                " lists each with its source). Vary them before you rely on a conclusion.",
            ),
            *chance,
            *never_half(comparison),
        ),
        Heading("What the numbers do not say"),
        points(
            "They are no forecast. Levels are on the model's own scale; read directions, and sizes "
            "relative to each other.",
            "They compare whole packages of settings. Which part of a package does the work takes "
            "runs that change one part at a time.",
            "They say nothing on what a reform costs to bring about, nor on whether it would be "
            "carried out as assumed.",
        ),
    )
