"""A sweep loses nothing: to a run that fails, a worker that dies, a kill, a full disk, a flipped
bit.
"""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from toy import Toy, design

from localism_sim.foundation.errors import BadInput
from localism_sim.foundation.files import write_text
from localism_sim.sweeps.store import Store, checksum
from localism_sim.sweeps.sweep import Stopped, Sweep, is_finished

HERE = Path(__file__).parent
SEEDS = range(3)


def swept(folder: Path, question: Toy, count: int = 24, **options) -> Sweep:
    with Sweep(folder, question, **{"workers": 2, "chunk": 4, **options}) as sweep:
        sweep.table_given = sweep.run(design(count), SEEDS)
    return sweep


def content(folder: Path, *names: str) -> list[bytes]:
    return [(folder / name).read_bytes() for name in names or ("runs.parquet",)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    swept(folder, Toy(keep=("history",)))
    return folder


def test_every_way_a_run_can_end_is_told_and_all_others_finish(tmp_path):
    trouble = ((0.125, "raise"), (0.5, "memory"), (0.75, "nan"), (1.0, "die"), (1.5, "hang"))
    sweep = swept(tmp_path, Toy(trouble), timeout=3.0)
    ledger = pd.read_parquet(tmp_path / "ledger.parquet")
    by_x = ledger.groupby("x")["status"].unique().map(list)
    assert by_x[[0.125, 0.5, 0.75, 1.0, 1.5]].tolist() == [
        ["failed"],
        ["out of memory"],
        ["invalid"],
        ["out of memory"],
        ["timed out"],
    ]
    assert (ledger["status"] == "done").sum() == (24 - 5) * 3
    runs = pd.read_parquet(tmp_path / "runs.parquet")
    assert len(runs) == (24 - 5) * 3
    np.testing.assert_array_equal(runs["y"], runs["x"] ** 2 + runs["seed"] / 1000)
    bad = ledger[ledger["x"] == 0.125].iloc[0]
    assert (
        "ArithmeticError: no answer here" in bad["error"]
        and f"experiment.run={bad['run']}" in bad["repeat"]
    )
    assert len(sweep.failures) == 15 and sweep.table_given["y"].isna().sum() == 15


def test_the_final_table_does_not_depend_on_workers_chunks_or_an_earlier_failure(
    tmp_path, undisturbed
):
    for number, options in enumerate(({"workers": 1}, {"workers": 4, "chunk": 1}, {"chunk": 72})):
        swept(tmp_path / str(number), Toy(keep=("history",)), **options)
        assert content(tmp_path / str(number), "runs.parquet", "history.parquet") == content(
            undisturbed, "runs.parquet", "history.parquet"
        )
    swept(tmp_path / "failed", Toy(((0.125, "raise"),), keep=("history",)))
    again = swept(tmp_path / "failed", Toy(keep=("history",)))
    assert again.computed == 3
    assert content(tmp_path / "failed", "runs.parquet", "history.parquet") == content(
        undisturbed, "runs.parquet", "history.parquet"
    )


@pytest.mark.parametrize("executor", ["ray", "dask"])
def test_clusters_give_the_same_table(tmp_path, undisturbed, executor, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]))
    pytest.importorskip({"ray": "ray", "dask": "distributed"}[executor])
    swept(tmp_path, Toy(keep=("history",)), executor=executor)
    assert content(tmp_path, "runs.parquet", "history.parquet") == content(
        undisturbed, "runs.parquet", "history.parquet"
    )


def test_more_seeds_keep_what_is_done_and_order_is_that_of_the_request(tmp_path):
    swept(tmp_path, Toy())
    with Sweep(tmp_path, Toy(), workers=2) as sweep:
        table = sweep.run(design(24), range(5))
    assert sweep.computed == 24 * 2
    assert table[["point", "seed"]].to_numpy().tolist() == [
        [p, s] for p in range(24) for s in range(5)
    ]
    assert len(pd.read_parquet(tmp_path / "runs.parquet")) == 24 * 5


def test_a_finished_sweep_does_nothing(tmp_path):
    first = swept(tmp_path, Toy())
    before = content(tmp_path)
    second = swept(tmp_path, Toy())
    assert (first.computed, second.computed) == (72, 0) and content(tmp_path) == before
    assert is_finished(tmp_path, second.description())
    (tmp_path / "runs.parquet").write_bytes(before[0][:-5])
    assert not is_finished(tmp_path, second.description())
    assert swept(tmp_path, Toy()).computed == 0 and content(tmp_path) == before


def parts_in(folder: Path) -> int:
    """How many chunks of a sweep are kept."""
    return len(list(folder.glob("parts/runs/*.parquet")))


