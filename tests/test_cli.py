"""The installed command, as a user types it."""

import functools
import inspect
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import missing, refusal
from in_process import Here
from rich.console import Console

from localism_sim.analysis.comparison import FIRST_MONTH, USUAL_BASELINE
from localism_sim.command.cli import main
from localism_sim.command.configuration import compose
from localism_sim.jobs.request import USUAL_PLACES, Request
from localism_sim.model.engine import simulate
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.parameters import FIELDS
from localism_sim.model.scenario import load_scenario
from localism_sim.report.blocks import Report
from localism_sim.sweeps.executors import EXECUTORS

COMMAND = [str(Path(sys.executable).with_name("localism-sim"))]
QUICK = ["places=synthetic", "places.count=6", "months=8", "seeds=3"]


def sim(*arguments: str, cwd=None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, cwd=cwd, timeout=300
    )


@pytest.fixture(scope="module")
def main_job(tmp_path_factory) -> tuple[Path, str]:
    """The folder in which the main job ran, and what it said."""
    folder = tmp_path_factory.mktemp("main_job")
    done = sim(*QUICK, "results_dir=out", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_the_main_job_writes_whole_results(main_job):
    folder, said = main_job
    names = {path.name for path in (folder / "out").iterdir()}
    assert {
        "config.yaml",
        "runs.parquet",
        "history.parquet",
        "by_place.parquet",
        "contrasts.parquet",
        "summary.md",
        "figures",
    } <= names
    assert not [path for path in (folder / "out").rglob("*.tmp*")]
    runs = pd.read_parquet(folder / "out" / "runs.parquet")
    assert len(runs) == 5 * 3 and runs.notna().all().all()
    assert "Quality of services" in said and "out" in said


def test_the_main_job_tells_reforms_from_autonomy_on_three_grounds(main_job):
    """Each effect is the mean of what the runs themselves say, and the grounds are where they say
    that they are.
    """
    folder, said = main_job
    table = pd.read_parquet(folder / "out" / "effects.parquet")
    assert set(table["ground"]) == {"usual", "alike", "other_rule"}
    elsewhere = pd.read_parquet(folder / "out" / "elsewhere.parquet")
    for ground, runs in (
        ("usual", pd.read_parquet(folder / "out" / "runs.parquet")),
        ("alike", elsewhere[elsewhere["ground"] == "alike"]),
    ):
        mean = runs.groupby("scenario")["quality"].mean()
        effect = table[
            (table["ground"] == ground)
            & (table["outcome"] == "quality")
            & (table["effect"] == "autonomy_given_the_reforms")
        ]["difference"].item()
        local, centre = "localist_with_capability", "centralist_with_capability"
        assert effect == pytest.approx(mean[local] - mean[centre], abs=1e-12)
    alike = elsewhere[elsewhere["ground"] == "alike"]["quality"]
    assert not set(alike) & set(elsewhere[elsewhere["ground"] == "other_rule"]["quality"])
    assert "Interaction" in said and "status_quo_bias" in said


def test_the_same_command_gives_the_same_numbers(main_job, monkeypatch):
    """Run again in this process and without figures, which other tests draw."""
    folder, _ = main_job
    monkeypatch.chdir(folder)
    monkeypatch.setattr(Report, "figures", ())
    assert main([*QUICK, "results_dir=again"]) == 0
    for name in ("runs", "history", "by_place"):
        a, b = (pd.read_parquet(folder / run / f"{name}.parquet") for run in ("out", "again"))
        pd.testing.assert_frame_equal(a, b, check_exact=True)


def test_multirun_ends_in_one_tidy_table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(EXECUTORS, "local", Here)
    asked = ["--multirun", "parameters.cuts=0,0.4", "parameters.autonomy=0.1,0.9"]
    assert main([*asked, *QUICK, "results_dir=out"]) == 0
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    assert len(runs) == 4 * 3
    assert set(zip(runs["cuts"], runs["autonomy"])) == {
        (0.0, 0.1),
        (0.0, 0.9),
        (0.4, 0.1),
        (0.4, 0.9),
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["parameters.trsut=0.3"], ["trsut", "Did you mean 'trust'"]),
        (["parameters.cuts=7"], ["cuts", "7", "0.0 to 0.6"]),
        (["parameters.cuts=nan"], ["cuts", "nan"]),
        (["parameters.cuts=lots"], ["cuts", "'lots'"]),
        (["parameters.chain_length=2.5"], ["chain_length", "whole number"]),
        (["scenario=sure_strat"], ["sure_strat", "sure_start"]),
        (["months=0"], ["months", "0"]),
        (["months=x"], ["months", "'x'"]),
        (["scenario=sure_start", "months=5"], ["month 11", "horizon of 5"]),
        (["seeds=0"], ["seeds"]),
        (["seeds=[1,1]"], ["seeds", "twice"]),
        (["places=englnd"], ["englnd", "england"]),
        (["places=synthetic", "places.count=0"], ["places.count", "zero"]),
        (["places=csv"], ["places.path"]),
        (["places=csv", "places.path=nowhere.csv"], ["nowhere.csv"]),
        (["places.scale=0"], ["places.scale"]),
        (["experiment=sobl"], ["sobl"]),
        (["cuts=0.3"], ["cuts", "parameters.cuts"]),
        (["nonsense"], ["nonsense"]),
        (["--multrun"], ["--multrun", "--multirun"]),
        (["results_dir=../../elsewhere"], ["results_dir", "../../elsewhere"]),
        (["results_dir=/proc/nowhere"], ["results_dir"]),
        (["--multirun", "parameters.cuts=0,9"], ["cuts", "9"]),
        (["experiment=[1,1]"], ["unknown experiment", "[1"]),
        (["places=[1,2]"], ["places", "[1"]),
        (["--multirun", "places=england,atlantis"], ["atlantis"]),
        (["parameters.cuts=[1"], ["understood"]),
    ],
)
def test_bad_input_gets_one_clear_message_and_exit_code_2(arguments, words, refused):
    assert missing(words, refused(arguments)) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["parameters.trsut=0.3"], ["trsut", "Did you mean 'trust'"]),
        (["--multirun", "parameters.cuts=0,9"], ["cuts", "9"]),
    ],
)
def test_the_installed_command_refuses_alike(arguments, words, tmp_path):
    done = sim(*arguments, cwd=tmp_path)
    assert missing(words, refusal(done.returncode, done.stderr, tmp_path)) == []


