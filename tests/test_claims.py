"""Claims on trial: what holds, what is refused, and that an edited claim is judged anew."""

import re

import pandas as pd
import pytest
from conftest import missing
from hypothesis import given
from hypothesis import strategies as st
from in_process import Here

from localism_sim.analysis import claims as analysis
from localism_sim.analysis.claims import (
    AS_SET,
    CONDITIONAL,
    CONTRADICTED,
    FAILS,
    HIGHER,
    HOLDS,
    LOWER,
    OPEN,
    SAME,
    SUPPORTED,
    UNDETERMINED,
    status,
    verdict,
)
from localism_sim.command.cli import main
from localism_sim.jobs import claims as jobs
from localism_sim.jobs.claims import claims_in, read_claim
from localism_sim.model.scenario import config_folder
from localism_sim.model.variant import shipped_variants
from localism_sim.sweeps import executors
from localism_sim.sweeps.question import DRAWN

SHIPPED = claims_in(config_folder() / "claim")


@pytest.mark.parametrize(
    ("expected", "interval", "found"),
    [
        (HIGHER, (0.01, 0.03, 0.05), HOLDS),
        (HIGHER, (0.001, 0.01, 0.019), FAILS),
        (HIGHER, (-0.05, -0.03, -0.01), FAILS),
        (HIGHER, (-0.01, 0.03, 0.07), OPEN),
        (HIGHER, (0.001, 0.015, 0.029), OPEN),
        (LOWER, (-0.05, -0.03, -0.01), HOLDS),
        (LOWER, (0.01, 0.03, 0.05), FAILS),
        (SAME, (-0.01, 0.0, 0.01), HOLDS),
        (SAME, (0.01, 0.03, 0.05), FAILS),
        (SAME, (-0.05, 0.0, 0.05), OPEN),
    ],
)
def test_an_interval_bears_a_claim_out_or_not(expected, interval, found):
    assert status(expected, 0.02, *interval) == found


@given(
    st.floats(-1, 1), st.floats(0, 1), st.floats(0.001, 0.5), st.sampled_from([HIGHER, LOWER, SAME])
)
def test_a_claim_and_its_contrary_never_both_hold(mean, half, smallest, expected):
    ends = (mean - half, mean, mean + half)
    contrary = {HIGHER: LOWER, LOWER: HIGHER, SAME: HIGHER}[expected]
    both = {status(expected, smallest, *ends), status(contrary, smallest, *ends)}
    assert both != {HOLDS}
    turned = status(
        {HIGHER: LOWER, LOWER: HIGHER, SAME: SAME}[expected],
        smallest,
        *(-ends[2], -ends[1], -ends[0]),
    )
    assert turned == status(expected, smallest, *ends)


@pytest.mark.parametrize(
    ("statuses", "found"),
    [
        ((HOLDS, HOLDS), SUPPORTED),
        ((HOLDS, FAILS), CONDITIONAL),
        ((FAILS, HOLDS), CONDITIONAL),
        ((FAILS, OPEN), CONTRADICTED),
        ((OPEN, FAILS), UNDETERMINED),
    ],
)
def test_a_verdict_follows_from_every_rule(statuses, found):
    assert verdict(dict(zip((AS_SET, "free_riding"), statuses))) == found


def test_the_shipped_claims_cover_the_essay_and_hear_the_other_side():
    essay = [claim for claim in SHIPPED if claim.side == "essay"]
    assert len(essay) >= 24 and sum(claim.side == "other" for claim in SHIPPED) >= 6
    numbers = set(re.findall(r"\b[ER]\d+", " ".join(claim.number for claim in essay)))
    assert numbers == {f"E{n}" for n in range(1, 26)} | {f"R{n}" for n in range(1, 12)}
    for claim in SHIPPED:
        assert bool(claim.terms) != bool(claim.not_modelled)
        if claim.terms:
            assert len({setting for _, setting in claim.terms}) == len(claim.terms)
            assert claim.contradicted_by and claim.smallest > 0
    assert len({claim.mark for claim in SHIPPED}) == len(SHIPPED)


