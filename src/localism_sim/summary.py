"""What a comparison found, in plain English, for paper and for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from rich import box
from rich.table import Table

from .outcomes import OUTCOMES

if TYPE_CHECKING:
    from .experiments.compare import Comparison

HEADLINES = ("spread", "quality", "trust", "wellbeing", "postcode_gap", "worst_place", "harm", "cost_per_quality")


def label(outcome: str) -> str:
    """Plain name of an outcome or of its average."""
    base = OUTCOMES[outcome.removesuffix("_mean")]
    return f"{base.label}, average of the period" if outcome.endswith("_mean") else f"{base.label}, at the end"


def verdict(row: pd.Series) -> str:
    """'better', 'worse' or 'no clear difference', from the interval and from what is good for citizens."""
    if not row["clear"]:
        return "no clear difference"
    return "better" if row["difference"] * OUTCOMES[row["outcome"].removesuffix("_mean")].better > 0 else "worse"


def difference(row: pd.Series) -> str:
    """A difference with its 95% interval."""
    return f"{row['difference']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})"


def sentences(comparison: Comparison) -> list[str]:
    """One plain sentence for each contrast: services, innovation, trust, fairness between places."""
    found = []
    reference = comparison.arms[0].title
    for arm in comparison.arms[1:]:
        rows = comparison.contrasts[comparison.contrasts["scenario"] == arm.name].set_index("outcome", drop=False)
        parts = []
        for outcome, noun in (("quality_mean", "average quality"), ("quality", "quality at the end"), ("spread", "spread of innovation"),
                              ("trust", "trust"), ("postcode_gap", "the gap between places")):
            row = rows.loc[outcome]
            parts.append(f"{noun}: {verdict(row)}" + (f" ({row['reference_mean']:.2f} to {row['scenario_mean']:.2f})" if row["clear"] else ""))
        found.append(f"**{arm.title}**, compared with *{reference}*: {'; '.join(parts)}.")
    return found


def summarise(comparison: Comparison) -> str:
    """The summary as Markdown."""
    arms, places = comparison.arms, comparison.places
    lines = [
        f"# {arms[0].title} compared with {', '.join(arm.title.lower() for arm in arms[1:])}", "",
        "## What was asked", "",
        *[f"- **{arm.title}**: {arm.stands_for}" for arm in arms], "",
        f"Each was run {len(comparison.seeds)} times over {comparison.months} months on {places.count} places ({int(places.population.sum()):,} residents; "
        f"one simulated citizen for {places.scale:,} residents). Runs are paired: the same seed gives every scenario the same luck, so that differences "
        "are differences of policy.",
        "", "## What was found", ""]
    if comparison.contrasts.empty:
        lines += ["One run or one scenario alone allows no contrast; give two seeds or more."]
    else:
        lines += [f"- {sentence}" for sentence in sentences(comparison)]
        lines += ["", "Mean differences with 95% confidence intervals over paired runs; 'effect' is in standard deviations between runs of the reference.", ""]
        for arm in arms[1:]:
            rows = comparison.contrasts[comparison.contrasts["scenario"] == arm.name]
            lines += [f"### {arm.title} less {arms[0].title.lower()}", ""]
            lines += ["| outcome | reference | scenario | difference (95% interval) | effect | for citizens |", "|---|---|---|---|---|---|"]
            lines += [table_row(row) for _, row in rows.iterrows()]
            lines += ["", f"Pairing saved {100 * rows['saved'].median():.0f}% of the variance (median over outcomes).", ""]
    lines += [
        "## How sure is this", "",
        "The intervals cover chance in the model: which landscapes of need, which encounters, which ideas. They do not cover doubt about the model itself. "
        "Most behavioural rates are assumptions with a range (`Parameters.describe()` lists each with its source); check a conclusion over these ranges "
        "before you use it. Levels are on the model's own scale of 0 to 1 and are not forecasts; read directions and sizes relative to each other.", "",
        "## How to repeat it", "",
        "`config.yaml` in this folder holds every parameter, seed and version; the same configuration gives the same numbers to the last digit.", ""]
    return "\n".join(lines)


def table_row(row: pd.Series) -> str:
    """One contrast as a row of a Markdown table."""
    unit = OUTCOMES[row["outcome"].removesuffix("_mean")].unit
    return (f"| {label(row['outcome'])} ({unit}) | {row['reference_mean']:.3f} | {row['scenario_mean']:.3f} | {difference(row)} | {row['effect']:+.2f} "
            f"| {verdict(row)} |")


def essentials(comparison: Comparison) -> Table:
    """The few numbers for the terminal: mean of each scenario, and the difference from the reference where it is clear."""
    table = Table(title="At the end: mean ± half the 90% range over runs. Against the first column: ^ better, v worse, = no clear difference",
                  title_justify="left", title_style="", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Outcome", no_wrap=True)
    for arm in comparison.arms:
        table.add_column(arm.title, justify="right", max_width=17)
    for outcome in ("quality_mean", *HEADLINES):
        cells = []
        for arm in comparison.arms:
            values = comparison.runs.loc[comparison.runs["scenario"] == arm.name, outcome]
            text = f"{values.mean():.2f} ±{(values.quantile(0.95) - values.quantile(0.05)) / 2:.2f}"
            row = comparison.contrasts[(comparison.contrasts["scenario"] == arm.name) & (comparison.contrasts["outcome"] == outcome)] \
                if len(comparison.contrasts) else comparison.contrasts
            if len(row):
                text += {"better": " ^", "worse": " v", "no clear difference": " ="}[verdict(row.iloc[0])]
            elif len(comparison.contrasts):
                text += "  "
            cells.append(text)
        base = outcome.removesuffix("_mean")
        table.add_row(OUTCOMES[base].label + (", average" if base != outcome else ""), *cells)
    return table
