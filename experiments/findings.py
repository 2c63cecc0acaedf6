"""The findings of the studies in the documents: `python -m experiments.findings` rewrites them.

Between the lines `<!-- study: NAME 0,2 -->` and `<!-- end -->` stand the sentences of these numbers
from the study's finding (all, where no number is given); between `<!-- table: NAME -->` and
`<!-- end -->` a table of `TABLES`. Every number comes from a committed table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from experiments.study import HERE, load, reference
from localism_sim.evidence.posterior import posterior_draws
from localism_sim.evidence.priors import PRIORS
from localism_sim.foundation.files import write_text
from localism_sim.model.parameters import Parameters
from localism_sim.report.claims import SIDES
from localism_sim.report.words import interval, number, signed

DOCUMENTS = tuple(HERE.parent / "docs" / name for name in ("findings.md", "trace.md"))
STUDY = re.compile(r"(<!-- study: (\w+) ?([\d,]*) -->\n).*?(<!-- end -->)", re.DOTALL)
TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def rows_as_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def verdicts() -> str:
    """Every claim with its verdict."""
    table = reference(load("claims"))
    rows = []
    for _, row in table.iterrows():
        tried = row["verdict"] != "not modelled"
        digits = 1 if row["outcome"] == "harm" else 3
        effect = (
            f"{signed(row['difference'], digits)} ({signed(row['low'], digits)} to "
            f"{signed(row['high'], digits)})"
            if tried
            else ""
        )
        draws = f"{row['draws_hold']:.0%}" if tried else ""
        why = "" if pd.isna(row["why"]) else f" ({row['why']})"
        cells = (row["number"], row["words"], f"{row['verdict']}{why}", effect, draws)
        rows.append((SIDES[row["side"]].partition("'")[0], *cells))
    head = ("side", "number", "claim", "verdict", "effect as set (95%)", "draws")
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


TABLES: dict[str, Callable[[], str]] = {"verdicts": verdicts, "rates": rates}


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