def test_help_is_short_and_says_where_the_rest_is():
    done = sim("--help")
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and max(map(len, lines)) <= 80 and len(lines) < 100
    assert all(word in done.stdout for word in ("sure_start", "england", "--help=all"))


def test_the_whole_help_lists_experiments_scenarios_and_parameters(capsys):
    assert main(["--help=all"]) == 0
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 80
    shown = " ".join(said.split())
    wanted = (*FIELDS, *OUTCOMES, "sure_start", "places.scale", "how many times faster trust falls")
    assert missing(wanted, shown) == []


REFUSED_EARLY = """
import sys
from localism_sim.command.cli import main
asked = (["seedz=3"], ["seeds=0"], ["scenario=nope"], ["workers=100000"], ["months=0"],
         ["experiment=sobol", "experiment.samples=7"], ["experiment=discover", "seeds=[-1]"],
         ["experiment=sobol", "experiment.samples=4096", "seeds=300000"])
print([main(each) for each in asked] == [2] * len(asked),
      sorted({"numba", "SALib", "openpyxl", "docx", "matplotlib", "mesa"} & set(sys.modules)))
"""


def test_a_refusal_does_not_wait_for_what_it_does_not_need():
    """The compiler, SALib and the writers of documents take longer to load than all else."""
    asked = [sys.executable, "-c", REFUSED_EARLY]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=300)
    assert done.stdout == "True []\n" and done.stderr.count("\n") == 8, done


def started(*arguments: str, cwd: Path, **more) -> subprocess.Popen:
    """The command at work, heeding Ctrl-C: whoever runs the tests in the background has it
    ignored.
    """
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        **more,
    )


