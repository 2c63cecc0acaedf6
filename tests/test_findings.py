"""What the documents say the studies found is what their tables hold."""

import pandas as pd
import pytest

from experiments.claims.study import question, verdict_in_full
from experiments.findings import DOCUMENTS, STUDY, TABLE, compared, refreshed, verdicts
from experiments.measured_patterns.study import tally
from experiments.measured_patterns.study import verdicts as patterns_met
from experiments.scale.settings import DEFAULT, SCALES, effect
from experiments.study import HERE, load, reference
from localism_sim.evidence.posterior import posterior_draws
from localism_sim.evidence.priors import PRIORS
from localism_sim.model.parameters import Parameters


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_findings_in_the_documents_come_from_the_committed_tables(path):
    text = path.read_text(encoding="utf-8")
    assert refreshed(text) == text, "run python -m experiments.findings"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_number_of_a_finding_stands_in_the_text_itself(path):
    """Outside what is generated there is no decimal, percentage or signed number."""
    text = TABLE.sub("", STUDY.sub("", path.read_text(encoding="utf-8")))
    import re

    assert re.findall(r"\d\.\d|\d%|[+\N{MINUS SIGN}]\d", text) == []


@pytest.mark.parametrize(
    ("expected", "difference", "said"),
    [
        ("higher", -0.06, "contradicted, the other way"),
        ("higher", -0.04, "contradicted, too small to name"),
        ("higher", 0.01, "contradicted, too small to name"),
        ("lower", 0.06, "contradicted, the other way"),
        ("no difference", 0.06, "contradicted, a difference where none was claimed"),
    ],
)
def test_a_contradicted_claim_says_in_which_way(expected, difference, said):
    row = {"verdict": "contradicted", "expected": expected, "smallest": 0.05}
    assert verdict_in_full(pd.Series({**row, "difference": difference})) == said
    assert verdict_in_full(pd.Series({**row, "verdict": "supported"})) == "supported"


def test_every_claim_says_what_it_compares_and_in_which_unit():
    told = {claim.name: compared(claim) for claim in question().claims if claim.terms}
    assert told["e02_cuts_cost_trust"] == "`cuts` 0.4 against 0 in *Localist with capability*"
    assert told["e13_autonomy_needs_reforms"].count(" against ") == 2
    rows = [line.split(" | ") for line in verdicts().splitlines()[2:]]
    assert all(len(row) == 8 for row in rows)
    assert all(all(row) for row in rows if "not modelled" not in row[2])
    harm = [row[5] for row in rows if row[3].startswith("Harm")]
    assert harm and all(effect.endswith("months a citizen") for effect in harm)


def test_the_defaults_of_fitted_rates_are_the_medians_of_the_draws_to_two_figures():
    """As the findings say."""
    draws = posterior_draws()
    for name in (name for name, prior in PRIORS.items() if prior.fitted):
        median = float(draws[name].median())
        assert getattr(Parameters(), name) == float(f"{median:.2g}"), name


def test_the_front_page_says_of_harm_patterns_and_theories_what_the_tables_hold():
    text = " ".join((HERE.parent / "README.md").read_text(encoding="utf-8").split())
    table = reference(load("scale"))
    small, whole = (effect(table, "reforms", "harm", scale, SCALES[1]) for scale in (DEFAULT, 1))
    months = [f"{found.mean:.1f}".lstrip("0") for found in (small, whole)]
    assert f"{months[0]} months at 1:{DEFAULT:,} and {months[1]} at 1:1" in text
    assert not effect(table, "reforms_under_the_centre", "harm", 1).clear
    found = patterns_met(reference(load("measured_patterns")))
    card, test = (found[found["row"] != ""], found[found["use"] == "held back"])
    assert f"reproduce {tally(found)} measured patterns" in text
    assert f"({tally(card).partition(' ')[0]} of the scorecard's {len(card)})" in text
    assert tally(test) == "3 of 5" and "of the five held back as a test, three are met" in text
    regrets = reference(load("theories"))
    places = regrets[regrets["policy"] == "localist_with_capability"]
    best = int((places["quality_low"] <= 0).sum())
    assert f"reformed places are in {best} of these {len(places)} cases" in text
    assert places["quality_regret"].max() < 0.01
