"""Do the effects of reforms and autonomy keep their sign under other rates and rival rules?"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from experiments.study import Kept, Study
from localism_sim.analysis.robustness import RANGES, drawn, rates
from localism_sim.analysis.two_by_two import CELLS
from localism_sim.jobs.robustness import (
    RobustnessQuestion,
    by_rule,
    judged,
    points,
    rival_points,
)
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.report.contrasts import HEADLINES
from localism_sim.report.figures import robustness as figures
from localism_sim.report.markdown import inline
from localism_sim.report.robustness import (
    SHOWN,
    Tables,
    signs_that_hold,
    splits_that_turn,
    turned_by_rules,
)

DRAWS, DRAW_SEEDS, SEEDS, MONTHS = 300, 2, range(20), 120
SHARES = ("better", "worse", "positive", "agree")
SPLIT = ("rate", "limit", "below", "above", "explained", "p")
VALUES = ("reference_mean", "difference", "low", "high")


@functools.cache
def question() -> RobustnessQuestion:
    """What `experiment=robustness` asks by default."""
    cells = tuple(load_scenario(name) for name in CELLS)
    base = cells[0].parameters
    return RobustnessQuestion(cells, base, rates(), DRAWS, DRAW_SEEDS, tuple(SEEDS), MONTHS)


@functools.cache
def settings(which: str) -> pd.DataFrame:
    """The random settings within a range."""
    return drawn(question().base, question().rates, DRAWS, which)


def wide(table: pd.DataFrame, columns: Sequence[str], key: str) -> pd.DataFrame:
    """A row a setting and effect, columns `<outcome>_<column>`."""
    own = table[table["effect"].isin(SHOWN)].rename(columns={key: "setting"})
    found = own.pivot(index=["setting", "effect"], columns="outcome", values=list(columns))
    found.columns = [f"{outcome}_{column}" for column, outcome in found.columns]
    return found


def long(table: pd.DataFrame, columns: Sequence[str], key: str) -> pd.DataFrame:
    """The same back: a row a setting, effect and outcome that has them."""
    parts = [
        table[["setting", "effect"]].assign(
            outcome=outcome, **{column: table[f"{outcome}_{column}"] for column in columns}
        )
        for outcome in HEADLINES
    ]
    found = pd.concat(parts, ignore_index=True).dropna(subset=[columns[-1]])
    return found.rename(columns={"setting": key}).reset_index(drop=True)


def tables(table: pd.DataFrame) -> Tables:
    """Signs, splits and effects under every rule, from the committed table."""
    rivals = long(table, VALUES, "rule")
    clear = (rivals["low"] > 0.0) | (rivals["high"] < 0.0)
    return Tables(
        long(table, SHARES, "range"),
        long(table, SPLIT, "range"),
        rivals.assign(clear=clear),
        MONTHS,
    )


def signs(table: pd.DataFrame) -> Figure:
    """How often the sign holds when unmeasured rates are drawn at random."""
    return figures.signs(tables(table).signs)


def rivals(table: pd.DataFrame) -> Figure:
    """The effects under every rival rule."""
    return figures.rivals(tables(table).rivals)


class RobustnessStudy(Study):
    """Random rates and rival rules, all at once and one by one."""

    title = "Do the effects of reforms and autonomy keep their sign?"
    question = (
        "Most behavioural rates have not been measured. In how many settings of them do reforms "
        "and autonomy help, which rates turn the sign, and does any rival rule?"
    )
    design = (
        f"The four scenarios of the main job under {DRAWS} random settings of all behavioural "
        "rates and rival mechanisms at once, drawn from half to double their usual values and "
        f"again from their whole bounds ({DRAW_SEEDS} seeds each), and under every rival rule "
        f"({len(SEEDS)} seeds); England's 148 places, the 2010 cuts. It is "
        "`localism-sim experiment=robustness`."
    )
    reading = (
        "Better and worse: for citizens, by 1% of the outcome's range or more. What turns a sign: "
        "the best single split of the draws, where it beats the best split of shuffled signs."
    )
    takes = "three minutes on two cores"
    intervals = "values of a rate and shares of draws, or effects in the outcome's own unit"
    seeds = SEEDS
    months = MONTHS
    keys = ("setting", "effect")
    slice = (0, 1, 2, 3)
    drawings = (signs, rivals)

    def scenarios(self) -> tuple[Scenario, ...]:
        return question().scenarios

    def points(self) -> pd.DataFrame:
        asked = question()
        parts = [rival_points(asked), *(points(asked, settings(which)) for which in RANGES)]
        return pd.concat(parts, ignore_index=True)

    def seeds_at(self, number: int) -> Sequence[int]:
        rivals = len(question().rivals) * len(CELLS)
        return SEEDS if number < rivals else SEEDS[:DRAW_SEEDS]

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        asked = question()
        first = len(asked.rivals) * len(CELLS)
        under = runs[runs["point"] < first]
        present = sorted(set(under["point"] // len(CELLS)))
        rules = [list(asked.rivals)[number] for number in present]
        parts = [wide(by_rule(under, rules), VALUES, "rule")]
        for number, which in enumerate(RANGES):
            start = first + number * DRAWS * len(CELLS)
            own = runs[(runs["point"] >= start) & (runs["point"] < start + DRAWS * len(CELLS))]
            if len(own):
                own = own.assign(point=own["point"] - start)
                found = judged(own, settings(which), MONTHS, which)
                shown = (wide(t, c, "range") for t, c in zip(found, (SHARES, SPLIT)))
                parts.append(pd.concat(shown, axis=1))
        names = [f"{o}_{c}" for o in HEADLINES for c in (*VALUES, *SHARES, *SPLIT)]
        found = pd.concat(parts).reindex(columns=names)
        words = [name for name in names if name.endswith("_rate")]
        figures = found.drop(columns=words).astype(float)
        return found.assign(**{name: figures[name] for name in figures}).reset_index()

    def finding(self, table: pd.DataFrame) -> list[str]:
        found = tables(table)
        said = [
            *signs_that_hold(found.signs),
            *splits_that_turn(found.splits),
            *turned_by_rules(found),
        ]
        return [*map(inline, said), quality_line(found)]


def quality_line(found: Tables) -> str:
    """Autonomy and quality, the contrast that hangs most on rates."""
    rows = found.signs[
        (found.signs["effect"] == "autonomy") & (found.signs["outcome"] == "quality")
    ].set_index("range")
    shares = ", ".join(
        f"better in {100 * rows.loc[which, 'better']:.0f}% and worse in "
        f"{100 * rows.loc[which, 'worse']:.0f}% of draws from {title}"
        for which, title in RANGES.items()
    )
    return f"Autonomy makes the {OUTCOMES['quality'].label.lower()} {shares}."


STUDY = RobustnessStudy()
