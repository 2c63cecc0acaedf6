"""Measured patterns: what may be one, what the set-ups measure, and how verdicts come about."""

import dataclasses
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import missing

import localism_sim as ls
from localism_sim.command.cli import main
from localism_sim.evidence import scorecard, set_up
from localism_sim.evidence.pattern import FOLDER, Pattern, Statistic, about, at_least, patterns
from localism_sim.evidence.patterns import personal_budgets, states_adopt
from localism_sim.foundation.errors import BadInput
from localism_sim.model.compilation import plain
from localism_sim.model.landscape import squashed
from localism_sim.model.world import empty_world
from localism_sim.report import patterns as words

ROOT = Path(__file__).parents[1]
DATA = FOLDER.parent / "data"
LIVELY = ls.Parameters(
    comply_rate=0.1,
    deadline_months=60,
    paper_compliance=0.5,
    visit_rate=0.4,
    contact_rate=0.3,
    promotion_rate=0.01,
    expectation_rate=0.1,
)
"""Rates under which every mechanism is at work, whatever the defaults are."""
ALONE = ("inquiry_rate", "citizen_ideas", "entry_rate")
"""Rates by which a practice is found without seeing it elsewhere."""


def made_up(name="made_up", **changes) -> Pattern:
    """A pattern whose model value is its seed."""
    given = dict(
        name=name,
        title="Made up",
        source="nobody",
        set_up="none",
        uncertainty="none",
        use="held back",
        mechanism="nothing",
        statistics=(about("seed", "the seed", 2.0, 0.5),),
        measure=lambda behaviour, seed: {"seed": float(seed)},
    )
    return Pattern(**(given | changes))


def test_set_ups_reckon_the_worth_of_a_practice_as_the_model_does():
    world = empty_world(ls.Parameters(), ls.Places.synthetic(2), 0, 1)
    scores = np.linspace(-4.0, 4.0, len(world.services), dtype=world.score.dtype)
    world.score[set_up.GOOD] = scores
    rows = np.arange(len(world.services))
    told = set_up.worth_of(world, rows, set_up.GOOD)
    assert told.tolist() == [plain(squashed)(float(score)) for score in scores]
    wanted = np.linspace(0.05, 0.95, 19)
    there = [plain(squashed)(score) for score in set_up.score_of(wanted)]
    assert there == pytest.approx(wanted, abs=1e-14)


@pytest.mark.parametrize("field", ["source", "uncertainty", "set_up"])
def test_a_pattern_without_a_source_a_set_up_or_an_uncertainty_is_refused_by_name(field):
    with pytest.raises(BadInput, match=f"nonsense.* has no {field}"):
        made_up("nonsense", **{field: "  "})


@pytest.mark.parametrize(
    ("seen", "low", "high"),
    [(1.0, 1.0, 1.0), (3.0, 0.0, 2.0), (None, -math.inf, math.inf), (None, 2.0, 1.0)],
)
def test_a_statistic_without_a_range_around_what_was_seen_is_refused_by_name(seen, low, high):
    with pytest.raises(BadInput, match="hubs"):
        Statistic("hubs", "places", seen, low, high)


def test_verdicts_follow_from_means_over_seeds():
    """Seeds 1 to 3 have mean 2; a pattern that the model cannot express is neither run nor met."""
    near, far = made_up("near"), made_up("far", statistics=(at_least("seed", "the seed", 2.5),))
    lacking = made_up("lacking", needs=("no_such_parameter",))
    everything = (near, far, lacking)
    found = scorecard.values(everything, ls.Parameters(), (1, 2, 3))
    assert set(found["pattern"]) == {"near", "far"}
    judged = scorecard.judged(everything, found)
    assert judged["missed_by"].tolist()[:2] == [0.0, -0.5]
    said = scorecard.verdicts(everything, judged)["verdict"].tolist()
    assert said == ["reproduced", "not reproduced", "not expressible"]


def test_every_shipped_pattern_measures_what_it_names_and_threads_change_nothing():
    shipped = tuple(patterns().values())
    rows = [each.row for each in shipped if each.row]
    assert len(rows) == len(set(rows)) == words.ROWS
    assert sum(each.use == "held back" for each in shipped) >= 4
    one, three = (scorecard.values(shipped, LIVELY, (1,), workers) for workers in (1, 3))
    pd.testing.assert_frame_equal(one, three)
    assert np.isfinite(one["value"]).all()
    expected = sum(len(each.statistics) for each in shipped if not each.missing)
    assert len(one) == expected


def value(name: str, statistic: str, **changes) -> float:
    return patterns()[name].measure(LIVELY.replace(**changes), 3)[statistic]


