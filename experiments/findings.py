"""The findings of the studies in the documents: `python -m experiments.findings` rewrites them.

Between the lines `<!-- study: NAME 0,2 -->` and `<!-- end -->` stand the sentences of these numbers
from the study's finding (all, where no number is given); between `<!-- table: NAME -->` and
`<!-- end -->` a table of `TABLES`. Every number comes from a committed table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from experiments.claims.study import question, verdict_in_full
from experiments.study import HERE, load, reference
from experiments.tables import rows_as_table
from localism_sim.analysis.claims import LOWER, NOT_MODELLED, SAME, Claim, Setting
from localism_sim.evidence.pattern import patterns
from localism_sim.evidence.posterior import posterior_draws
from localism_sim.evidence.priors import PRIORS
from localism_sim.foundation.files import write_text
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.parameters import Parameters
from localism_sim.model.scenario import load_scenario
from localism_sim.report.patterns import range_in_words
from localism_sim.report.words import MINUS, interval, listed, number, outcome_title, signed

DOCUMENTS = tuple(HERE.parent / "docs" / name for name in ("findings.md", "trace.md"))
STUDY = re.compile(r"(<!-- study: (\w+) ?([\d,]*) -->\n).*?(<!-- end -->)", re.DOTALL)
UNITS = {"0-1": "on 0 to 1"}
TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_unit(value: str, outcome: str) -> str:
    """A value with the unit of an outcome."""
    unit = OUTCOMES[outcome.removesuffix("_mean")].unit
    return f"{value} {UNITS.get(unit, unit)}"


def setting_in_words(changes: Mapping[str, float]) -> str:
    """'`cuts` 0.4, `trust_gain` 0'."""
    return ", ".join(f"`{name}` {number(value)}" for name, value in changes.items())


def pair_in_words(one: Setting, other: Setting) -> str:
    """Two settings compared: what differs, and in which scenario."""
    first, second = dict(one.changes), dict(other.changes)
    alike = {name: value for name, value in first.items() if second.get(name) == value}
    ground = f" with {setting_in_words(alike)}" if alike else ""
    if one.scenario != other.scenario:
        titles = [f"*{load_scenario(each.scenario).title}*" for each in (one, other)]
        return f"{titles[0]} against {titles[1]}{ground}"
    apart = {name: value for name, value in first.items() if name not in alike}
    rest = listed([number(second[name]) for name in apart])
    title = load_scenario(one.scenario).title
    return f"{setting_in_words(apart)} against {rest} in *{title}*{ground}"


def compared(claim: Claim) -> str:
    """What a claim compares: two settings, two such differences, or all corners of three levers."""
    settings = [setting for _, setting in claim.terms]
    if len(settings) == 2:
        return pair_in_words(*settings)
    if len(settings) == 4:
        one, other = pair_in_words(*settings[:2]), pair_in_words(*settings[2:])
        return f"{one}, less: {other}"
    ends = {
        name: sorted({dict(s.changes)[name] for s in settings}) for name, _ in settings[0].changes
    }
    told = listed(
        [f"`{name}` {number(low)} and {number(high)}" for name, (low, high) in ends.items()]
    )
    return f"{told} in *{load_scenario(settings[0].scenario).title}*: what only all of them do"


def worth_naming(row: pd.Series, digits: int) -> str:
    """The smallest effect that bears a claim out: '+0.05', '−0.02', 'within 0.02'."""
    smallest = number(row["smallest"], digits)
    if row["expected"] == SAME:
        return f"within {smallest}"
    return f"{MINUS if row['expected'] == LOWER else '+'}{smallest}"


def verdicts() -> str:
    """Every claim with what it compares, its effect and its verdict."""
    asked = {claim.name: claim for claim in question().claims}
    rows = []
    for _, row in reference(load("claims")).iterrows():
        if row["verdict"] == NOT_MODELLED:
            rows.append(
                (row["number"], row["words"], f"{row['verdict']} ({row['why']})", *[""] * 5)
            )
            continue
        harm = row["outcome"] == "harm"
        low, high = (signed(row[end], 1 if harm else 3) for end in ("low", "high"))
        effect = f"{signed(row['difference'], 1 if harm else 3)} ({low} to {high})"
        rows.append(
            (
                row["number"],
                row["words"],
                verdict_in_full(row),
                outcome_title(row["outcome"]),
                compared(asked[row["claim"]]),
                with_unit(effect, row["outcome"]),
                worth_naming(row, 1 if harm else 2),
                f"{row['draws_hold']:.0%}",
            )
        )
    head = (
        "number",
        "claim",
        "verdict",
        "outcome",
        "compared",
        "effect as set (95%), with its unit",
    )
    return rows_as_table((*head, "smallest worth naming", "draws"), rows)


def measured() -> str:
    """Every measured pattern, statistic by statistic, with the model's value and the verdict."""
    rows = []
    for row in reference(load("measured_patterns")).itertuples():
        seen = "" if pd.isna(row.seen) else number(row.seen)
        rows.append(
            (
                row.row,
                patterns()[row.pattern].title,
                row.use,
                row.meaning,
                seen,
                range_in_words(row.low, row.high),
                number(row.model),
                "in the range" if row.met else "**missed**",
            )
        )
    head = ("row", "pattern", "values", "what was measured", "seen", "range", "model", "verdict")
    return rows_as_table(head, rows)


def rates() -> str:
    """What the patterns say of the rates: default, and the shipped draws."""
    draws, rows = posterior_draws(), []
    for name, prior in PRIORS.items():
        if not prior.fitted:
            continue
        own = draws[name]
        shares = prior.shares(own.to_numpy(float))
        told = max(0.0, 1.0 - 12.0 * float(shares.var(ddof=1)))
        low, high = own.quantile(0.05), own.quantile(0.95)
        default = float(getattr(Parameters(), name))
        rows.append(
            (
                f"`{name}`",
                interval(prior.low, prior.high),
                number(default) + ("" if low <= default <= high else " (outside)"),
                f"{number(float(own.median()))} ({interval(low, high)})",
                f"{told:.0%}",
            )
        )
    return rows_as_table(("rate", "prior", "default", "draws (90%)", "told"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "verdicts": verdicts,
    "rates": rates,
    "patterns": measured,
}


def sentences(name: str, numbers: str) -> str:
    """Sentences of a study's finding, as a list."""
    study = load(name)
    found = study.finding(reference(study))
    chosen = [int(part) for part in numbers.split(",") if part] or range(len(found))
    return "\n".join(f"- {found[k]}" for k in chosen)


def refreshed(text: str) -> str:
    """A document with all that comes from studies made anew."""
    text = STUDY.sub(lambda m: f"{m[1]}\n{sentences(m[2], m[3])}\n\n{m[4]}", text)
    return TABLE.sub(lambda m: f"{m[1]}\n{TABLES[m[2]]()}\n\n{m[3]}", text)


def main() -> None:
    """Rewrite the documents."""
    for path in DOCUMENTS:
        before = Path(path).read_text(encoding="utf-8")
        write_text(refreshed(before), path)


if __name__ == "__main__":
    main()