PRESSED_AT = """
import os, runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
module, command, *arguments = sys.argv[1:]
def press(event, given):
    if event == "import" and given[0] == module:
        os.kill(os.getpid(), signal.SIGINT)
sys.addaudithook(press)
sys.argv = [command, *arguments]
runpy.run_path(command, run_name="__main__")
"""
"""The installed command, in which Ctrl-C is pressed when a module begins to be imported."""


@pytest.mark.parametrize(
    "module", ["localism_sim.foundation.interruption", "omegaconf", "numpy", "numba"]
)
def test_ctrl_c_while_it_is_being_loaded_is_one_line(tmp_path, module):
    process = subprocess.run(
        [sys.executable, "-c", PRESSED_AT, module, *COMMAND, *QUICK],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert process.returncode == 130, process
    assert process.stderr.startswith("localism-sim: stopped"), process
    assert process.stderr.count("\n") == 1, process


TIDYING_UP = """
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from localism_sim.__main__ import entry
from localism_sim.command import cli
def interrupted_while_tidying_up(arguments):
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:
        raise AttributeError("half undone")
cli.carry_out = interrupted_while_tidying_up
entry()
"""


def test_an_error_that_ctrl_c_brings_about_in_a_library_is_not_shown():
    """Seen in OmegaConf: interrupted in a `with` block, it failed in that block's clean-up."""
    done = subprocess.run([sys.executable, "-c", TIDYING_UP], capture_output=True, text=True)
    assert done.returncode == 130
    assert done.stderr.startswith("localism-sim: stopped") and done.stderr.count("\n") == 1, done


def test_ctrl_c_does_not_wait_for_the_compilation_it_is_in(tmp_path):
    elsewhere = {**os.environ, "LOCALISM_SIM_CACHE": str(tmp_path / "cache")}
    process = started(*QUICK, "results_dir=out", cwd=tmp_path, env=elsewhere)
    assert "compiling" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=300)
    assert process.returncode == 130 and error.count("\n") == 1 and "stopped" in error, error
    kept = {path.name.partition("-")[0] for path in tmp_path.glob("cache/*/*.code")}
    assert "run_months" not in kept, "the whole month was compiled to the end"


def test_ctrl_c_leaves_whole_files_only(tmp_path):
    process = started("seeds=3000", "results_dir=out", cwd=tmp_path)
    assert process.stdout.readline(), "runs begin after this line"
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(
        timeout=300
    )  # generous: a cold start first ends the compilation it is in, on a busy machine in minutes
    assert process.returncode == 130, error
    assert "stopped" in error and "Traceback" not in error
    for path in tmp_path.rglob("*.parquet"):
        pd.read_parquet(path)
    assert not list(tmp_path.rglob("*.tmp*"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["~seeds=null"], ["~seeds", "taken away"]),
        (["~executor"], ["~executor", "taken away"]),
        (["~parameters=null"], ["~parameters", "taken away"]),
        (["scenario=0"], ["scenario", "0"]),
        (["scenario=false"], ["scenario", "False"]),
        (["experiment=tipping", "scenario=0"], ["scenario", "0"]),
        (["keep=0"], ["keep", "0"]),
        (["experiment=tipping", "keep=0"], ["keep", "0"]),
        (["keep=[history]"], ["keep", "no sweep"]),
        (["fail_fast=true"], ["fail_fast", "no sweep"]),
        (["timeout=3"], ["timeout", "no sweep"]),
        (["executor=dask"], ["executor", "no sweep"]),
        (["parameters=${months}", "parameters.cuts=0.1"], ["cannot be understood"]),
        (["--multirun", "executor=local,ray"], ["executor", "'local', 'ray'"]),
        (["--multirun", "keep=[history],[by_place]"], ["keep", "share one"]),
        (["--multirun", "parameters.cuts=range(0,0.6,0.0000001)"], ["6,000,000", "memory"]),
        (["scenario=sure_start", "experiment.grounds=false"], ["grounds", "baseline"]),
        (["experiment.grounds=perhaps"], ["grounds", "perhaps"]),
        (["workers=100000"], ["workers", "100000", "processors"]),
        (["seeds=[1,5000000000000000000]"], ["seeds", "5000000000000000000"]),
        (["--multirun", "seeds=[1],[5000000000000000000]"], ["seeds", "5000000000000000000"]),
    ],
)
def test_a_setting_that_would_do_nothing_or_too_much_is_refused(arguments, words, refused):
    assert missing(words, refused(arguments)) == []


