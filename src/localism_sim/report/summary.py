"""What a comparison found, in plain English, for paper and for the terminal.

Nothing is called better or worse unless its 95% interval over paired seeds leaves out zero;
otherwise the text says "no clear difference".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from rich import box
from rich.markup import escape
from rich.table import Table

from ..model.outcomes import OUTCOMES
from ..model.parameters import FIELDS
from ..model.scenario import FOR_THIS_RUN

if TYPE_CHECKING:
    from ..analysis.comparison import Comparison
    from ..model.scenario import Scenario

UNCLEAR = "no clear difference"
HEADLINES = (
    "quality",
    "quality_mean",
    "spread",
    "spread_mean",
    "trust",
    "trust_mean",
    "wellbeing",
    "postcode_gap",
    "worst_place",
    "harm",
    "cost_per_quality",
)
"""What the terminal shows; averages beside ends, as the two can point different ways."""
BARELY = 0.01
"""A clear difference below this, on a scale of 0 to 1 (for other units: this share of the
reference), is called barely better or worse.
"""
OVER_THE_RUN = {"harm": ", since the start", "months_to_half": ""}
"""Outcomes that are not about the last month, and what they are about instead."""
SENTENCES = {
    "quality": (
        "services are {barely}better",
        "services are {barely}worse",
        "the quality of services",
    ),
    "spread": (
        "innovation spreads {barely}further",
        "innovation spreads {barely}less far",
        "the spread of innovation",
    ),
    "trust": ("trust is {barely}higher", "trust is {barely}lower", "trust"),
    "wellbeing": ("well-being is {barely}higher", "well-being is {barely}lower", "well-being"),
    "postcode_gap": (
        "the gap between places is {barely}narrower",
        "the gap between places is {barely}wider",
        "the gap between places",
    ),
    "worst_place": (
        "the worst-served tenth of places is {barely}better off",
        "the worst-served tenth of places is {barely}worse off",
        "the worst-served tenth of places",
    ),
    "harm": (
        "citizens spend fewer months under a practice worse than the old one",
        "citizens spend more months under a practice worse than the old one",
        "the months spent under a practice worse than the old one",
    ),
}
"""How to say that an outcome is better, that it is worse, and what it is called."""


def base(outcome: str) -> str:
    """The outcome of which this is the average, or itself."""
    return outcome.removesuffix("_mean")


def label(outcome: str) -> str:
    """Plain name of an outcome or of its average, with the time it is about."""
    when = (
        "average"
        if outcome != base(outcome)
        else OVER_THE_RUN.get(outcome, ", at the end").lstrip(", ")
    )
    return ", ".join(part for part in (OUTCOMES[base(outcome)].label, when) if part)


def verdict(row: pd.Series) -> str:
    """'better', 'worse' (for citizens) or 'no clear difference'; 'barely' where the difference is
    clear but very small.
    """
    if not row["clear"]:
        return UNCLEAR
    return barely(row) + (
        "better" if row["difference"] * OUTCOMES[base(row["outcome"])].better > 0 else "worse"
    )


def direction(row: pd.Series) -> float:
    """+1 or -1 for a clear difference, 0 for none."""
    return float(np.sign(row["difference"])) if row["clear"] else 0.0


def barely(row: pd.Series) -> str:
    """'barely ' for a difference too small to matter, else nothing."""
    scale = (
        1.0
        if OUTCOMES[base(row["outcome"])].unit in ("0-1", "share of staff", "share of citizens")
        else abs(row["reference_mean"])
    )
    return "barely " if abs(row["difference"]) < BARELY * scale else ""


def number(value: float, outcome: str, digits: int = 3) -> str:
    """A value as written in tables: months with one decimal, all else with `digits`."""
    return f"{value:.{1 if OUTCOMES[outcome].unit.startswith('months') else digits}f}"


def means(row: pd.Series) -> str:
    """'0.75 against 0.55': this scenario's mean and the reference's, with as many decimals as tell
    them apart.
    """
    pair = row["scenario_mean"], row["reference_mean"]
    digits = next((d for d in (2, 3, 4) if round(pair[0], d) != round(pair[1], d)), 4)
    return (
        f"{number(pair[0], base(row['outcome']), digits)} against "
        f"{number(pair[1], base(row['outcome']), digits)}"
    )


def claim(row: pd.Series) -> str:
    """'trust is higher (0.72 against 0.58)'; only for a clear difference."""
    better, worse, _ = SENTENCES[base(row["outcome"])]
    return (
        f"{(worse if verdict(row).endswith('worse') else better).format(barely=barely(row))} "
        f"({means(row)})"
    )


def over_time(average: pd.Series, end: pd.Series, period: str) -> str:
    """One sentence on an outcome's average over the run and its value at the end, which may point
    different ways.
    """
    noun = SENTENCES[base(end["outcome"])][2]
    if not average["clear"] and not end["clear"]:
        return sentence(
            f"{noun} shows {UNCLEAR}, neither on average over the {period} nor at the end"
        )
    if not average["clear"] or not end["clear"]:
        known, other = (
            (end, f"on average over the {period}") if end["clear"] else (average, "at the end")
        )
        when = "at the end" if end["clear"] else f"on average over the {period}"
        return sentence(f"{when} {claim(known)}; {other} there is {UNCLEAR}")
    both = f"on average over the {period} {claim(average)}"
    if direction(average) == direction(end):
        return sentence(f"{both}, and at the end as well ({means(end)})")
    return sentence(
        f"{both}, but at the end {claim(end)}: the two point different ways, so the answer depends "
        f"on how long one waits"
    )


def listed(rows: list[pd.Series]) -> str:
    """One sentence on several outcomes at the end: clear ones claimed, the rest named as
    not clear.
    """
    clear = [claim(row) for row in rows if row["clear"]]
    rest = [SENTENCES[row["outcome"]][2] for row in rows if not row["clear"]]
    parts = ["; ".join(clear)] if clear else []
    if rest:
        parts.append(f"{UNCLEAR} in {' or '.join(rest)}")
    return sentence("; ".join(parts))


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return text[0].upper() + text[1:] + "."


def period(months: int) -> str:
    """'ten years', '5 years' or '18 months'."""
    return (
        f"{months} months"
        if months % 12
        else "ten years"
        if months == 120
        else f"{months // 12} years"
    )


def answers(comparison: Comparison, arm: Scenario) -> list[str]:
    """Three plain sentences on one scenario: services; innovation and trust; places and harm."""
    table = comparison.contrasts
    rows = {row["outcome"]: row for _, row in table[table["scenario"] == arm.name].iterrows()}
    return [
        over_time(rows["quality_mean"], rows["quality"], period(comparison.months)),
        listed([rows["spread"], rows["trust"]]),
        listed([rows["postcode_gap"], rows["worst_place"], rows["harm"]]),
    ]


def differing(comparison: Comparison, arm: Scenario) -> list[str]:
    """Outcomes other than quality whose average and end give different answers, each in a
    sentence.
    """
    table = comparison.contrasts
    rows = {row["outcome"]: row for _, row in table[table["scenario"] == arm.name].iterrows()}
    pairs = [(rows[f"{name}_mean"], rows[name]) for name in ("spread", "trust", "wellbeing")]
    return [
        over_time(average, end, period(comparison.months))
        for average, end in pairs
        if direction(average) != direction(end)
    ]


def summarise(comparison: Comparison, command: str | None = None) -> str:
    """The summary as Markdown.

    `command` is the line that repeats it; without one, the text points to config.yaml.
    """
    parts = [heading(comparison), *asked(comparison), *found(comparison), *settings(comparison)]
    if not comparison.contrasts.empty:
        parts += tables(comparison)
    parts += [*uncertain(comparison), *repeat(command)]
    return "\n".join(parts)


def heading(comparison: Comparison) -> str:
    """What is compared with what."""
    first, *others = (arm.title for arm in comparison.arms)
    if len(others) < 2:
        return f"# {others[0]}, compared with {first}" if others else f"# {first}"
    return f"# {len(others)} scenarios, compared with {first}"


def asked(comparison: Comparison) -> list[str]:
    """The question and what was run."""
    places, count = comparison.places, len(comparison.seeds)
    scale = (
        "every resident simulated"
        if places.scale == 1
        else f"one simulated citizen for {places.scale:,} residents"
    )
    times = f"{count} times" if count > 1 else "once"
    return [
        "",
        "## The question",
        "",
        "Under which way of running public services does innovation spread, and which serves "
        "citizens better?",
        "",
        *[f"- **{arm.title}**: {arm.stands_for}" for arm in comparison.arms],
        "",
        "## What was run",
        "",
        f"Each was run {times} over {period(comparison.months)} from May 2010 on {places.count} "
        f"place{'s' if places.count > 1 else ''} "
        f"({int(places.population.sum()):,} residents, {scale}). The same seed gives every "
        f"scenario the same luck, so differences within a "
        "seed are differences of policy.",
        "",
        "## The answer",
        "",
    ]


def settings(comparison: Comparison) -> list[str]:
    """In which settings the scenarios differ, and where each comes from; nothing if they
    are alike.
    """
    arms = comparison.arms
    values = [arm.parameters.as_dict() for arm in arms]
    differ = [name for name in FIELDS if len({each[name] for each in values}) > 1]
    changes = [
        f"- From month {month + 1} on, *{arm.title}* sets "
        + ", ".join(f"`{name}` to {value:g}" for name, value in levers)
        + "."
        for arm in arms
        for month, levers in arm.timeline
    ]
    everywhere = {
        name: values[0][name]
        for name in FIELDS
        if name not in differ and any(dict(arm.sources).get(name) == FOR_THIS_RUN for arm in arms)
    }
    if not differ and not changes and not everywhere:
        return []
    lines = ["## How the scenarios differ", ""]
    if differ:
        rows = [
            [
                f"{FIELDS[name].metadata['meaning']} (`{name}`)",
                *(f"{each[name]:g}" for each in values),
            ]
            for name in differ
        ]
        lines += [
            "| setting | " + " | ".join(cell(arm.title) for arm in arms) + " |",
            "|---|" + "---:|" * len(arms),
            *["| " + " | ".join(map(cell, row)) + " |" for row in rows],
            "",
        ]
    sources = [
        f"- `{name}` {each[name]:g} in *{arm.title}*: {dict(arm.sources)[name]}."
        for arm, each in zip(arms, values)
        for name in differ
        if name in dict(arm.sources) and not told_before(arms, arm, name)
    ]
    changes += [
        f"- Set for this run, alike in every scenario: `{name}` = {value:g}."
        for name, value in everywhere.items()
    ]
    return [
        *lines,
        *changes,
        *([""] if changes else []),
        "All other settings are the same in every scenario (`config.yaml` lists them). Where these "
        "come from:",
        "",
        *sources,
        "",
    ]


def told_before(arms: tuple[Scenario, ...], arm: Scenario, name: str) -> bool:
    """Whether an earlier scenario has the same source for the same setting."""
    earlier = arms[: arms.index(arm)]
    return any(dict(other.sources).get(name) == dict(arm.sources)[name] for other in earlier)


def found(comparison: Comparison) -> list[str]:
    """Three sentences a scenario, and how many outcomes point which way."""
    if comparison.contrasts.empty:
        return ["No comparison can be made: it takes two scenarios and two seeds or more."]
    lines = []
    for arm in comparison.arms[1:]:
        rows = comparison.contrasts[comparison.contrasts["scenario"] == arm.name]
        at_end = rows[~rows["outcome"].str.endswith("_mean")]
        words = at_end.apply(verdict, axis=1)
        better, worse = words.str.endswith("better").sum(), words.str.endswith("worse").sum()
        lines += [
            f"**{arm.title}**, compared with *{comparison.arms[0].title}*:",
            "",
            *[f"- {text}" for text in (*answers(comparison, arm), *differing(comparison, arm))],
            f"- Of {len(words)} outcomes at the end, {better} are better for citizens, {worse} "
            f"worse, "
            f"{len(words) - better - worse} without a clear difference.",
            "",
        ]
    return lines


def tables(comparison: Comparison) -> list[str]:
    """Every contrast, a table a scenario."""
    reference = comparison.arms[0].title
    lines = [
        "## The numbers",
        "",
        f"Means over runs; paired differences with 95% confidence intervals (Student's t over "
        f"{len(comparison.seeds)} seeds). Effect: "
        f"difference in standard deviations between runs of *{reference}*, which is how far chance "
        f"alone moves an outcome; averages over "
        "many staff hardly move by chance, so their effects look huge. Averages are over the whole "
        "run.",
        "",
    ]
    for arm in comparison.arms[1:]:
        rows = comparison.contrasts[comparison.contrasts["scenario"] == arm.name]
        order = sorted(
            range(len(rows)), key=lambda k: list(OUTCOMES).index(base(rows["outcome"].iloc[k]))
        )
        lines += [
            f"### {arm.title}",
            "",
            f"| outcome | {cell(reference)} | {cell(arm.title)} | difference (95% interval) | "
            f"effect | for citizens |",
            "|---|---:|---:|---:|---:|---|",
            *[table_row(rows.iloc[k]) for k in order],
            "",
        ]
        lines += [pairing(rows), ""]
    return lines


def pairing(rows: pd.DataFrame) -> str:
    """How many pairs one scenario's differences rest on, and what pairing saved: the median over
    outcomes, and the outcomes where it saved least and most.
    """
    saved = rows.dropna(subset=["saved"]).sort_values("saved", kind="stable")
    least, most = saved.iloc[0], saved.iloc[-1]
    pairs, middle = int(rows["pairs"].iloc[0]), saved["saved"].median()
    return (
        f"{pairs} pairs of runs with the same luck: pairing saved {middle:.0%} of the variance of "
        f"the differences (median over outcomes;"
        f" from {least['saved']:.0%} for {label(least['outcome']).lower()} to {most['saved']:.0%} "
        f"for {label(most['outcome']).lower()})."
    )


def pairing_of(comparison: Comparison) -> list[str]:
    """What pairing saved for each contrast, for the terminal; nothing if nothing is compared."""
    rows = comparison.contrasts
    return (
        [
            f"{arm.title}: {pairing(rows[rows['scenario'] == arm.name])}"
            for arm in comparison.arms[1:]
        ]
        if not rows.empty
        else []
    )


def cell(text: str) -> str:
    """Text that cannot break a Markdown table."""
    return text.replace("|", "/")


def table_row(row: pd.Series) -> str:
    """One contrast as a row of a Markdown table."""
    name = base(row["outcome"])
    low, middle, high = (
        ("+" if row[key] > 0 else "") + number(row[key], name)
        for key in ("low", "difference", "high")
    )
    effect = f"{row['effect']:+.2f}" if row["effect"] or not row["difference"] else "no scale"
    before, after = number(row["reference_mean"], name), number(row["scenario_mean"], name)
    return (
        f"| {label(row['outcome'])} ({OUTCOMES[name].unit}) | {before} | {after} | {middle} ({low} "
        f"to {high}) | {effect} "
        f"| {verdict(row)} |"
    )


def never_half(comparison: Comparison) -> str:
    """How many runs never saw half of staff on a better practice, a scenario each; nothing if all
    did.
    """
    late = (
        comparison.runs[comparison.runs["months_to_half"] > comparison.months]
        .groupby("scenario")
        .size()
    )
    counts = [
        f"{late[arm.name]} of {len(comparison.seeds)} runs of *{arm.title}*"
        for arm in comparison.arms
        if arm.name in late.index
    ]
    if not counts:
        return ""
    return (
        f"- Spread never reached half in {', '.join(counts)}. *Months to half spread* counts these "
        f"as {comparison.months + 1}, so its "
        "differences understate those in time."
    )


def uncertain(comparison: Comparison) -> list[str]:
    """What is uncertain and what the numbers do not say."""
    count = len(comparison.contrasts)
    lines = [
        "## What is uncertain",
        "",
        "- The intervals cover chance inside the model: which needs places have, who meets whom, "
        "which ideas come up. They do not "
        "cover doubt about the model.",
        "- More seeds make intervals narrower. A clear difference is not yet a large one; 'barely' "
        "marks those below "
        f"{BARELY} on a scale of 0 to 1 (or 1% of the reference).",
        "- Most behavioural rates are assumptions with a range (`Parameters.describe()` lists each "
        "with its source). Vary them before "
        "you rely on a conclusion.",
    ]
    if count:
        lines.append(
            f"- Of {count} intervals, about {max(1, round(0.05 * count))} would leave out zero by "
            f"chance if nothing "
            "differed: look for patterns, not for single rows."
        )
    late = never_half(comparison)
    return (
        lines
        + ([late] if late else [])
        + [
            "",
            "## What the numbers do not say",
            "",
            "- They are no forecast. Levels are on the model's own scale; read directions, and "
            "sizes relative to each other.",
            "- They compare whole packages of settings. Which part of a package does the work "
            "takes runs that change one part at a time.",
            "- They say nothing on what a reform costs to bring about, nor on whether it would be "
            "carried out as assumed.",
            "",
        ]
    )


def repeat(command: str | None) -> list[str]:
    """How to get the same numbers again."""
    lines = ["## How to repeat it", ""]
    if command:
        lines += ["```bash", command, "```", ""]
    return [
        *lines,
        "`config.yaml` in this folder holds the command, every parameter, seed and version; the "
        "same configuration gives the "
        "same numbers to the last digit.",
        "",
    ]


def essentials(comparison: Comparison) -> Table:
    """The few numbers for the terminal, within 100 columns: each scenario's mean, and whether it
    serves citizens better than the first.
    """
    compared = not comparison.contrasts.empty
    count = len(comparison.seeds)
    title = f"Means over {count} run{'s' if count > 1 else ''}, at the end unless 'on average'"
    if compared:
        title += (
            f". Better, worse: for citizens, than {comparison.arms[0].title}; ~ {UNCLEAR} "
            "(the 95% interval includes zero)"
        )
    table = Table(
        title=escape(title),
        title_justify="left",
        title_style="",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("Outcome", no_wrap=True)
    for arm in comparison.arms:
        table.add_column(escape(arm.title), max_width=18)
    for outcome in HEADLINES:
        name = OUTCOMES[outcome].label if outcome == base(outcome) else "  on average"
        name += f" ({OUTCOMES[outcome].unit})" if outcome == "harm" else ""
        table.add_row(name, *[shown(comparison, arm, outcome) for arm in comparison.arms])
    return table


def shown(comparison: Comparison, arm: Scenario, outcome: str) -> str:
    """One cell: the mean and, against the first scenario, a word."""
    value = number(
        comparison.runs.loc[comparison.runs["scenario"] == arm.name, outcome].mean(),
        base(outcome),
        2,
    )
    rows = comparison.contrasts
    if rows.empty or arm.name == comparison.arms[0].name:
        return value
    word = verdict(rows[(rows["scenario"] == arm.name) & (rows["outcome"] == outcome)].iloc[0])
    return f"{value} [dim]~[/]" if word == UNCLEAR else f"{value} [bold]{word}[/]"
