"""The eleven recommendations, one by one, all but one, and in pairs."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.drawing import DIFFERENCES, UNCLEAR, around_zero, ink_on
from experiments.study import Kept, Study
from experiments.tables import at, clear, contrast_columns, signed
from localism_sim.model.parameters import FIELDS, Parameters
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.report.figures.style import COLOURS, FAINT, INK, headline, in_house_style, sheet

ALL = load_scenario("localist_with_capability").parameters
LEVERS = {
    name: (name, *(["chain_length"] if name == "reporting_burden" else []))
    for name in Parameters.names("recommendation")
}
"""What each recommendation moves: one lever, and for the fourth the length of the chain as well."""
LABELS = {
    name: FIELDS[name].metadata["meaning"].removeprefix("recommendation ").split(":")[0]
    for name in LEVERS
}
SHORT = {
    name: f"R{LABELS[name]} "
    f"{'short chain, less reporting' if name == 'reporting_burden' else name.replace('_', ' ')}"
    for name in LEVERS
}
Case = tuple[str, str, str]
"""Kind, first and second recommendation ("-" for none)."""
NOTHING, CENTRE_NOTHING, ALL_ELEVEN = (
    ("none", "-", "-"),
    ("centre_none", "-", "-"),
    ("all", "-", "-"),
)
OUTCOMES = {
    "spread": "Spread after ten years",
    "quality_mean": "Quality, ten-year average",
    "trust": "Trust after ten years",
    "postcode_gap": "Postcode gap after ten years",
}


def level(names: tuple[str, ...]) -> dict[str, Any]:
    """Settings of the levers with these recommendations carried out as in 'Localist with
    capability'; the rest stays as the scenario has it.
    """
    return {lever: getattr(ALL, lever) for name in names for lever in LEVERS[name]}


def compared(case: Case) -> tuple[list[Case], list[Case]]:
    """Cases whose sum less the sum of others is what a case adds; for a pair, beyond what each of
    the two adds alone.
    """
    kind, first, second = case
    if kind == "pair":
        return [case, NOTHING], [("one", first, "-"), ("one", second, "-")]
    if kind == "all_but_one":
        return [ALL_ELEVEN], [case]
    grounds = {
        "one": [NOTHING],
        "all": [NOTHING],
        "centre": [CENTRE_NOTHING],
        "centre_all": [CENTRE_NOTHING],
    }
    return [case], grounds.get(kind, [])


@in_house_style
def one_by_one(table: pd.DataFrame) -> Figure:
    """What each recommendation adds by itself, under the centre and under autonomy, and what is
    lost when it alone is left out.
    """
    kinds = {
        "centre": "alone, centralised delivery",
        "one": "alone, with autonomy",
        "all_but_one": "last of the eleven, with autonomy",
    }
    order = table[table["kind"] == "one"].sort_values("spread", ascending=False)["first"].tolist()
    figure = sheet(12.6, 5.6)
    panels = figure.subplots(1, len(OUTCOMES), sharey=True)
    for axes, (outcome, title) in zip(panels, OUTCOMES.items()):
        for (kind, label), colour, offset in zip(kinds.items(), COLOURS, (-0.24, 0.0, 0.24)):
            for y, name in enumerate(order):
                row = at(table, kind=kind, first=name)
                sure = clear(row, outcome)
                axes.hlines(
                    y + offset,
                    row[f"{outcome}_low"],
                    row[f"{outcome}_high"],
                    color=colour,
                    linewidth=1.8,
                )
                axes.plot(
                    [row[outcome]],
                    [y + offset],
                    "o",
                    color=colour if sure else "white",
                    markeredgecolor=colour,
                    markersize=4.5,
                    label=label if y == 0 else None,
                )
        axes.axvline(0, color=INK, linewidth=0.9)
        axes.set_title(title)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("change (0-1 scale)", color=FAINT, fontsize=8.5)
    panels[0].set_yticks(range(len(order)), [SHORT[name] for name in order])
    panels[0].set_ylim(len(order) - 0.4, -0.6)
    handles, labels = panels[0].get_legend_handles_labels()
    for handle in handles:
        handle.set_markerfacecolor(handle.get_markeredgecolor())
    figure.legend(handles, labels, loc="outside upper right", ncols=3)
    headline(
        figure,
        "What each recommendation changes",
        "Bars: interval over paired seeds, widened for eleven comparisons; hollow: no clear "
        "difference. For the postcode gap, left is better.",
    )
    return figure


@in_house_style
def pairs(table: pd.DataFrame) -> Figure:
    """What two recommendations do together beyond the sum of what each does alone."""
    rows = table[table["kind"] == "pair"]
    names = list(LEVERS)
    figure = sheet(13.4, 7.2)
    panels = figure.subplots(1, 2, sharey=True)
    for axes, outcome in zip(panels, ("spread", "quality_mean")):
        norm = around_zero(rows.loc[[clear(row, outcome) for _, row in rows.iterrows()], outcome])
        grid = np.full((len(names), len(names)), np.nan)
        for _, row in rows.iterrows():
            y, x = sorted((names.index(row["first"]), names.index(row["second"])), reverse=True)
            sure = clear(row, outcome)
            grid[y, x] = row[outcome] if sure else np.nan
            text = f"{100 * row[outcome]:+.1f}".replace("-", "−") if sure else "·"
            axes.text(
                x,
                y,
                text,
                ha="center",
                va="center",
                fontsize=8,
                color=ink_on(colormaps[DIFFERENCES](norm(row[outcome]))) if sure else INK,
            )
            axes.add_patch(
                Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=UNCLEAR, edgecolor="white", zorder=0)
            )
        axes.imshow(grid, cmap=DIFFERENCES, norm=norm)
        axes.set_xticks(range(len(names) - 1), [f"R{LABELS[name]}" for name in names[:-1]])
        axes.set_yticks(range(1, len(names)), [SHORT[name] for name in names[1:]])
        axes.set_ylim(len(names) - 0.5, 0.5)
        axes.set_xlim(-0.5, len(names) - 1.5)
        axes.grid(visible=False)
        axes.tick_params(length=0)
        axes.set_title(OUTCOMES[outcome])
    headline(
        figure,
        "Pairs of recommendations: more (purple) or less (orange) than the sum of the two",
        "Numbers: hundredths of the 0-1 scale, with autonomy, paired seeds; a dot where the "
        "interval, widened for 55 pairs, includes zero.",
    )
    return figure


class ElevenRecommendations(Study):
    """Essay R1-R11, each alone, each left out, and each with each."""

    title = "The eleven recommendations"
    question = (
        "Which of the essay's eleven recommendations matter by themselves, which are missed "
        "when left out, and which need each other?"
    )
    design = (
        "Each recommendation carried out as far as the scenario 'Localist with capability' does "
        "(0.8 of what is possible; for the fourth, reporting 0.3 "
        "of 2010 and two desks instead of five): alone under centralised delivery; and with "
        "autonomy alone, all but one, and in all 55 pairs; England's "
        "148 places under the 2010 cuts."
    )
    reading = (
        "A recommendation that matters alone but not as the last of eleven can be replaced "
        "by others; one that matters only as the last needs them."
    )
    takes = "about a minute on two cores"
    intervals = (
        "the interval over paired seeds, widened for the number of comparisons of its kind (11 or "
        "55; Bonferroni) so that all together hold at 95%, "
        "and the effect in standard deviations between runs (Glass's delta)"
    )
    seeds = range(24)
    keys = ("kind", "first", "second")
    drawings = (one_by_one, pairs)

    def scenarios(self) -> tuple[Scenario, ...]:
        return load_scenario("localist"), load_scenario("centralist")

    def cases(self) -> dict[Case, tuple[str, tuple[str, ...]]]:
        """Each case's scenario, and what is carried out in it."""
        names = tuple(LEVERS)
        return {
            NOTHING: ("localist", ()),
            CENTRE_NOTHING: ("centralist", ()),
            ALL_ELEVEN: ("localist", names),
            ("centre_all", "-", "-"): ("centralist", names),
            **{("one", name, "-"): ("localist", (name,)) for name in names},
            **{("centre", name, "-"): ("centralist", (name,)) for name in names},
            **{
                ("all_but_one", name, "-"): (
                    "localist",
                    tuple(other for other in names if other != name),
                )
                for name in names
            },
            **{("pair", a, b): ("localist", (a, b)) for a, b in itertools.combinations(names, 2)},
        }

    @property
    def slice(self) -> list[int]:  # type: ignore[override]
        """Nothing, the first two recommendations, and the two together."""
        first, second = list(LEVERS)[:2]
        wanted = (NOTHING, ("one", first, "-"), ("one", second, "-"), ("pair", first, second))
        return [number for number, case in enumerate(self.cases()) if case in wanted]

    def points(self) -> pd.DataFrame:
        grounds = {scenario.name: scenario.parameters for scenario in self.scenarios()}
        levers = [lever for name in LEVERS for lever in LEVERS[name]]
        return pd.DataFrame(
            [
                {
                    "scenario": ground,
                    **{lever: getattr(grounds[ground], lever) for lever in levers},
                    **level(done),
                }
                for ground, done in self.cases().values()
            ]
        )

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        number = {case: at for at, case in enumerate(self.cases())}
        wide = {
            outcome: runs.pivot(index="point", columns="seed", values=outcome)
            for outcome in OUTCOMES
        }
        there = [case for case, at in number.items() if at in wide["spread"].index]
        rows = []
        for case in there:
            plus, minus = compared(case)
            if not minus or not {*plus, *minus} <= {*there}:
                continue
            row: dict[str, Any] = dict(zip(self.keys, case))
            for outcome, values in wide.items():
                more, less = (
                    sum(values.loc[number[one]].to_numpy() for one in side)
                    for side in (plus, minus)
                )
                row |= contrast_columns(
                    more, less, outcome, 1.0 - 0.05 / (55 if case[0] == "pair" else len(LEVERS))
                )
            rows.append(row)
        return pd.DataFrame(rows)

    def finding(self, table: pd.DataFrame) -> list[str]:
        found = [
            f"All eleven together with autonomy: spread {signed(at(table, kind='all'), 'spread')}, "
            f"average quality "
            f"{signed(at(table, kind='all'), 'quality_mean')}, trust "
            f"{signed(at(table, kind='all'), 'trust')}; under centralised delivery: spread "
            f"{signed(at(table, kind='centre_all'), 'spread')}, average quality "
            f"{signed(at(table, kind='centre_all'), 'quality_mean')}."
        ]
        for kind, when in (
            ("one", "Alone with autonomy"),
            ("centre", "Alone under centralised delivery"),
            ("all_but_one", "As the last of the eleven"),
        ):
            for outcome, label in (("spread", "spread"), ("quality_mean", "average quality")):
                rows = table[table["kind"] == kind].sort_values(outcome, ascending=False)
                up = [
                    f"{SHORT[row['first']]} {row[outcome]:+.3f}"
                    for _, row in rows.iterrows()
                    if clear(row, outcome) and row[outcome] > 0
                ]
                down = [
                    f"{SHORT[row['first']]} {row[outcome]:+.3f}"
                    for _, row in rows.iloc[::-1].iterrows()
                    if clear(row, outcome) and row[outcome] < 0
                ]
                rest = len(LEVERS) - len(up) - len(down)
                found.append(
                    (
                        f"{when}, {label}: clearly more from {', '.join(up) or 'none'}; clearly "
                        f"less from {', '.join(down) or 'none'}; no clear "
                        f"difference from the other {rest}."
                    ).replace(" -0", " −0")
                )
        for outcome, label in (("spread", "spread"), ("quality_mean", "average quality")):
            rows = table[table["kind"] == "pair"].sort_values(outcome)
            sure = [row for _, row in rows.iterrows() if clear(row, outcome)]
            extremes = [row for row in sure[-1:] if row[outcome] > 0] + [
                row for row in sure[:1] if row[outcome] < 0
            ]
            ends = "; ".join(
                f"{SHORT[row['first']]} with {SHORT[row['second']]} {signed(row, outcome)}"
                for row in extremes
            )
            found.append(
                f"Pairs, {label}: of 55, {sum(row[outcome] > 0 for row in sure)} do clearly more "
                f"than the sum of the two, "
                f"{sum(row[outcome] < 0 for row in sure)} clearly less. Ends: "
                f"{ends or 'none is clear'}."
            )
        return found


STUDY = ElevenRecommendations()
