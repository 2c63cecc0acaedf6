"""What patterns say of rates, in blocks: rates before and after, checks of the method, patterns
under the draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..analysis import calibration as analysis
from ..analysis import misspecification
from ..evidence.centre import OUTSIDE, PLACES, placed
from ..evidence.pattern import patterns
from ..evidence.priors import Prior
from ..model.parameters import Parameters
from .blocks import Block, Figure, Heading, Paragraph, Report, Table, Words, code, points, strong
from .patterns import range_in_words
from .words import counted, interval, number, percent

TOLD = 0.3
"""Contraction from which a rate is said to be told by the patterns."""


@dataclass(frozen=True)
class ByNetwork:
    """What a neural network says, beside the regression: see `Calibration`."""

    draws: pd.DataFrame
    contraction: np.ndarray
    ranks: np.ndarray
    as_unusual: float


@dataclass(frozen=True)
class Calibration:
    """What was found. draws: a row for each posterior draw, a column for each rate. contraction: of
    each rate.
    ranks: known rates in their posteriors, a row for each truth. asked_about: positions of the
    rates that are fitted. nearest: see `analysis.calibration.nearest`; unusual: how usual what was
    seen is among simulated worlds (`analysis.misspecification.by_pattern`). predicted: every
    statistic under every draw. network: the same by a neural network, where it was asked for.
    """

    priors: tuple[Prior, ...]
    base: Parameters
    changes: dict[str, Any]
    samples: int
    seed: int
    model: str
    draws: pd.DataFrame
    contraction: np.ndarray
    ranks: np.ndarray
    asked_about: tuple[int, ...]
    nearest: float
    unusual: pd.DataFrame
    predicted: pd.DataFrame
    network: ByNetwork | None = None

    @property
    def coverage(self) -> float:
        """Share of known rates inside their interval, over all rates asked about."""
        return float(analysis.covered(self.ranks[:, list(self.asked_about)]).mean())

    @property
    def holds(self) -> bool:
        """Whether the coverage is where it must be."""
        return analysis.BAND[0] <= self.coverage <= analysis.BAND[1]


def rates_table(found: Calibration) -> pd.DataFrame:
    """A row for each rate: prior, default, posterior, contraction, coverage."""
    inside = analysis.covered(found.ranks).mean(0)
    tail = (1.0 - analysis.LEVEL) / 2.0
    return pd.DataFrame(
        [
            {
                "rate": prior.name,
                "fitted": prior.fitted,
                "prior_low": prior.low,
                "prior_high": prior.high,
                "default": getattr(found.base, prior.name),
                "median": found.draws[prior.name].median(),
                "low": found.draws[prior.name].quantile(tail),
                "high": found.draws[prior.name].quantile(1.0 - tail),
                "contraction": found.contraction[k],
                "coverage": inside[k],
                "reason": prior.reason,
                **network_columns(found, k),
            }
            for k, prior in enumerate(found.priors)
        ]
    )


def network_columns(found: Calibration, k: int) -> dict[str, float]:
    """What the neural network says of a rate, where it was asked."""
    if found.network is None:
        return {}
    tail = (1.0 - analysis.LEVEL) / 2.0
    own = found.network.draws[found.priors[k].name]
    return {
        "network_median": float(own.median()),
        "network_low": float(own.quantile(tail)),
        "network_high": float(own.quantile(1.0 - tail)),
        "network_contraction": float(found.network.contraction[k]),
        "network_coverage": float(analysis.covered(found.network.ranks)[:, k].mean()),
    }


def predictive_table(found: Calibration) -> pd.DataFrame:
    """A row for each statistic: what was seen, the middle and 90% of the draws, and the share of
    draws in the range.
    """
    tail = (1.0 - analysis.LEVEL) / 2.0
    rows = []
    for pattern in patterns().values():
        for each in pattern.statistics:
            if (name := f"{pattern.name}.{each.name}") not in found.predicted:
                continue
            own = found.predicted[name]
            rows.append(
                {
                    "row": pattern.row,
                    "pattern": pattern.name,
                    "statistic": each.name,
                    "meaning": each.meaning,
                    "held_back": pattern.use == "held back",
                    "seen": each.seen,
                    "low": each.low,
                    "high": each.high,
                    "median": own.median(),
                    "draws_low": own.quantile(tail),
                    "draws_high": own.quantile(1.0 - tail),
                    "in_range": own.between(each.low, each.high).mean(),
                }
            )
    return pd.DataFrame(rows)


def show(found: Calibration, figures: tuple[Figure, ...]) -> Report:
    """The report."""
    rates, predictive = rates_table(found), predictive_table(found)
    return Report(
        "Which values of the rates do the measured patterns allow?",
        short=(shown_rates(rates), points(*findings(found, rates, predictive))),
        details=(
            *figures,
            Heading("How it was done"),
            *method_in_words(found),
            *shown_unusual(found),
            *beside_network(found, rates),
            Heading("Patterns under the draws"),
            shown_predictive(predictive),
        ),
        tables={
            "rates": rates,
            "predictive": predictive,
            "unusual": found.unusual,
            "ranks": pd.DataFrame(found.ranks, columns=[prior.name for prior in found.priors]),
        },
        data={"predicted": found.predicted},
        config={
            "model": found.model,
            "seed": found.seed,
            "samples": found.samples,
            "changed": found.changes,
            "parameters": found.base.as_dict(),
            "priors": {p.name: [p.low, p.high] for p in found.priors},
        },
        complete=found.holds,
    )


def shown_rates(rates: pd.DataFrame) -> Table:
    """The rates asked about, before and after."""
    rows = tuple(
        (
            strong(row.rate) if row.contraction >= TOLD else row.rate,
            interval(row.prior_low, row.prior_high),
            number(row.default),
            number(row.median),
            interval(row.low, row.high),
            percent(max(0.0, row.contraction)),
        )
        for row in rates[rates["fitted"]].itertuples()
    )
    head = ("Rate", "Prior", "Default", "Median", "90% of draws", "Told")
    return Table(head, rows, "Rates before and after the patterns", "lrrrrr")


def findings(found: Calibration, rates: pd.DataFrame, predictive: pd.DataFrame) -> list[Words]:
    """The findings in sentences: coverage first, for without it nothing else counts."""
    band = f"{percent(analysis.BAND[0])} to {percent(analysis.BAND[1])}"
    verdict = "as it must be" if found.holds else f"outside {band}: do not use these draws"
    lines: list[Words] = [
        (
            strong("Coverage"),
            f": intervals of 90% held {percent(found.coverage, 1)} of known rates, in "
            f"{counted(len(found.ranks), 'world')} kept out of the learning; {verdict}.",
        )
    ]
    lines.append(within_reach(found))
    lines.append(defaults_in_words(found, rates))
    good = predictive.groupby(["held_back", "pattern"])["in_range"].min() >= 0.5
    for held, title in ((False, "fitted or set"), (True, "held back")):
        if held in good.index.get_level_values(0):
            own = good.loc[held]
            missing = ", ".join(own.index[~own]).replace("_", " ")
            rest = f"; missed: {missing}" if missing else ""
            lines.append(
                (
                    strong(f"Patterns {title}"),
                    f": {int(own.sum())} of {len(own)} come out in most draws{rest}.",
                )
            )
    return lines


def within_reach(found: Calibration) -> Words:
    """Whether the model could have made what was seen, under any rates."""
    own = found.unusual.set_index("pattern")
    share = float(own.loc[misspecification.ALL, "alone"])
    patterns = own.drop(index=misspecification.ALL)
    name = str(patterns["alone"].idxmin())
    rarest = (
        f"Least usual by itself: {name.replace('_', ' ')} ({percent(patterns['alone'].min())})."
    )
    unusual = f"{percent(share)} of its own simulated worlds are at least as unusual"
    if share >= misspecification.LEVEL:
        verdict = (
            f"the model could have made what was seen: {unusual} (below "
            f"{percent(misspecification.LEVEL)} would say that no rates bring it about). {rarest}"
        )
    else:
        cause = str(patterns["without"].fillna(0.0).idxmax())
        verdict = (
            f"hardly any rates of the model bring about what was seen, and the draws are not to be "
            f"relied on: only {unusual}; without {cause.replace('_', ' ')} it would be "
            f"{percent(patterns.loc[cause, 'without'])}. {rarest}"
        )
    nearest = f"The nearest draw misses by {number(found.nearest, 2)} errors a statistic."
    return (strong("All patterns at once"), f": {verdict} {nearest}")


def shown_unusual(found: Calibration) -> tuple[Block, ...]:
    """How usual each pattern is among simulated worlds."""
    rows = tuple(
        (
            "all at once" if row.pattern == misspecification.ALL else row.pattern.replace("_", " "),
            percent(row.alone),
            percent(row.without) if row.without == row.without else "",
        )
        for row in found.unusual.itertuples()
    )
    return (
        Heading("Could the model have made what was seen?"),
        Paragraph(
            "Share of simulated worlds that differ from the others at least as much as what was "
            "seen does (maximum mean discrepancy of the statistics with their errors: Schmitt et "
            "al. 2023). A small share says that rates are not the trouble: a mechanism is missing, "
            "or the figure means something else. A large one does not say that one setting meets "
            "every pattern; that is told by the patterns under the draws."
        ),
        Table(("Pattern", "By itself", "The others without it"), rows, align="lrr"),
    )


def defaults_in_words(found: Calibration, rates: pd.DataFrame) -> Words:
    """Where the defaults stand among the draws, and which of them lie outside."""
    own = placed(found.draws, rates.set_index("rate")["default"].to_dict())
    counts = own["place"].value_counts()
    told = ", ".join(f"{counts[each]} {each}" for each in PLACES if each in counts)
    apart = rates[rates["rate"].isin(own.loc[own["place"] == OUTSIDE, "rate"])]
    names = ", ".join(
        f"{row.rate} {number(row.default)} (draws {interval(row.low, row.high)})"
        for row in apart.itertuples()
    )
    outside = f"; outside: {names}" if names else ""
    return (strong("Defaults"), f": of {counted(len(own), 'rate')}, {told} of the draws{outside}.")


def method_in_words(found: Calibration) -> tuple[Block, ...]:
    """The method, in words."""
    others = [prior.name for prior in found.priors if not prior.fitted]
    return (
        Paragraph(
            f"{found.samples:,} draws, each with luck of its own, were simulated in the set-ups of "
            "the fitted patterns: half from the whole priors, half from the part of them to which "
            "the first half pointed, with a margin (Deistler et al. 2022). Every simulated "
            "statistic was blurred by an error of half the distance from the middle of the range "
            f"seen to its end, {analysis.COPIES} times over, since errors cost no simulation. "
            "Summaries learned by regression, draws kept by distance and moved by "
            "local linear regression (Beaumont et al. 2002; Fearnhead & Prangle 2012). Told: the "
            "share of the prior's variance that the patterns took."
        ),
        Paragraph(
            (
                "Drawn but not asked about, so that their being unknown widens the rest: ",
                code(", ".join(others)),
                ". Everything else is at its default.",
            )
        ),
    )


def beside_network(found: Calibration, rates: pd.DataFrame) -> tuple[Block, ...]:
    """Both methods side by side, where a network was asked for."""
    if found.network is None:
        return ()
    asked = list(found.asked_about)
    coverage = float(analysis.covered(found.network.ranks[:, asked]).mean())
    own = rates[rates["fitted"]]
    outside = own[(own["network_median"] < own["low"]) | (own["network_median"] > own["high"])][
        "rate"
    ]
    agree = (
        "every median of the network lies within the regression's 90%"
        if outside.empty
        else f"the network's median lies outside the regression's 90% for {', '.join(outside)}"
    )
    rows = tuple(
        (
            row.rate,
            f"{number(row.median)} ({interval(row.low, row.high)})",
            f"{number(row.network_median)} ({interval(row.network_low, row.network_high)})",
            percent(max(0.0, row.contraction)),
            percent(max(0.0, row.network_contraction)),
        )
        for row in own.itertuples()
    )
    heads = ("Rate", "Regression, 90%", "Network, 90%", "Told", "Told, network")
    return (
        Heading("Beside a neural network"),
        Paragraph(
            "The same draws with the same errors were given to a normalising flow (neural "
            "posterior estimation; BayesFlow on JAX). Its intervals of 90% held "
            f"{percent(coverage, 1)} of known rates, the regression's "
            f"{percent(found.coverage, 1)}; {agree}. By the library's own test of misspecification "
            f"{percent(found.network.as_unusual)} of worlds are at least as unusual as what was "
            "seen."
        ),
        Table(heads, rows, align="lrrrr"),
    )


def shown_predictive(table: pd.DataFrame) -> Table:
    """Every statistic: seen, draws, share in the range."""
    rows = tuple(
        (
            row.pattern.replace("_", " "),
            row.meaning,
            "held back" if row.held_back else "",
            range_in_words(row.low, row.high),
            f"{number(row.median)} ({interval(row.draws_low, row.draws_high)})",
            percent(row.in_range),
        )
        for row in table.itertuples()
    )
    head = ("Pattern", "Statistic", "", "Range seen", "Draws, 90%", "In range")
    return Table(head, rows, align="lllrrr")
