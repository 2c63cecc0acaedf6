"""Every kind of job on every kind of input: edited, it is another question; what was deleted or
damaged is made again; folders never mix.
"""

import hashlib
import itertools
import multiprocessing
import os
from pathlib import Path
from typing import BinaryIO

import pytest
from in_process import Here
from matplotlib.figure import Figure

from localism_sim.command import cli
from localism_sim.jobs.catalogue import EXPERIMENTS
from localism_sim.report.blocks import Report
from localism_sim.sweeps.executors import EXECUTORS

TINY = ["months=6", "places.scale=200000"]
SYNTHETIC = ["places=synthetic", "places.count=3"]
JOBS = {
    "main": ["seeds=2"],
    "replicate": ["experiment=replicate", "experiment.most=30", "experiment.difference=false"],
    "tipping": ["experiment=tipping", "seeds=3", "experiment.grid=3", "experiment.hysteresis=false"]
    + ["experiment.threshold=0.3"],
    "discover": ["experiment=discover", "experiment.samples=64", "seeds=1", "experiment.halves=5"]
    + ["experiment.threshold=0.2", "experiment.outcome=quality"],
    "morris": [
        "experiment=morris",
        "experiment.samples=8",
        "seeds=1",
        "experiment.outcome=permission",
    ],
    "multirun": ["--multirun", "seeds=1", "parameters.cuts=0,0.2"],
    "levers": ["experiment=levers", "seeds=2"],
    "claims": ["experiment=claims", "experiment.path=claims", "seeds=2"],
    "theories": ["experiment=theories", "seeds=2"],
    "robustness": ["experiment=robustness", "seeds=2", "experiment.draws=20"]
    + ["experiment.draw_seeds=1"],
}
"""A small job of each kind that reads files of the user's."""
OTHERWISE = {
    "compare": "main",
    "england": "as main, with every resident",
    **dict.fromkeys(("sobol", "pawn", "delta", "rbd_fast"), "as morris"),
    "patterns": "takes no file: each pattern has a set-up of its own",
    "calibrate": "takes no file, as patterns",
    "repeat": "keeps nothing",
    **dict.fromkeys(("policy", "trial"), "as discover and morris"),
}
"""Every other kind of experiment, and why it has no row of its own."""
VARY = ["experiment.vary=[autonomy,connectivity]"]
VARIED = {"discover", "morris", "levers"}
OWN_SCENARIOS = {"levers", "claims", "theories", "robustness"}
"""Jobs that refuse `scenario=`."""
DEAR = {("robustness", "places"), ("theories", "places"), ("robustness", ""), ("theories", "")}
"""Jobs, and what is done to them, that are tried in the slow tests only."""


def marked(job: str, input_: str = ""):
    """A case of a test, slow if it is dear."""
    marks = [pytest.mark.slow] if (job, input_) in DEAR else []
    return pytest.param(
        *(each for each in (job, input_) if each), marks=marks, id=f"{job}-{input_}".strip("-")
    )


def scenario(value: float, extends: str = "") -> str:
    more = f"extends: {extends}\n" if extends else ""
    return f"{more}settings:\n  choices: {{value: {value}, source: made up}}\n"


def table(extra: int) -> str:
    rows = [f"p{n},Place {n},{100_000 + extra * n},{20 + 5 * n}" for n in range(1, 5)]
    return "\n".join(["id,name,population,deprivation", *rows]) + "\n"


def claim(cuts: float) -> str:
    return (
        "words: made up\nnumber: made up\nside: essay\n"
        "from: {scenario: coalition_2010, cuts: 0}\n"
        f"to: {{scenario: coalition_2010, cuts: {cuts}}}\noutcome: trust\nexpected: lower\n"
        "smallest: 0.005\ncontradicted_by: no fall\n"
    )