def kill_at_random_moments(folder: Path, kills: int, seed: int, *arguments: str) -> None:
    """Run a sweep and kill it -9 among its runs, again and again, then let it finish."""
    chance = random.Random(seed)
    command = [sys.executable, str(HERE / "sweep_toy.py"), str(folder), *arguments]
    for _ in range(kills):
        before = parts_in(folder)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while parts_in(folder) == before and process.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, 0.6))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr


def test_kill_minus_nine_and_resume_gives_the_same_bytes(tmp_path, undisturbed):
    kill_at_random_moments(tmp_path / "killed", 2, 1, "24", "0.05", "history")
    assert content(tmp_path / "killed", "runs.parquet", "history.parquet") == content(
        undisturbed, "runs.parquet", "history.parquet"
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_fifty_kills(tmp_path, undisturbed, seed):
    kill_at_random_moments(tmp_path / "killed", 5, seed, "24", "0.05", "history")
    assert content(tmp_path / "killed", "runs.parquet", "history.parquet") == content(
        undisturbed, "runs.parquet", "history.parquet"
    )


def test_killed_sweeps_leave_no_workers_behind(tmp_path):
    process = subprocess.Popen(
        [sys.executable, str(HERE / "sweep_toy.py"), str(tmp_path), "200", "0.2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while not parts_in(tmp_path) and process.poll() is None:
        time.sleep(0.05)
    family = psutil.Process(process.pid).children(recursive=True)
    assert family
    process.send_signal(signal.SIGKILL)
    process.communicate()
    _, alive = psutil.wait_procs(family, timeout=120)
    assert alive == []


def local_workers() -> list[psutil.Process]:
    """The processes in which a sweep of this process evaluates."""
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if "multiprocessing.forkserver" in " ".join(process.cmdline()) and process.num_threads() > 1
    ]


@pytest.mark.parametrize("kills", [pytest.param(4), pytest.param(20, marks=pytest.mark.slow)])
def test_workers_that_are_killed_cost_no_row_and_no_hang(tmp_path, kills):
    stop, killed = threading.Event(), []

    def kill_workers():
        chance, before = random.Random(0), 0
        while not stop.wait(0.1) and len(killed) < kills:
            if (kept := parts_in(tmp_path)) == before:
                continue  # between two kills some chunk is finished
            with contextlib.suppress(psutil.NoSuchProcess, IndexError):
                victim = chance.choice(local_workers())
                victim.kill()
                killed.append(victim.pid)
                before = kept

    thread = threading.Thread(target=kill_workers)
    thread.start()
    points = 24 * kills // 4
    try:
        sweep = swept(tmp_path, Toy(pause=0.05), count=points)
        while len(killed) < kills:  # a machine that is busy elsewhere gives the killer few turns
            points += 24
            sweep = swept(tmp_path, Toy(pause=0.05), count=points)
    finally:
        stop.set()
        thread.join()
    assert sweep.failures == [] and len(pd.read_parquet(tmp_path / "runs.parquet")) == points * 3


@pytest.mark.parametrize("count", [pytest.param(12), pytest.param(500, marks=pytest.mark.slow)])
def test_every_damaged_part_is_found_and_its_runs_done_again(tmp_path, undisturbed, count):
    chance = random.Random(count)
    for number in range(-(-count // 12)):
        folder = tmp_path / str(number)
        shutil.copytree(undisturbed, folder)
        parts = sorted((folder / "parts").rglob("*.parquet"))
        hurt = chance.sample(parts, min(12, len(parts)))
        for path in hurt:
            content_now = bytearray(path.read_bytes())
            match chance.randrange(4):
                case 0:
                    content_now[chance.randrange(len(content_now))] ^= 1 << chance.randrange(8)
                case 1:
                    content_now = content_now[: chance.randrange(len(content_now))]
                case 2:
                    content_now.clear()
                case _:
                    content_now = bytearray(
                        chance.choice([other for other in parts if other != path]).read_bytes()
                    )
            path.write_bytes(content_now)
        (folder / "runs.parquet").unlink()
        sweep = swept(folder, Toy(keep=("history",)))
        assert sum("damaged" in notice for notice in sweep.notices) == len(hurt)
        assert content(folder, "runs.parquet", "history.parquet") == content(
            undisturbed, "runs.parquet", "history.parquet"
        )


def limited(folder: Path, blocks: int) -> None:
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={blocks}k", "tmpfs", str(folder)],
        check=True,
        capture_output=True,
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
@pytest.mark.parametrize("levels", [pytest.param(4), pytest.param(20, marks=pytest.mark.slow)])
def test_a_full_disk_leaves_whole_files_and_the_same_command_finishes(
    tmp_path, undisturbed, levels
):
    full: list[bool] = []
    for level in range(levels):
        folder = tmp_path / f"small{level}"
        folder.mkdir()
        try:
            limited(folder, 24 + 140 * level // levels)
        except subprocess.CalledProcessError:
            pytest.skip("mounting is not allowed here")
        try:
            try:
                swept(folder / "sweep", Toy(keep=("history",)))
                full.append(False)
            except (Stopped, BadInput) as error:
                assert (
                    re.search("cannot (be written|write)", str(error))
                    and "same command" in str(error)
                    and "space" in str(error)
                )
                full.append(True)
            for path in (folder / "sweep").rglob("*.parquet"):
                pd.read_parquet(path)
            subprocess.run(["mount", "-o", "remount,size=20m", str(folder)], check=True)
            swept(folder / "sweep", Toy(keep=("history",)))
            assert content(folder / "sweep", "runs.parquet", "history.parquet") == content(
                undisturbed, "runs.parquet", "history.parquet"
            )
        finally:
            subprocess.run(["umount", str(folder)], check=False)
    assert any(full), "no disk was small enough"


def test_a_sweep_whose_workers_cannot_start_says_so(tmp_path):
    """A script that workers cannot import, here because it is no file, would else start workers for
    ever.
    """
    script = f"""
from toy import Toy, design
from localism_sim.sweeps.sweep import Stopped, Sweep
try:
    with Sweep({str(tmp_path)!r}, Toy(), workers=2) as sweep:
        sweep.run(design(4), range(3))
except Stopped as error:
    print("stopped:", error)
"""
    path = os.pathsep.join([str(HERE), *sys.path])
    told = subprocess.run(
        [sys.executable, "-"],
        input=script,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": path},
        check=True,
    )
    assert told.stdout.startswith(
        "stopped: no worker process could be started: each ended with exit code 1"
    )
    assert told.stdout.count("\n") == 1 and '__name__ == "__main__"' in told.stdout


@pytest.mark.parametrize(("points", "seeds", "named"), [(2, [], "seeds"), (0, [1], "points")])
def test_a_sweep_of_nothing_is_refused_by_name(tmp_path, points, seeds, named):
    with Sweep(tmp_path, Toy()) as sweep:
        with pytest.raises(BadInput, match=rf"{named} = \[\] is not allowed; allowed: one or more"):
            sweep.run(design(points), seeds)
        assert len(sweep.run(design(2), [1])) == 2


def test_fail_fast_stops_at_the_first_bad_run(tmp_path):
    with pytest.raises(Stopped, match="ArithmeticError"):
        swept(tmp_path, Toy(((0.0, "raise"),), pause=0.01), fail_fast=True, count=200)
    assert swept(tmp_path, Toy(), count=200).computed > 0


def test_what_changed_since_is_named_and_not_mixed(tmp_path):
    swept(tmp_path, Toy(), config={"samples": 8})
    with pytest.raises(BadInput, match=r"toy was 1, is 2"):
        swept(tmp_path, Toy(version=2), config={"samples": 8})
    with pytest.raises(BadInput, match=r"samples was 8, is 16"):
        swept(tmp_path, Toy(), config={"samples": 16})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["versions"]["numpy"] = "1.0"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BadInput, match=r"numpy was '1.0'"):
        swept(tmp_path, Toy(), config={"samples": 8})
    accepted = swept(tmp_path, Toy(), config={"samples": 16}, accept_changes=True)
    assert (
        accepted.computed == 0 and json.loads((tmp_path / "manifest.json").read_text())["earlier"]
    )


def test_two_writers_are_refused_and_a_dead_one_is_recognised(tmp_path):
    store = Store(tmp_path)
    with store, pytest.raises(BadInput, match=f"in use by process {os.getpid()}"), Store(tmp_path):
        pass
    (tmp_path / ".writer.json").write_text(json.dumps({"process": 4242, "host": "elsewhere"}))
    with Store(tmp_path) as after:
        assert any(
            "process 4242 on elsewhere ended without finishing" in notice
            for notice in after.notices
        )


@pytest.mark.parametrize(
    "damage",
    [
        "{ half",
        "",
        "[]",
        '{"config": 3}',
        '{"config": {}, "question": [], "versions": {}}',
        "\x00" * 99,
        "[" * 9999,
    ],
)
def test_a_damaged_manifest_is_made_anew(tmp_path, undisturbed, damage):
    shutil.copytree(undisturbed, tmp_path / "copy")
    (tmp_path / "copy" / "manifest.json").write_text(damage)
    sweep = swept(tmp_path / "copy", Toy(keep=("history",)))
    assert sweep.computed == 0 and any("manifest" in notice for notice in sweep.notices)
    assert is_finished(tmp_path / "copy", sweep.description())


def test_whatever_else_lies_in_the_folder_is_mended_or_refused_in_one_line(tmp_path, undisturbed):
    folder = tmp_path / "copy"
    shutil.copytree(undisturbed, folder)
    (folder / ".writer.json").write_bytes(b"\xff\x00 not json")
    (folder / ".lock").write_text("stale")
    (folder / ".runs.4242.tmp.parquet").write_text("half")
    (folder / "parts" / "runs" / ".abc.4242.tmp.parquet").write_text("half")
    (folder / ".mine.tmp").write_text("the user's own")
    (folder / "ledger.parquet").write_bytes(b"PAR1PAR1")
    for forged in (b"not a table", b""):
        (folder / "parts" / "runs" / f"{checksum(forged)}.parquet").write_bytes(forged)
    (folder / "parts" / "history" / "folder.parquet").mkdir()
    sweep = swept(folder, Toy(keep=("history",)))
    assert sweep.computed == 0 and sum("damaged" in notice for notice in sweep.notices) == 3
    assert any("ended without finishing" in notice for notice in sweep.notices)
    assert content(folder, "runs.parquet", "history.parquet", "ledger.parquet")[:2] == content(
        undisturbed, "runs.parquet", "history.parquet"
    )
    assert [path.name for path in folder.rglob(".*tmp*")] == [".mine.tmp"]
    (folder / ".lock").unlink()
    (folder / ".lock").mkdir()
    with pytest.raises(BadInput, match="cannot be written"):
        swept(folder, Toy(keep=("history",)))


def test_a_new_name_is_given_to_flushed_content_only_and_then_flushed_itself(tmp_path, monkeypatch):
    order = []
    name = {
        "fsync": lambda handle: Path(os.readlink(f"/proc/self/fd/{handle}")).name,
        "replace": lambda _, to: Path(to).name,
    }
    for call, real in (("fsync", os.fsync), ("replace", os.replace)):
        monkeypatch.setattr(
            os,
            call,
            lambda *given, call=call, real=real: (
                order.append((call, name[call](*given))),
                real(*given),
            )[1],
        )
    write_text("x", tmp_path / "table.csv")
    assert order == [
        ("fsync", f".table.{os.getpid()}.tmp.csv"),
        ("replace", "table.csv"),
        ("fsync", tmp_path.name),
    ]


def test_a_run_that_holds_its_whole_process_is_timed_out_from_outside(tmp_path, monkeypatch):
    monkeypatch.setattr("localism_sim.sweeps.processes.GRACE", 1.0)
    sweep = swept(tmp_path, Toy(((0.125, "hold"),)), count=4, timeout=2.0, chunk=1)
    assert [(end.status, "no answer" in end.error) for end in sweep.failures] == [
        ("timed out", True)
    ] * 3
    assert len(pd.read_parquet(tmp_path / "runs.parquet")) == 9


def test_what_was_stopped_early_has_a_ledger_with_the_command_that_repeats(tmp_path):
    with pytest.raises(Stopped):
        swept(tmp_path, Toy(((0.0, "raise"),)), fail_fast=True, count=50)
    ledger = pd.read_parquet(tmp_path / "ledger.parquet")
    assert (
        "failed" in set(ledger["status"])
        and len(ledger) == 150
        and "experiment=repeat" in ledger["repeat"][0]
    )


def test_nothing_runs_when_one_point_is_not_allowed(tmp_path):
    points = pd.DataFrame({"x": [1.0, 2e6]})
    with (
        pytest.raises(BadInput, match=r"point 1: x = 2000000\.0"),
        Sweep(tmp_path, Toy(), workers=1) as sweep,
    ):
        sweep.run(points, [0])
    assert not list(tmp_path.rglob("*.parquet"))
    for wrong in ({"executor": "lokal"}, {"workers": 0}, {"chunk": 1.5}, {"timeout": -1}):
        with pytest.raises(BadInput):
            Sweep(tmp_path, Toy(), **wrong)


def test_the_package_unpickles_nothing_that_others_could_have_written():
    """Its own compiled code lies in a folder which only this user can write, and is checked before
    it is read; figures and their helper speak through a pipe that nobody else has.
    """
    source = HERE.parents[1] / "src" / "localism_sim"
    words = ("pickle.load", "read_pickle", "joblib.load", "allow_pickle=True")
    found = {path for path in source.rglob("*.py") if any(w in path.read_text() for w in words)}
    allowed = ("foundation/compiled_code.py", "report/figures/drawing.py")
    assert found == {source / name for name in allowed}


@pytest.mark.parametrize("seeds", [[1, -2], [0, 2**63], [1, 2.5], [True]])
def test_every_seed_is_checked_before_the_first_run(tmp_path, seeds):
    with Sweep(tmp_path, Toy()) as sweep:
        with pytest.raises(BadInput, match=r"seeds = .* is not allowed"):
            sweep.run(pd.DataFrame({"x": [1.0]}), seeds)
        assert not sweep.tasks