def test_a_sweep_beyond_the_machine_is_refused_before_it_is_counted_out(refused):
    said = refused(["experiment=morris", "seeds=1000000", *QUICK[:2]])
    assert missing(["64,000,000 runs or more", "memory"], said) == []


def test_standard_output_may_be_closed_or_full(tmp_path):
    """Nothing to write to is no reason for a traceback."""
    for target, code in ((">&-", 0), (">/dev/full", 1)):
        done = subprocess.run(
            ["sh", "-c", f"{COMMAND[0]} --version {target}"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert done.returncode == code and "Traceback" not in done.stderr, done.stderr


def test_what_the_environment_sets_for_others_changes_nothing(monkeypatch, tmp_path):
    """A user's own matplotlibrc changes no byte of a figure."""
    import matplotlib
    import numpy as np

    from localism_sim.report.figures.style import in_house_style, save, sheet

    @in_house_style
    def drawn(name: str) -> bytes:
        figure = sheet(4, 3)
        figure.add_subplot().plot(np.arange(3))
        return save(figure, tmp_path / name).read_bytes()

    usual = drawn("usual")
    with matplotlib.rc_context({"lines.linewidth": 9, "axes.facecolor": "red"}):
        assert drawn("other") == usual


def test_a_multirun_in_which_no_run_ends_well_still_keeps_its_ledger(tmp_path, monkeypatch, capsys):
    from localism_sim.sweeps.question import Simulation

    def broken(self, point, seed):
        raise ArithmeticError("no answer")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(EXECUTORS, "local", Here)
    monkeypatch.setattr(Simulation, "answer", broken)
    assert main(["--multirun", "parameters.cuts=0,0.2", *QUICK, "results_dir=out"]) == 1
    assert "6 of 6 runs did not end well" in capsys.readouterr().out
    ledger = pd.read_parquet(tmp_path / "out" / "ledger.parquet")
    assert list(ledger["status"]) == ["failed"] * 6


@pytest.mark.parametrize(
    "given", [{"places": "england"}, {"seeds": 2}, {"seeds": [2**62 + 1]}, {"seeds": 1.5}]
)
def test_python_calls_refuse_what_they_cannot_use(given):
    import localism_sim as ls

    with pytest.raises(ls.BadInput, match=next(iter(given)).rstrip("s")):
        ls.simulate_many([ls.Parameters()], **given)


@pytest.mark.parametrize("kind", ["compare", "england", "replicate"])
def test_a_scenario_with_the_name_of_its_baseline_is_refused_before_it_runs(
    kind, refused, tmp_path
):
    (tmp_path / "localist.yaml").write_text("baseline: localist\nsettings: {choices: 6}\n")
    message = refused([f"experiment={kind}", "scenario=localist.yaml"])
    assert "localist.yaml" in message and "name of its baseline, localist" in message


def test_a_scenario_without_a_baseline_is_told_what_it_is_set_against(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    for name, more in (("bare", ""), ("based", "baseline: localist\n")):
        Path(f"{name}.yaml").write_text(f"{more}title: Mine\nsettings: {{choices: 6}}\n")
    usual = load_scenario(USUAL_BASELINE).title
    for name in ("bare", "based"):
        assert main([*QUICK, f"scenario={name}.yaml", "dry_run=true"]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert (
            f"Mine names no baseline, so it is set against the usual one, {usual}." in said
        ) == (name == "bare")


def test_defaults_are_those_of_the_model():
    usual = {name: each.default for name, each in inspect.signature(simulate).parameters.items()}
    config = compose([])
    assert config["months"] == usual["months"]
    assert config["places"] == USUAL_PLACES
    assert Request.from_config(config, "", Console(quiet=True)).start == FIRST_MONTH