INPUTS = {
    "scenario": ({"my.yaml": scenario(6)}, {"my.yaml": scenario(7)}, ["scenario=my.yaml"]),
    "extended": (
        {"base.yaml": scenario(6), "my.yaml": "extends: base\ntitle: mine\n"},
        {"base.yaml": scenario(7)},
        ["scenario=my.yaml"],
    ),
    "places": (
        {"mine.csv": table(1000)},
        {"mine.csv": table(2000)},
        ["places=csv", "places.path=mine.csv"],
    ),
    "ranges": (
        {"vary.yaml": "autonomy: [0, 0.4]\nconnectivity: [0.2, 0.5]\n"},
        {"vary.yaml": "autonomy: [0, 0.3]\nconnectivity: [0.2, 0.6]\n"},
        ["experiment.vary=vary.yaml"],
    ),
    "claim": (
        {"claims/cuts_cost_trust.yaml": claim(0.2)},
        {"claims/cuts_cost_trust.yaml": claim(0.3)},
        [],
    ),
    "policies": (
        {"my.yaml": scenario(6)},
        {"my.yaml": scenario(7)},
        ["experiment.policies=[my.yaml,coalition_2010]"],
    ),
}
SOME_READ = {"ranges": VARIED, "claim": {"claims"}, "policies": {"theories"}}
"""Inputs that only these jobs read."""


def reads(job: str, input_: str) -> bool:
    """Whether a job reads such an input."""
    if input_ in ("scenario", "extended"):
        return job not in OWN_SCENARIOS
    return job in SOME_READ.get(input_, JOBS)


def quickly(figure: Figure, where: Path | BinaryIO, **how) -> None:
    """In the place of drawing, which takes longer than all else."""
    if isinstance(where, Path):
        where.write_bytes(b"drawn")
    else:
        where.write(b"drawn")


