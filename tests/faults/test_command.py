"""Sweeps as a user types them: killed, stopped, repeated, on odd paths and through every
launcher.
"""

import contextlib
import os
import pty
import random
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
from in_process import Here

from localism_sim.command import cli
from localism_sim.sweeps.executors import EXECUTORS

COMMAND = str(Path(sys.executable).with_name("localism-sim"))
SMALL = [
    "--multirun",
    "parameters.cuts=0,0.2",
    "parameters.autonomy=0.1,0.9",
    "places=synthetic",
    "places.count=4",
    "months=24",
    "seeds=5",
    "keep=[history,by_place]",
    "workers=2",
    "results_dir=out",
]
LONGER = ["places.count=12", "places.scale=4000", "months=60", "seeds=10", "chunk=3"]
TABLES = ("runs.parquet", "history.parquet", "by_place.parquet")


def begin(folder: Path, *arguments: str) -> subprocess.Popen:
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [COMMAND, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finished(folder: Path, *arguments: str) -> str:
    process = begin(folder, *arguments)
    said, error = process.communicate(timeout=600)
    assert process.returncode == 0, error
    return said


def finished_here(folder: Path, *arguments: str) -> None:
    """The same in this process, which has no start to pay for."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(EXECUTORS, "local", Here)
        patched.chdir(folder)
        assert cli.main(list(arguments)) == 0


def tables(folder: Path) -> list[bytes]:
    """The bytes of the tables, and the ledger; its commands name the folder."""
    ledger = pd.read_parquet(folder / "ledger.parquet")
    assert ledger["repeat"].str.contains(str(folder.resolve()), regex=False).all()
    return [
        *[(folder / name).read_bytes() for name in TABLES],
        ledger.drop(columns="repeat").to_csv().encode(),
    ]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    finished_here(folder, *SMALL)
    return folder / "out"


@pytest.fixture(scope="module")
def longer(tmp_path_factory) -> list[bytes]:
    """The final tables of a longer sweep."""
    folder = tmp_path_factory.mktemp("longer")
    finished_here(folder, *SMALL, *LONGER)
    return tables(folder / "out")


@pytest.mark.parametrize("kills", [pytest.param(1), pytest.param(50, marks=pytest.mark.slow)])
def test_the_command_killed_at_any_moment_and_given_again_ends_in_the_same_bytes(
    tmp_path, longer, kills
):
    chance, kept = random.Random(kills), []
    for number in range(kills):
        folder = tmp_path / str(number)
        process = begin(folder, *SMALL, *LONGER)
        if number % 2 == 0:
            while not list(folder.glob("out/parts/runs/*.parquet")) and process.poll() is None:
                time.sleep(0.01)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, 2.0 if number % 2 == 0 else 4.0))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kept.append(len(list(folder.glob("out/parts/runs/*.parquet"))))
        finished(folder, *SMALL, *LONGER)
        assert tables(folder / "out") == longer, (number, kept)
        assert not [path for path in folder.rglob(".*.tmp*")]
        shutil.rmtree(folder)
    assert max(kept) > 0, "no kill fell among the runs"


def test_a_finished_command_does_nothing_and_a_damaged_one_is_mended_from_its_parts(
    tmp_path, undisturbed, capsys
):
    shutil.copytree(undisturbed, tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.parquet")}
    finished_here(tmp_path, *SMALL)
    assert "Nothing to do" in capsys.readouterr().out
    assert {
        path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.parquet")
    } == before
    (tmp_path / "out" / "ledger.parquet").write_bytes(b"no")
    finished_here(tmp_path, *SMALL)
    assert "Nothing to do" not in capsys.readouterr().out
    assert tables(tmp_path / "out") == tables(undisturbed)


@pytest.mark.parametrize(
    "launcher", ["joblib", pytest.param("submitit_local", marks=pytest.mark.slow)]
)
def test_hydras_launchers_end_in_the_same_table_and_repeat_no_run(tmp_path, undisturbed, launcher):
    finished(tmp_path, *SMALL, f"hydra/launcher={launcher}")
    assert tables(tmp_path / "out") == tables(undisturbed)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    parts = sorted((tmp_path / "out" / "parts" / "runs").iterdir())
    parts[0].unlink()
    (tmp_path / "out" / "runs.parquet").unlink()
    alone = ["hydra.launcher.n_jobs=1"] if launcher == "joblib" else []
    finished_here(tmp_path, *SMALL, f"hydra/launcher={launcher}", *alone)
    assert tables(tmp_path / "out") == tables(undisturbed)
    assert sorted((tmp_path / "out" / "parts" / "runs").iterdir()) == parts


def job_of(launcher: str, command: subprocess.Popen) -> psutil.Process | None:
    """A process in which a launcher runs a job."""
    sign = {"joblib": "LokyProcess", "submitit_local": "submitit.core._submit"}[launcher]
    for child in psutil.Process(command.pid).children(recursive=True):
        try:
            if sign in " ".join(child.cmdline()):
                return child
        except psutil.NoSuchProcess:
            continue
    return None


@pytest.mark.slow
@pytest.mark.parametrize("launcher", ["joblib", "submitit_local"])
def test_a_launchers_job_that_is_killed_is_done_here(tmp_path, longer, launcher):
    process = begin(tmp_path, *SMALL, *LONGER, f"hydra/launcher={launcher}")
    while (job := job_of(launcher, process)) is None and process.poll() is None:
        time.sleep(0.1)
    assert job is not None
    while not list(tmp_path.glob("localism-sim-jobs-*/begun")) and process.poll() is None:
        time.sleep(0.02)
    job.kill()
    said, error = process.communicate(timeout=600)
    assert process.returncode == 0, error
    assert "did not end well" in said and tables(tmp_path / "out") == longer


def test_a_launcher_that_cannot_start_says_why_in_one_line(tmp_path):
    if shutil.which("srun"):
        pytest.skip("Slurm is here")
    process = begin(
        tmp_path, *SMALL, "hydra/launcher=submitit_slurm", "hydra.launcher.partition=short"
    )
    _, error = process.communicate(timeout=300)
    assert (
        process.returncode == 2
        and error.count("\n") == 1
        and "srun" in error
        and "Traceback" not in error
    )


@pytest.mark.slow
@pytest.mark.parametrize("executor", ["ray", "dask"])
@pytest.mark.parametrize("more", [[], ["workers=1", "chunk=1"], ["workers=4", "chunk=7"]])
def test_clusters_end_in_the_same_table(tmp_path, undisturbed, executor, more):
    finished(tmp_path, *SMALL, f"executor={executor}", *more)
    assert tables(tmp_path / "out") == tables(undisturbed)


def test_any_row_is_repeated_by_the_command_in_the_ledger_on_an_odd_path(
    tmp_path, undisturbed, monkeypatch, capsys
):
    odd = "it's résultats/数 $HOME {a=b, c}"
    shutil.copytree(undisturbed, tmp_path / odd)
    monkeypatch.chdir(tmp_path)
    assert cli.main([*SMALL[:-1], f"results_dir={odd}", "seeds=6"]) == 2
    assert "seeds was" in capsys.readouterr().err
    from localism_sim.sweeps.store import Store
    from localism_sim.sweeps.sweep import Sweep

    class Nothing:
        outcomes, keep = (), ()

    ledger = pd.read_parquet(tmp_path / odd / "ledger.parquet")
    repeat = Sweep(tmp_path / odd, Nothing()).repeat
    monkeypatch.chdir("/")
    for run in (0, 7, int(ledger["run"].max())):
        program, *arguments = shlex.split(repeat(run))
        assert program == "localism-sim" and cli.main(arguments) == 0
        assert "The same, to the last digit" in capsys.readouterr().out
    (tmp_path / odd / "runs.parquet").write_bytes(b"PAR1")
    assert cli.main(shlex.split(repeat(1))[1:]) == 2
    assert "runs.parquet cannot be read" in capsys.readouterr().err
    assert Store(tmp_path / odd).manifest() is not None


def on_a_terminal(folder: Path, *arguments: str, until: str) -> tuple[int, str]:
    """Run the command on a terminal, press Ctrl-C when the pattern shows; its exit code and all
    that was shown.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(
            signal.SIGINT, signal.SIG_DFL
        )  # a runner in the background hands down that Ctrl-C is ignored
        os.chdir(folder)
        os.environ["TERM"], os.environ["COLUMNS"] = "xterm", "120"
        os.execv(COMMAND, [COMMAND, *arguments])
    shown, pressed, patience = "", False, time.monotonic() + 300
    while time.monotonic() < patience:
        if not select.select([terminal], [], [], 1.0)[0]:
            continue
        try:
            shown += os.read(terminal, 65536).decode("utf-8", "replace")
        except OSError:
            break
        if not pressed and re.search(until, shown):
            os.write(terminal, b"\x03")
            pressed = True
    else:
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown


def test_a_terminal_shows_rate_and_time_left_and_ctrl_c_says_how_to_go_on(tmp_path):
    code, shown = on_a_terminal(
        tmp_path,
        *SMALL,
        "places.count=40",
        "months=120",
        "seeds=3000",
        until=r"\d+ a second.*left",
    )
    assert code == 130, shown[-3000:]
    assert (
        "the same command goes on from there" in " ".join(shown.split())
        and "Traceback" not in shown
    )
    assert (
        len(
            pd.concat(
                pd.read_parquet(path) for path in (tmp_path / "out" / "parts" / "runs").iterdir()
            )
        )
        > 0
    )
    ledger = pd.read_parquet(tmp_path / "out" / "ledger.parquet")
    assert set(ledger["status"]) == {"done", "not run"} and not list(tmp_path.rglob(".*.tmp*"))


@pytest.fixture
def script(tmp_path, capsys):
    """Writes what the program tells a shell, as its installed command would; the file."""

    def written(shell: str) -> Path:
        assert cli.main(["--completion", shell]) == 0
        path = tmp_path / f".{shell}"
        path.write_text(capsys.readouterr().out)
        return path

    return written


def completed(script: Path, line: str) -> str:
    """What a shell offers after the line."""
    if script.name == ".fish":
        words = f"source {script}; complete -C {shlex.quote(line)}"
        return subprocess.run(
            ["fish", "-N", "-c", words], capture_output=True, text=True, check=True
        ).stdout
    parts = re.findall(r"[=:]|[^\s=:]+", line)
    words = f"""source {script}; COMP_LINE={shlex.quote(line)}
        COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=({shlex.join(parts)})
        COMP_CWORD=$((${{#COMP_WORDS[@]}}-1)); _localism_sim 2>/dev/null; echo "${{COMPREPLY[@]}}"
        """
    return subprocess.run(
        ["bash", "--norc", "-c", words], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_the_tab_key_completes_settings_and_values(shell, script):
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    told = script(shell)
    assert "cut_months=" in completed(told, "localism-sim parameters.cut_m")
    assert "sure_start" in completed(told, "localism-sim seeds=3 scenario=sure")


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_the_tab_key_completes_paths(shell, script, tmp_path, monkeypatch):
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    told = script(shell)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my folder").mkdir()
    for name in ("mine.yaml", "area.csv", "my folder/x.csv"):
        (tmp_path / name).touch()
    offered = completed(told, "localism-sim seeds=3 scenario=mi")
    assert "mine.yaml" in offered and "area.csv" not in offered
    assert "area.csv" in completed(told, "localism-sim places.path=ar")
    assert "my folder" in completed(told, "localism-sim results_dir=m").replace("\\ ", " ")
    assert "mine.yaml" not in completed(told, "localism-sim parameters.mi")


def test_zsh_completes_what_begins_and_what_is_whole():
    if shutil.which("zsh") is None:
        pytest.skip("no zsh here")
    script = f"""compdef() {{ :; }}; zmodload zsh/parameter
        compadd() {{ print -l -- ${{(P)argv[-1]}}; }}
        eval "$({COMMAND} --completion zsh)"; _localism_sim"""
    done = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True)
    offered = done.stdout.split()
    assert {"scenario=sure_start", "parameters.cut_months=", "--multirun"} <= set(offered), (
        done.stderr
    )
