"""What do luck, and rates that are known only from patterns, leave open of the main effects?"""

from __future__ import annotations

import functools

import pandas as pd
from matplotlib.figure import Figure

from experiments.study import Kept, Study
from localism_sim.analysis.comparison import JUDGED, doubt_about
from localism_sim.analysis.two_by_two import CELLS
from localism_sim.evidence.posterior import Rates, posterior_draws
from localism_sim.jobs.drawn import doubled
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.report.contrasts import HEADLINES, difference_in_words, label
from localism_sim.report.doubt import crosses, rates_in_words
from localism_sim.report.figures.style import INK, headline, in_house_style, sheet
from localism_sim.report.two_by_two import NAMES
from localism_sim.report.words import listed
from localism_sim.sweeps.question import BEHAVIOUR, CENTRE, Simulation

EFFECTS = (
    "reforms",
    "autonomy",
    "interaction",
    "autonomy_alone",
    "autonomy_given_the_reforms",
    "both",
)
LUCK, RATES = "#0072B2", "#D55E00"


@functools.cache
def rates() -> Rates:
    """The shipped draws."""
    return Rates.of(posterior_draws())


@in_house_style
def both(table: pd.DataFrame) -> Figure:
    """Each effect with both intervals: luck alone, and doubt about rates."""
    figure = sheet(13.0, 6.4)
    panels = figure.subplots(2, 3).ravel()
    for axes, outcome in zip(panels, HEADLINES):
        own = table[table["outcome"] == outcome].set_index("effect")
        for y, effect in enumerate(EFFECTS):
            row = own.loc[effect]
            axes.hlines(y + 0.16, row["rates_low"], row["rates_high"], color=RATES, linewidth=2)
            axes.plot([row["drawn"]], [y + 0.16], "o", color=RATES, ms=4)
            axes.hlines(y - 0.16, row["low"], row["high"], color=LUCK, linewidth=2)
            axes.plot([row["difference"]], [y - 0.16], "o", color=LUCK, ms=4)
        axes.axvline(0.0, color=INK, linewidth=0.8)
        axes.set_yticks(range(len(EFFECTS)), [NAMES[effect] for effect in EFFECTS], fontsize=8)
        axes.invert_yaxis()
        axes.set_title(label(outcome), fontsize=9.5)
        axes.grid(visible=False)
    headline(
        figure,
        "Effects of reforms and autonomy under two kinds of doubt",
        "Blue: luck alone, with the rates as they are set (95% interval of the mean). Orange: "
        "doubt about rates, between which values the effect lies at 95 of 100 draws that measured "
        "patterns allow, luck taken out. Differences in the outcome's own unit.",
    )
    return figure


def name(outcome: str) -> str:
    """An outcome as a sentence has it."""
    return OUTCOMES[outcome].label.lower()


class DoubtStudy(Study):
    """The two by two with the rates as set, and with a draw for each seed."""

    title = "Luck, and doubt about rates"
    question = (
        "The rates of the model are known only from patterns that some of them bring about. What "
        "do the draws that those patterns allow leave of the effects of reforms and autonomy?"
    )
    design = (
        "The four scenarios of the main job on paired seeds, with the rates as they are set and "
        "once more with a draw for each seed from the shipped posterior. It is "
        "`localism-sim behaviour=posterior`."
    )
    reading = (
        "Luck narrows with more seeds. Doubt about rates does not: only better evidence narrows "
        "it. Neither covers doubt about the rules, for which see the rival theories."
    )
    takes = "one to three minutes on two cores"
    intervals = "between which values the effect lies at 95 of 100 draws, or the 95% interval"
    seeds = range(50)
    keys = ("effect", "outcome")
    slice = tuple(range(2 * len(CELLS)))
    drawings = (both,)
    dear = True

    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(load_scenario(name) for name in CELLS)

    def ask(self) -> Simulation:
        return Simulation(self.scenarios(), self.places(), self.months, rates=rates())

    def points(self) -> pd.DataFrame:
        return doubled(pd.DataFrame({"scenario": CELLS}), range(len(CELLS)))

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        centre = runs[BEHAVIOUR] == CENTRE
        found = doubt_about(runs[centre], runs[~centre], self.scenarios())
        wanted = found["effect"].isin(EFFECTS) & found["outcome"].isin(HEADLINES)
        assert set(HEADLINES) <= set(JUDGED)
        return found[wanted].reset_index(drop=True)

    def finding(self, table: pd.DataFrame) -> list[str]:
        lines = []
        for effect in ("reforms", "autonomy", "autonomy_given_the_reforms"):
            own = table[table["effect"] == effect].set_index("outcome", drop=False)
            quality = own.loc["quality"]
            rest = own.drop("quality")
            clear = (rest["low"] > 0.0) | (rest["high"] < 0.0)
            turned = [name(o) for o in rest.index[clear] if crosses(rest.loc[o])]
            kept_ = [name(o) for o in rest.index[clear] if not crosses(rest.loc[o])]
            lines.append(
                f"**{NAMES[effect].capitalize()}** on quality: luck alone "
                f"{difference_in_words(quality)}; doubt about rates {rates_in_words(quality)}, "
                f"{quality['drawn_share']:.0%} of draws on that side. Of the other effects that "
                f"are clear of luck, rates cannot turn {listed(kept_) if kept_ else 'any'}"
                + (f"; they could turn {listed(turned)}." if turned else ".")
            )
        return lines


STUDY = DoubtStudy()