@pytest.fixture
def given(tmp_path, monkeypatch, capsys):
    """Gives a command line in an empty folder; its exit code and what it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(EXECUTORS, "local", Here)
    monkeypatch.setattr(Figure, "savefig", quickly)

    def give(*arguments: str) -> tuple[int, str]:
        code = cli.main(list(arguments))
        said = capsys.readouterr()
        return code, said.out + said.err

    return give


def pairs():
    for job, input_ in itertools.product(JOBS, INPUTS):
        if reads(job, input_):
            yield marked(job, input_)


@pytest.mark.parametrize(("job", "input_"), list(pairs()))
def test_an_edited_input_is_another_question(given, monkeypatch, job, input_):
    monkeypatch.setattr(Report, "figures", ())
    before, after, named = INPUTS[input_]
    where = [] if input_ == "places" else SYNTHETIC
    vary = (
        ["experiment.vary=[autonomy,connectivity]"] if job in VARIED and input_ != "ranges" else []
    )
    command = [*JOBS[job], *TINY, *where, *named, *vary]
    Path("claims").mkdir()
    for name, text in {"claims/cuts_cost_trust.yaml": claim(0.2), **before}.items():
        Path(name).write_text(text)
    assert given(*command, "results_dir=out")[0] == 0
    code, said = given(*command, "results_dir=out")
    assert code == 0 and "Nothing to do" in said
    for name, text in after.items():
        Path(name).write_text(text)
    code, said = given(*command, "results_dir=out")
    assert code == 2 and "Nothing to do" not in said, said
    assert any(
        words in said for words in ("another question", "other settings", "was changed after")
    )
    changed = ["accept_changes=true"] if input_ == "claim" else []
    code, said = given(*command, "results_dir=out", "overwrite=true", *changed)
    assert code == 0 and "Nothing to do" not in said, said


def test_every_kind_of_experiment_says_how_its_inputs_are_tried():
    told = {
        next((a.split("=")[1] for a in each if a.startswith("experiment=")), "compare")
        for each in JOBS.values()
    }
    assert told | set(OTHERWISE) == set(EXPERIMENTS)


def kept(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name[0] != "." and path.suffix != ".changed"
    }


@pytest.mark.parametrize("job", [marked(job) for job in JOBS])
def test_what_was_deleted_or_damaged_is_made_again_and_notes_stay(given, job):
    vary = VARY if job in VARIED else []
    command = [*JOBS[job], *TINY, *SYNTHETIC, *vary, "results_dir=out"]
    Path("claims").mkdir()
    Path("claims/cuts_cost_trust.yaml").write_text(claim(0.2))
    assert given(*command)[0] == 0
    whole = kept(Path("out"))
    Path("out/notes.txt").write_text("mine")
    wanted = [name for name in whole if not name.startswith(("parts", "manifest", "job"))]
    for number, name in enumerate(wanted):
        path = Path("out") / name
        path.unlink() if number % 2 else path.write_bytes(b"damaged")
    code, said = given(*command)
    assert code == 0 and "Nothing to do" not in said
    assert set(kept(Path("out"))) == {*whole, "notes.txt"}
    assert b"damaged" not in {(Path("out") / name).read_bytes() for name in wanted}
    assert "Nothing to do" in given(*command)[1]
    code, said = given(*command, "months=7")
    assert code == 2 and "results_dir" in said
    assert given(*command, "months=7", "overwrite=true")[0] == 0
    assert Path("out/notes.txt").read_text() == "mine"


def test_a_folder_belongs_to_one_kind_of_job(given):
    small = [*TINY, *SYNTHETIC]
    assert given(*JOBS["multirun"], *small, "results_dir=sweep")[0] == 0
    before = kept(Path("sweep"))
    assert given("seeds=2", *small, "results_dir=sweep")[0] == 2
    assert kept(Path("sweep")) == before
    assert given("seeds=2", *small, "results_dir=main")[0] == 0
    before = kept(Path("main"))
    for job in ("multirun", "replicate"):
        assert given(*JOBS[job], *small, "results_dir=main")[0] == 2
    assert kept(Path("main")) == before
    Path("own").mkdir()
    Path("own/summary.md").write_text("mine")
    for more in ([], ["overwrite=true"]):
        code, said = given("seeds=2", *small, "results_dir=own", *more)
        assert code == 2 and "summary.md" in said
    assert Path("own/summary.md").read_text() == "mine"


def start(folder: str, barrier, arguments: list[str]) -> None:
    """One of two jobs that start at the same moment."""
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    barrier.wait()
    raise SystemExit(cli.main(arguments))


@pytest.mark.parametrize("pairs", [2, pytest.param(100, marks=pytest.mark.slow)])
@pytest.mark.parametrize("named", [[], ["results_dir=out"]])
def test_two_jobs_started_together_never_share_a_folder(tmp_path, monkeypatch, named, pairs):
    """Each folder holds the tables and the settings of one job alone. No figures are drawn: they
    take longer than all else.
    """
    monkeypatch.setattr(Report, "figures", ())
    monkeypatch.chdir(tmp_path)
    assert cli.main([*TINY, *SYNTHETIC, "seeds=2", "results_dir=warm"]) == 0  # loads all there is
    import pandas as pd
    import yaml

    context = multiprocessing.get_context("fork")
    for number in range(pairs):
        folder = tmp_path / str(number)
        folder.mkdir()
        barrier = context.Barrier(2)
        started = [
            context.Process(
                target=start,
                args=(str(folder), barrier, [*TINY, *SYNTHETIC, f"seeds={count}", *named]),
            )
            for count in (2, 3)
        ]
        for process in started:
            process.start()
        for process in started:
            process.join(120)
        codes = sorted(process.exitcode for process in started)
        found = [path.parent for path in folder.rglob("job.json")]
        assert (codes, len(found)) == (([0, 2], 1) if named else ([0, 0], 2))
        for place in found:
            asked = yaml.safe_load((place / "config.yaml").read_text())["seeds"]
            assert set(pd.read_parquet(place / "runs.parquet")["seed"]) == set(asked)