@pytest.mark.parametrize(
    ("name", "statistic", "changes", "expected"),
    [
        ("cuts_by_deprivation", "fifths", {"deprivation_gradient": 0.0}, 1.0),
        ("protected_care", "ratio", {"protected_core": 0.0}, 1.0),
        ("protected_care", "ratio", {"protected_core": 1.0}, 0.0),
        (
            "personal_budgets",
            "month_51",
            dict.fromkeys((*ALONE, "comply_rate"), 0.0),
            0.0,
        ),
        ("beacon", "changed", {"contact_rate": 0.0, "borrow_rate": 0.0, "inquiry_rate": 0.0}, 0.0),
        (
            "total_place",
            "months",
            dict.fromkeys((*ALONE, "contact_rate", "borrow_rate", "promotion_rate"), 0.0),
            49.0,
        ),
        ("training_effect", "d", {"learning_rate": 0.0, "forgetting_rate": 0.0}, 0.0),
        ("reporting_time", "share", {"link_cost": 0.0}, 0.0),
    ],
)
def test_without_its_mechanism_a_pattern_is_at_its_limit(name, statistic, changes, expected):
    assert value(name, statistic, **changes) == pytest.approx(expected, abs=1e-9)


def test_set_ups_answer_to_the_rates_they_are_about():
    slow, fast = (value("personal_budgets", "month_51", comply_rate=r) for r in (0.02, 0.2))
    assert slow < 0.5 * fast
    assert value("personal_budgets", "practised", paper_compliance=0.0) == 1.0
    calm, hostile = (value("satisfaction_shock", "fall", news_effect=e) for e in (0.0, 0.1))
    assert hostile == pytest.approx(calm - 0.1, abs=0.005)
    near, far = (value("states_adopt", "year_10", visit_rate=r) for r in (0.0, 1.0))
    assert near < far


def test_chance_between_small_councils_is_not_taken_for_difference():
    """Where all councils have the same chance, the deviation between them is nearly nothing."""
    reports = np.random.default_rng(0).random(148 * 16) < 0.35
    first = np.arange(148) * 16
    world = type("W", (), {"places": {"first_staff": first, "last_staff": first + 16}})
    assert personal_budgets.between_councils(world, reports) < 0.05


def test_targets_are_those_of_the_data_that_are_shipped():
    doctors = pd.read_csv(DATA / "adoption_curves.csv").query("study == 'medInnovations'")
    for each in patterns()["doctors_adopt"].statistics:
        share = doctors.set_index("toa")["share"][each.month]
        assert each.seen == pytest.approx(share, abs=0.005)
    fits = pd.read_csv(DATA / "us_state_policy_bass_fits.csv")
    fits = fits[(fits["first"] > 1950) & (fits["r2"] > 0.9)]
    assert fits["m"].median() == pytest.approx(states_adopt.CEILING, abs=0.005)
    for each in patterns()["states_adopt"].statistics:
        t, both = each.month / 12, fits["p"] + fits["q"]
        ends = np.exp(-both * t)
        curve = fits["m"] * (1 - ends) / (1 + fits["q"] / fits["p"] * ends)
        assert curve.median() == pytest.approx(each.seen, abs=0.01)
    budgets = pd.read_csv(DATA / "personal_budgets_england.csv", index_col="date")
    uptake = budgets["share_of_eligible_users"]
    for each in patterns()["personal_budgets"].statistics[:3]:
        year, month = divmod(11 + int(each.month), 12)
        seen = uptake[f"{2007 + year}-{month + 1:02d}"]
        assert each.seen == pytest.approx(seen, abs=0.021)


def test_the_command_writes_tables_and_both_figures(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    command = ["experiment=patterns", "experiment.only=[V7,reporting,training_effect]", "seeds=2"]
    assert main([*command, "results_dir=out"]) == 0
    shown = capsys.readouterr().out
    assert "of 2 rows of the scorecard" in shown and "1 further pattern" in shown
    out = tmp_path / "out"
    table = pd.read_csv(out / "statistics.csv")
    assert table["pattern"].nunique() == 3
    assert (table["model_low"] <= table["model"]).all()
    assert len(pd.read_csv(out / "values.csv")) == 2 * len(table)
    assert {path.stem for path in (out / "figures").iterdir()} == {"scorecard", "patterns"}
    for each in ("V7", "reporting"):
        assert each in (out / "summary.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scenario=localist"], ["scenario", "localist"]),
        (["months=12"], ["months", "12"]),
        (["places.scale=5000"], ["places.scale", "5000"]),
        (["variants=[free_riding]"], ["variants", "free_riding"]),
        (["experiment.only=[V77]"], ["experiment.only", "V77", "mash_hubs"]),
        (["seeds=1"], ["seeds", "1"]),
    ],
)
def test_what_does_nothing_or_is_not_known_is_refused(arguments, said, refused):
    assert missing(said, refused(["experiment=patterns", *arguments])) == []


def test_the_example_of_the_how_to_is_a_pattern():
    text = (ROOT / "docs/how-to/patterns.md").read_text()
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    names: dict = {}
    exec(compile(code, "docs/how-to/patterns.md", "exec"), names)
    example = names["PATTERN"]
    found = example.measure(ls.Parameters(), 1)
    assert set(found) == {each.name for each in example.statistics}
    assert dataclasses.replace(example, row="V99").row == "V99"


def test_the_reference_of_patterns_has_not_drifted():
    from localism_sim.report.documents import refreshed

    text = (ROOT / "docs/reference/patterns.md").read_text()
    assert refreshed(text) == text, "run python -m localism_sim.report.documents"
    assert all(f"`{name}`" in text for name in patterns())