GOOD = """\
words: Cuts cost quality.
number: mine
side: other
from: {scenario: centralist, cuts: 0.0}
to: {scenario: centralist, cuts: 0.6}
outcome: quality
expected: lower
smallest: 0.01
contradicted_by: no change
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("outcome: quality", "outcome: qualty", ["mine.yaml", "qualty", "quality"]),
        ("expected: lower", "expected: less", ["mine.yaml", "expected", "less", "lower"]),
        ("smallest: 0.01", "smallest: 0", ["mine.yaml", "smallest", "0"]),
        ("cuts: 0.6", "cuts: 6", ["mine.yaml", "to", "cuts", "6"]),
        ("scenario: centralist, cuts: 0.0", "cuts: 0.0", ["mine.yaml", "from", "scenario"]),
        ("side: other", "side: mine", ["mine.yaml", "side", "essay"]),
        ("number: mine", "nmber: mine", ["mine.yaml", "nmber", "number"]),
        ("from: {scenario: centralist, cuts: 0.0}", "together: {cuts: [0, 1]}", ["together", "to"]),
        ("outcome:", "rules: [free_ridng]\noutcome:", ["mine.yaml", "free_ridng", "free_riding"]),
    ],
)
def test_a_slip_in_a_claim_is_named_with_its_file(old, new, words, tmp_path, refused):
    (tmp_path / "mine.yaml").write_text(GOOD.replace(old, new, 1))
    said = refused(["experiment=claims", f"experiment.path={tmp_path}"])
    assert missing(words, said) == []


QUICK = ["places=synthetic", "places.count=2", "places.scale=200000", "months=24", "seeds=3"]


def test_a_claim_that_was_edited_after_its_run_is_refused_unless_that_is_accepted(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "claims"
    folder.mkdir()
    (folder / "mine.yaml").write_text(GOOD)
    command = ["experiment=claims", "experiment.path=claims", *QUICK, "results_dir=out"]
    assert main(command) == 0
    first = pd.read_parquet(tmp_path / "out" / "verdicts.parquet").iloc[0]
    assert first["verdict"] == SUPPORTED and first["mark"] == read_claim(folder / "mine.yaml").mark
    assert main(command) == 0
    assert "Nothing to do" in capsys.readouterr().out
    (folder / "mine.yaml").write_text(GOOD.replace("expected: lower", "expected: higher"))
    assert main(command) == 2
    said = capsys.readouterr().err
    assert missing(["mine", first["mark"], "accept_changes"], said) == []
    assert main([*command, "accept_changes=true"]) == 0
    assert "Nothing to do" not in capsys.readouterr().out
    second = pd.read_parquet(tmp_path / "out" / "verdicts.parquet").iloc[0]
    assert second["verdict"] == CONTRADICTED and second["mark"] != first["mark"]
    assert second["difference"] == first["difference"]


def test_what_three_levers_do_only_together_is_their_interaction_of_the_third_order(tmp_path):
    text = GOOD.replace("from: {scenario: centralist, cuts: 0.0}\n", "").replace(
        "to: {scenario: centralist, cuts: 0.6}",
        "together: {scenario: centralist, cuts: [0, 0.4], trust: [0.2, 0.8], autonomy: [0, 1]}",
    )
    (tmp_path / "three.yaml").write_text(text)
    terms = read_claim(tmp_path / "three.yaml").terms
    assert len(terms) == 8 and sum(weight for weight, _ in terms) == 0

    def effect(worth) -> float:
        return sum(weight * worth(**dict(setting.changes)) for weight, setting in terms)

    def pairs(cuts: float, trust: float, autonomy: float) -> float:
        return 3 * cuts - trust * autonomy + cuts * trust + 7

    assert effect(pairs) == pytest.approx(0.0)
    three = effect(lambda cuts, trust, autonomy: cuts * trust * autonomy)
    assert three == pytest.approx(0.4 * 0.6 * 1.0)


def test_shipped_claims_are_tried_by_name(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.chdir(tmp_path)
    names = "[e02_cuts_cost_trust,e13_autonomy_needs_reforms,e16_leaders_do_not_see]"
    command = ["experiment=claims", f"experiment.only={names}", *QUICK, "results_dir=out"]
    assert main(command) == 0
    table = pd.read_parquet(tmp_path / "out" / "verdicts.parquet").set_index("claim")
    assert table.loc["e16_leaders_do_not_see", "verdict"] == analysis.NOT_MODELLED
    rows = pd.read_parquet(tmp_path / "out" / "effects.parquet")
    assert len(rows) == 2 * rows["rule"].nunique() and AS_SET in set(rows["rule"])
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    usual = runs[(runs["variants"] == "") & (runs["status_quo_bias"] == usual_bias())]
    mean = usual.groupby(["scenario", "cuts"])["quality"].mean()
    c, places, reformed, both = (
        mean[name, 0.22]
        for name in (
            "centralist",
            "localist",
            "centralist_with_capability",
            "localist_with_capability",
        )
    )
    effect = rows.set_index(["claim", "rule"]).loc[("e13_autonomy_needs_reforms", AS_SET)]
    assert effect["difference"] == pytest.approx(both - reformed - places + c, abs=1e-9)


def test_a_quick_trial_leaves_rival_rules_out_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.chdir(tmp_path)
    command = ["experiment=claims", "experiment.only=[e02_cuts_cost_trust]", "results_dir=out"]
    assert main([*command, *QUICK, "experiment.quick=true"]) == 0
    assert set(pd.read_parquet(tmp_path / "out" / "effects.parquet")["rule"]) == {AS_SET}
    assert "no rival rule was tried" in " ".join(capsys.readouterr().out.split())


def usual_bias() -> float:
    import localism_sim as ls

    return ls.load_scenario("centralist").parameters.status_quo_bias


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["experiment.only=[e02_cut_cost_trust]"], ["only", "e02_cuts_cost_trust"]),
        (["experiment.path=nowhere"], ["experiment.path", "nowhere"]),
        (["parameters.leadership=0.5"], ["leadership", "e06_leadership"]),
        (["scenario=localist"], ["scenario"]),
    ],
)
def test_what_cannot_be_tried_is_refused(arguments, words, refused):
    assert missing(words, refused(["experiment=claims", *QUICK, *arguments])) == []


def test_draws_are_tried_under_the_rival_rules_where_a_claim_holds(tmp_path, monkeypatch):
    """The share of draws under a rule is that of the runs that are kept: cuts against none."""
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.setattr(jobs, "RULE_DRAWS", 2)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "cuts.yaml").write_text(GOOD.replace("0.01", "0.001"))
    command = [
        "experiment=claims",
        "behaviour=posterior",
        "experiment.path=mine",
        "results_dir=out",
    ]
    assert main([*command, *QUICK]) == 0
    effects = pd.read_parquet(tmp_path / "out" / "effects.parquet").set_index("rule")
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    holds = effects.index[(effects["status"] == HOLDS) & (effects.index != AS_SET)]
    assert len(holds) > 0
    assert effects.loc[holds, "draws_hold"].notna().all()
    assert effects.drop(index=[AS_SET, *holds])["draws_hold"].isna().all()
    rule = next(each for each in holds if each in shipped_variants())
    own = runs[(runs["variants"] == rule) & (runs["behaviour"] == DRAWN)]
    by_cuts = own.pivot(index="seed", columns="cuts", values="quality")
    assert list(by_cuts.index) == [0, 1]
    assert effects.loc[rule, "draws_hold"] == ((by_cuts[0.6] - by_cuts[0.0]) <= -0.001).mean()
    verdicts = pd.read_parquet(tmp_path / "out" / "verdicts.parquet").iloc[0]
    assert verdicts["rules_hold"] == pytest.approx(effects.loc[holds, "draws_hold"].mean())
    told = (tmp_path / "out" / "summary.md").read_text()
    assert "Under the rival rules where it holds, in" in told and "of 2 draws each" in told
