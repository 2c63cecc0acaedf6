"""Which claims of the essay, of the other side and of theories do runs bear out?"""

from __future__ import annotations

import functools

import pandas as pd
from matplotlib.figure import Figure

from experiments.study import Kept, Study
from localism_sim.analysis import claims as analysis
from localism_sim.analysis.claims import CONTRADICTED, LOWER, SAME, SUPPORTED, Setting
from localism_sim.evidence.posterior import Rates, posterior_draws
from localism_sim.jobs.claims import ClaimsQuestion, as_set, claims_in, points_of
from localism_sim.jobs.drawn import doubled
from localism_sim.model.scenario import Scenario, config_folder, load_scenario
from localism_sim.report.claims import SIDES, counts
from localism_sim.report.figures import claims as figures
from localism_sim.report.markdown import inline
from localism_sim.report.words import listed, signed
from localism_sim.sweeps.question import Simulation

SEEDS, MONTHS = range(20), 120
OTHER_WAY, TOO_SMALL = "the other way", "too small to name"
A_DIFFERENCE = "a difference where none was claimed"
TOLD = (
    SUPPORTED,
    *(f"{CONTRADICTED}, {way}" for way in (OTHER_WAY, A_DIFFERENCE, TOO_SMALL)),
)


@functools.cache
def question() -> ClaimsQuestion:
    """What `experiment=claims behaviour=posterior` asks by default."""
    claims = claims_in(config_folder() / "claim")
    names = dict.fromkeys(s.scenario for claim in claims for _, s in claim.terms)
    scenarios = tuple(load_scenario(name) for name in names)
    rates = Rates.of(posterior_draws())
    return ClaimsQuestion(claims, scenarios, tuple(SEEDS), MONTHS, rates=rates)


@functools.cache
def asked() -> tuple[pd.DataFrame, dict[tuple[Setting, str], int], list[int]]:
    """The points with the rates as set, the number of each setting under each rule, and the points
    that are run with draws too.
    """
    points, numbers = points_of(question())
    return points, numbers, as_set(numbers)


def points_for(claim: str) -> tuple[int, ...]:
    """Numbers of all points that a claim needs."""
    points, numbers, again = asked()
    terms = next(each.terms for each in question().claims if each.name == claim)
    own = {number for (setting, _), number in numbers.items() if setting in dict(terms).values()}
    own |= {numbers[setting, rule] for _, setting in terms for rule in question().rules}
    return tuple(sorted(own | {len(points) + k for k, n in enumerate(again) if n in own}))


def claims(table: pd.DataFrame) -> Figure:
    """Every claim's effect as the model is set, in units of the smallest one worth naming."""
    return figures.claims(table, pd.DataFrame(columns=["claim", "rule", "difference"]))


class ClaimsStudy(Study):
    """Every claim, fixed before it was run."""

    title = "Claims on trial"
    question = (
        "Which claims of Su Maddock's essay, of the other side and of theories do runs bear out, "
        "under which rival rules, and at which share of the rates that evidence allows?"
    )
    design = (
        "Every claim in `configs/claim/`: comparison, outcome, direction and the smallest effect "
        "worth naming were written down first. It is "
        "`localism-sim experiment=claims behaviour=posterior`: each setting under every rival "
        "rule, and as set once more with a draw of the rates for each seed."
    )
    reading = (
        "Supported: it holds under every rule; conditional: under some; contradicted: under none, "
        "because the effect is at least as large as is worth naming and the other way, because "
        "there is one where none was claimed, or because it is too small to name; undetermined: "
        "too uncertain to say. A verdict is on the model, not on England."
    )
    takes = "ten to twenty minutes on two cores"
    intervals = "the share of draws of the rates in which the effect is as claimed"
    seeds = SEEDS
    months = MONTHS
    keys = ("claim",)
    drawings = (claims,)
    dear = True

    @property
    def slice(self) -> tuple[int, ...]:  # type: ignore[override]
        return points_for("e02_cuts_cost_trust")

    def scenarios(self) -> tuple[Scenario, ...]:
        return question().scenarios

    def ask(self) -> Simulation:
        return Simulation(self.scenarios(), self.places(), self.months, rates=question().rates)

    def points(self) -> pd.DataFrame:
        points, _, again = asked()
        return doubled(points, again)

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        points, numbers, again = asked()
        there = set(runs["point"])
        first = runs["point"] < len(points)
        drawn = runs[~first]
        drawn = drawn.assign(point=[again[point - len(points)] for point in drawn["point"]])
        whole = [
            claim
            for claim in question().claims
            if all(
                numbers[setting, rule] in there
                for _, setting in claim.terms
                for rule in question().rules
            )
        ]
        part = len(there) < len(self.points())
        chosen = [claim for claim in whole if claim.terms or not part]
        effects = analysis.effects_of_claims(
            chosen, list(question().rules), numbers, outcomes_of(runs[first]), outcomes_of(drawn)
        )
        return analysis.judged(chosen, effects).reindex(columns=COLUMNS)

    def finding(self, table: pd.DataFrame) -> list[str]:
        sides = [side for side in SIDES if (table["side"] == side).any()]
        lines = [f"{inline(counts(table, side))}{ways(table, side)}" for side in sides]
        said = table.apply(verdict_in_full, axis="columns")
        for side in sides:
            for verdict in TOLD:
                own = table[(table["side"] == side) & (said == verdict)]
                if len(own):
                    told = "; ".join(one(row) for _, row in own.iterrows())
                    lines.append(f"**{SIDES[side]}, {verdict}**: {told}.")
        return lines


def verdict_in_full(row: pd.Series) -> str:
    """The verdict on a claim; for a contradicted one also how: the effect is as large as is worth
    naming and the other way, there is one where none was claimed, or it is too small.
    """
    if row["verdict"] != CONTRADICTED:
        return str(row["verdict"])
    if row["expected"] == SAME:
        return f"{CONTRADICTED}, {A_DIFFERENCE}"
    against = row["difference"] * (1.0 if row["expected"] == LOWER else -1.0)
    return f"{CONTRADICTED}, {OTHER_WAY if against >= row['smallest'] else TOO_SMALL}"


def ways(table: pd.DataFrame, side: str) -> str:
    """' Of the contradicted: 4 the other way and 14 too small to name.'"""
    own = table[(table["side"] == side) & (table["verdict"] == CONTRADICTED)]
    if own.empty:
        return ""
    found = own.apply(verdict_in_full, axis="columns").value_counts()
    parts = [
        f"{found[word]} {word.removeprefix(f'{CONTRADICTED}, ')}" for word in TOLD if word in found
    ]
    return f" Of the contradicted: {listed(parts)}."


COLUMNS = (
    *("claim", "number", "side", "words", "outcome", "expected", "smallest", "mark", "verdict"),
    *("difference", "low", "high", "holds", "fails", "open", "why"),
    *("drawn", "rates_low", "rates_high", "drawn_share", "draws_hold"),
)


def one(row: pd.Series) -> str:
    """'E2 Deep cuts undermine trust: -0.027 [100%]'."""
    digits = 1 if row["outcome"] == "harm" else 3
    words = row["words"].rstrip(".")
    return (
        f"{words} ({row['number'].partition(',')[0]}): {signed(row['difference'], digits)} "
        f"({row['draws_hold']:.0%} of draws)"
    )


def outcomes_of(runs: pd.DataFrame) -> pd.DataFrame:
    """Runs without the columns of the design."""
    outcomes = [name for name in Simulation.outcomes if name in runs]
    return runs[["point", "seed", *outcomes]]


STUDY = ClaimsStudy()
