"""The sensitivity experiments as a user meets them: one command, whole answers, nothing run twice,
one clear sentence for what cannot be.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from in_process import Here
from known_functions import ANGLES, ISHIGAMI, SHARES, Known, g_indices

from localism_sim.analysis.sensitivity import indices as analysis
from localism_sim.analysis.sensitivity.indices import Design, analyse, evaluate
from localism_sim.command.cli import main
from localism_sim.jobs.catalogue import EXPERIMENTS
from localism_sim.report.figures import sensitivity as figures
from localism_sim.sweeps import executors
from localism_sim.sweeps.question import Simulation
from localism_sim.sweeps.sweep import Sweep

COMMAND = [str(Path(sys.executable).with_name("localism-sim"))]
SMALL = ["places=synthetic", "places.count=3", "places.scale=100000", "months=4"]
VARY = "experiment.vary={cuts:[0,0.4],trust:null,chain_length:null}"
LEAST = {"sobol": 16, "morris": 8, "pawn": 128, "delta": 128, "rbd_fast": 128}


@pytest.fixture
def here(monkeypatch, tmp_path):
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.setattr(analysis, "MANY", 0)  # resamples are tested with the methods
    monkeypatch.setattr(analysis, "RESAMPLES_OF_MANY", 25)
    # the installed command's test draws figures
    monkeypatch.setattr(figures, "drawable", lambda result: [])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(method, *more, samples=None):
    given = [
        f"experiment={method}",
        f"experiment.samples={samples or LEAST[method]}",
        "experiment.outcome=trust",
        VARY,
        *SMALL,
        "seeds=2",
        "results_dir=out",
    ]
    named = {setting.partition("=")[0]: setting for setting in (*given, *more)}
    return main([*named.values()])


# The installed command


def test_one_command_answers_in_words_tables_and_figures_and_again_does_nothing(tmp_path):
    command = [
        *COMMAND,
        "experiment=sobol",
        "experiment.samples=16",
        "experiment.outcome=trust",
        VARY,
        *SMALL,
        "seeds=3",
        "workers=1",
    ]
    first = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert first.returncode == 0, first.stderr
    (folder,) = (tmp_path / "results").iterdir()
    assert folder.name.startswith("sobol-")
    for said in (
        "What moves trust in local services",
        "alone",
        "with interactions",
        "placebo",
        "Luck makes",
        f"results/{folder.name}/trust",
    ):
        assert said in first.stdout, first.stdout
    assert {path.name for path in (folder / "trust").iterdir()} == {
        "tables.xlsx",
        "summary.md",
        "analysis.json",
        "report.json",
        "figures",
        *(
            f"{name}.{kind}"
            for name in ("indices", "pairs", "ranking", "convergence", "noise")
            for kind in ("csv", "parquet")
        ),
    }
    assert {path.name for path in (folder / "trust" / "figures").glob("*.png")} == {
        "bars.png",
        "interactions.png",
    }, "with N = 16 nothing to converge"
    indices = pd.read_csv(folder / "trust" / "indices.csv").set_index("name")
    assert (
        indices.index[0] == "trust"
        and indices.loc["cuts", ["low", "high"]].tolist() == [0.0, 0.4]
        and indices.loc["placebo", "total"] == 0.0
    )
    words = (folder / "trust" / "summary.md").read_text()
    assert (
        "| cuts | 0 | 0.4 | share |" in words
        and "Seeds: 0, 1, 2" in words
        and "'experiment.vary={cuts" in words
    )
    assert len(pd.read_parquet(folder / "ledger.parquet")) == 3 * 16 * 8
    again = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\nfrom localism_sim.command.cli import main\ncode = main(sys.argv[1:])\n"
            "print('SALib' in sys.modules or 'matplotlib' in sys.modules)\nsys.exit(code)",
            *command[1:],
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (
        again.returncode == 0
        and again.stdout.startswith("Nothing to do")
        and again.stdout.endswith("False\n")
    ), again.stdout + again.stderr


# Every method


@pytest.mark.parametrize(
    "method",
    [name for name, each in EXPERIMENTS.items() if "placebos" in each.options and name != "sobol"],
)
def test_every_method_runs(here, method, capsys):
    assert ask(method) == 0
    indices = pd.read_parquet(here / "out" / "trust" / "indices.parquet")
    assert (
        set(indices["name"]) == {"cuts", "trust", "chain_length", "placebo"}
        and indices["name"][0] == "trust"
    )
    assert "placebo" in capsys.readouterr().out


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_groups_are_analysed_as_one(here, method, capsys):
    assert (
        main(
            [
                f"experiment={method}",
                f"experiment.samples={LEAST[method]}",
                "experiment.vary=[headline,problem]",
                "experiment.grouped=true",
                "experiment.outcome=trust",
                *SMALL,
                "seeds=1",
                "results_dir=out",
            ]
        )
        == 0
    )
    assert set(pd.read_parquet(here / "out" / "trust" / "indices.parquet")["name"]) == {
        "headline",
        "problem",
        "placebo",
    }
    assert "headline conditions" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name, factors, truth", [("ishigami", ANGLES, ISHIGAMI), ("sobol_g", SHARES, g_indices())]
)
def test_a_sweep_of_a_known_function_agrees_with_its_closed_form_within_the_intervals(
    tmp_path, name, factors, truth
):
    design = Design("sobol", factors, 256, second_order=False)
    with Sweep(tmp_path, Known(name), workers=2) as sweep:
        runs = evaluate(design, sweep.run)
    result = analyse(design, runs, "y", converge=False)
    rows = result.table.loc[[factor.name for factor in factors]]
    for measure in ("first", "total"):
        assert (
            (rows[f"{measure}_low"] <= np.array(truth[measure]) + 1e-9)
            & (truth[measure] <= rows[f"{measure}_high"] + 1e-9)
        ).all(), measure


# Nothing twice, nothing lost


def test_another_outcome_of_the_same_design_needs_no_new_runs(here, monkeypatch, capsys):
    assert ask("sobol") == 0
    monkeypatch.setattr(Simulation, "answer", lambda *_: pytest.fail("run again"))
    assert ask("sobol", "experiment.outcome=[quality_mean,wellbeing]") == 0
    assert all(
        (here / "out" / name / "summary.md").exists()
        for name in ("trust", "quality_mean", "wellbeing")
    )
    overview = (here / "out" / "summary.md").read_text()
    assert all(
        f"]({name}/summary.md)" in overview for name in ("trust", "quality_mean", "wellbeing")
    )
    capsys.readouterr()
    assert ask("sobol", "experiment.outcome=wellbeing") == 0 and capsys.readouterr().out.startswith(
        "Nothing to do"
    )


def test_a_larger_design_keeps_the_runs_of_the_smaller_one(here, capsys):
    assert ask("sobol") == 0
    before, first = (
        set((here / "out" / "parts" / "runs").iterdir()),
        len(pd.read_parquet(here / "out" / "runs.parquet")),
    )
    assert ask("sobol", samples=32) == 2, "another design is not mixed in unasked"
    assert "experiment.samples was 16, is 32)" in capsys.readouterr().err
    assert ask("sobol", "accept_changes=true", samples=32) == 0
    new = set((here / "out" / "parts" / "runs").iterdir()) - before
    assert (
        sum(len(pd.read_parquet(path)) for path in new) + first
        == len(pd.read_parquet(here / "out" / "runs.parquet"))
        > 1.9 * first
    )


def test_runs_that_fail_are_told_and_no_index_is_made_from_the_rest(here, monkeypatch, capsys):
    whole = Simulation.answer

    def sometimes(self, point, seed):
        if point["chain_length"] == 3 and seed == 1:
            raise ArithmeticError("no answer here")
        return whole(self, point, seed)

    monkeypatch.setattr(Simulation, "answer", sometimes)
    assert ask("sobol") == 1
    out = " ".join(capsys.readouterr().out.split())
    assert (
        "did not end well" in out
        and "ArithmeticError" in out
        and "experiment=repeat" in out
        and "No answer is given" in out
    )
    assert not list(here.rglob("indices*")) and not (here / "out" / "summary.md").exists()
    monkeypatch.setattr(Simulation, "answer", whole)
    assert ask("sobol") == 0 and list(here.rglob("indices.csv"))


def test_damaged_analyses_are_made_again(here):
    assert ask("morris") == 0
    mark = here / "out" / "trust" / "analysis.json"
    (here / "out" / "trust" / "indices.csv").unlink()
    mark.write_text('{"runs": "other"}')
    assert ask("morris") == 0 and (here / "out" / "trust" / "indices.csv").exists()


def test_a_run_of_the_sweep_can_be_repeated(here, capsys):
    assert ask("morris") == 0
    assert main(["experiment=repeat", "experiment.folder=out", "experiment.run=7"]) == 0
    assert "The same, to the last digit" in capsys.readouterr().out


def test_a_changed_scenario_file_is_another_question(here, capsys):
    file = here / "mine.yaml"
    for level, first in (("0.1", "Morris"), ("0.9", "Morris"), ("0.9", "Nothing to do")):
        file.write_text(f"title: Mine\nsettings:\n  ring_fence: {{value: {level}, source: test}}\n")
        assert (
            main(
                [
                    "experiment=morris",
                    "experiment.samples=8",
                    "experiment.outcome=trust",
                    VARY,
                    *SMALL,
                    "seeds=1",
                    "scenario=mine.yaml",
                ]
            )
            == 0
        )
        assert capsys.readouterr().out.startswith(first)
    assert len(list((here / "results").iterdir())) == 2


# What varies


def test_parameters_set_for_the_run_stay_and_are_left_out_of_their_group(here):
    assert (
        main(
            [
                "experiment=morris",
                "experiment.samples=8",
                "experiment.outcome=trust",
                "experiment.vary=headline",
                "parameters.cuts=0.1",
                *SMALL,
                "seeds=1",
                "results_dir=out",
            ]
        )
        == 0
    )
    assert set(pd.read_parquet(here / "out" / "trust" / "indices.parquet")["name"]) == {
        "trust",
        "chain_length",
        "autonomy",
        "placebo",
    }
    assert set(pd.read_parquet(here / "out" / "runs.parquet")["cuts"]) == {0.1}


def test_a_file_of_ranges_is_the_same_question_as_its_content(here, capsys):
    (here / "ranges.yaml").write_text("cuts: [0, 0.4]\ntrust:\nchain_length:\n")
    assert ask("morris") == 0
    capsys.readouterr()
    assert ask("morris", "experiment.vary=ranges.yaml") == 0 and capsys.readouterr().out.startswith(
        "Nothing to do"
    )


def test_a_timeline_that_takes_over_a_factor_is_told(here):
    (here / "later.yaml").write_text("title: Later\ntimeline: {2: {ring_fence: 1.0}}\n")
    assert (
        main(
            [
                "experiment=morris",
                "experiment.samples=8",
                "experiment.outcome=trust",
                "experiment.vary=[ring_fence,trust]",
                *SMALL,
                "seeds=1",
                "scenario=later.yaml",
                "results_dir=out",
            ]
        )
        == 0
    )
    assert (
        "sets 'ring_fence' in month 2: what is varied counts only until then"
        in (here / "out" / "trust" / "summary.md").read_text()
    )


@pytest.mark.parametrize(
    "given, words",
    [
        ("experiment.samples=100", ["experiment.samples = 100", "power of two", "64 or 128"]),
        ("experiment.samples=8", ["8", "16"]),
        ("experiment.samples=many", ["'many'", "whole number"]),
        ("experiment.samples=1073741824", ["runs or more", "room for"]),
        ("experiment.vary={cuts:[0.4,0]}", ["cuts", "0.4", "reversed"]),
        ("experiment.vary={cuts:[0,0.9]}", ["cuts", "0.9", "0.0 to 0.6"]),
        ("experiment.vary={cuts:[0,.nan]}", ["cuts", "finite"]),
        ("experiment.vary=[cutz]", ["'cutz'", "Did you mean 'cuts'"]),
        ("experiment.vary=cutz", ["'cutz'", "Did you mean 'cuts'"]),
        ("experiment.vary=3", ["3", "names of parameters"]),
        ("experiment.vary=[]", ["nothing varies"]),
        ("experiment.vary=nowhere.yaml", ["nowhere.yaml", "no such file"]),
        ("experiment.vary=.", ["'.'", "is not allowed"]),
        ("experiment.vary=list.yaml", ["list.yaml", "'spending'"]),
        ("experiment.vary=empty.yaml", ["empty.yaml", "cuts: [0, 0.4]"]),
        ("experiment.vary=broken.yaml", ["broken.yaml", "YAML"]),
        ("experiment.vary=twice.yaml", ["twice.yaml", "'cuts' is given twice"]),
        ("experiment.vary=bomb.yaml", ["bomb.yaml", "references"]),
        ("experiment.vary=code.yaml", ["code.yaml", "YAML"]),
        ("experiment.vary=/dev/zero.yaml", ["zero.yaml"]),
        ("experiment.outcome=sprad", ["'sprad'", "Did you mean 'spread'"]),
        ("experiment.outcome=[spread,trsut]", ["'trsut'", "trust"]),
        ("experiment.outcome=[]", ["experiment.outcome"]),
        ("experiment.outcome=[3]", ["experiment.outcome"]),
        ("experiment.grouped=maybe", ["experiment.grouped", "true or false"]),
        ("experiment.second_order=1", ["experiment.second_order", "true or false"]),
        ("experiment.placebos=-1", ["experiment.placebos", "0 to 20"]),
        ("parameters.cuts=0.1", ["'cuts'", "parameters.cuts", "one or the other"]),
        ("experiment.half_width=3", ["no option of experiment=sobol"]),
    ],
)
def test_bad_input_gets_one_clear_sentence_before_anything_runs(here, given, words, capsys):
    (here / "list.yaml").write_text("[spending, cuts]")
    (here / "empty.yaml").write_text("")
    (here / "broken.yaml").write_text("cuts: [0, 0.4")
    (here / "twice.yaml").write_text("cuts: [0, 0.4]\ncuts: [0, 0.1]\n")
    (here / "bomb.yaml").write_text("a: &a [0, 1]\nb: [*a, *a]\n")
    (here / "code.yaml").write_text("cuts: !!python/object/apply:os.system ['touch hacked']\n")
    assert ask("sobol", given) == 2
    message = capsys.readouterr().err
    assert (
        message.startswith("localism-sim: ")
        and message.count("\n") == 1
        and all(word in message for word in words)
    ), message
    assert not (here / "out").exists() and not (here / "hacked").exists()


def test_an_outcome_without_variation_is_refused_and_the_runs_are_kept(here, capsys):
    assert ask("sobol", "experiment.outcome=months_to_half") == 2
    message = capsys.readouterr().err
    assert (
        "months_to_half is 5 in every run" in message
        and "runs are kept" in message
        and message.count("\n") == 1
    )
    assert len(pd.read_parquet(here / "out" / "runs.parquet")) == 2 * 16 * 8
    assert ask("sobol", "experiment.outcome=[months_to_half,trust]") == 1
    assert (
        "Not analysed: months_to_half" in capsys.readouterr().out
        and (here / "out" / "trust" / "summary.md").exists()
    )
