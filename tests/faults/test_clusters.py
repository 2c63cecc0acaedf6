"""Ray and Dask lose nothing either: not to workers that are killed, nor to a cluster that goes
away.
"""

import contextlib
import os
import random
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pandas as pd
import psutil
import pytest
from in_process import Here
from toy import Toy, design

from localism_sim.foundation.errors import BadInput
from localism_sim.sweeps import clusters
from localism_sim.sweeps.clusters import PATIENCE, Watch
from localism_sim.sweeps.executors import EXECUTORS
from localism_sim.sweeps.sweep import Stopped, Sweep
from localism_sim.sweeps.worker import WorkerDied, finish_chunk

HERE = Path(__file__).parent
SEEDS = range(3)
DEADLY = 1.0


def swept(folder: Path, question: Toy, count: int = 24, **options) -> Sweep:
    with Sweep(folder, question, **{"workers": 2, "chunk": 4, **options}) as sweep:
        sweep.run(design(count), SEEDS)
    return sweep


@pytest.fixture(autouse=True)
def workers_know_the_toy(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> bytes:
    folder = tmp_path_factory.mktemp("undisturbed")
    swept(folder, Toy())
    return (folder / "runs.parquet").read_bytes()


class Crowd(Here):
    """One worker that is handed several chunks at a time and dies with all of them when a deadly
    run is among them.
    """

    slots, ahead = 2, 4

    def __init__(self, *given):
        super().__init__(*given)
        self.held: list[tuple[list, Future]] = []

    def submit(self, chunk):
        future: Future = Future()
        self.held.append((chunk, future))
        if len(self.held) == 1:
            threading.Timer(0.02, self.evaluate).start()
        return future

    def evaluate(self):
        held, self.held = self.held, []
        deadly = any(task.point["x"] == DEADLY for chunk, _ in held for task in chunk)
        for chunk, future in held:
            if deadly:
                future.set_exception(WorkerDied("with all that it held"))
            else:
                future.set_result(finish_chunk(self.question, chunk, None))


def test_no_run_is_blamed_for_what_another_did_to_their_worker(tmp_path, monkeypatch, undisturbed):
    monkeypatch.setitem(EXECUTORS, "crowd", Crowd)
    swept(tmp_path, Toy(), executor="crowd")
    ledger = pd.read_parquet(tmp_path / "ledger.parquet")
    assert ledger[ledger["status"] != "done"]["x"].tolist() == [DEADLY] * 3
    assert (
        swept(tmp_path, Toy()).computed == 3
        and (tmp_path / "runs.parquet").read_bytes() == undisturbed
    )


class Vanishing(Here):
    """Evaluates three chunks; then the cluster is gone."""

    handed_out = 0

    def submit(self, chunk):
        self.handed_out += 1
        if self.handed_out <= 3:
            return super().submit(chunk)
        future: Future = Future()
        future.set_exception(ConnectionError("lost"))
        return future

    def gone(self):
        return "the cluster does not answer any more" if self.handed_out > 3 else ""


def test_a_cluster_that_is_gone_ends_the_sweep_in_one_line_and_blames_no_run(
    tmp_path, monkeypatch, undisturbed
):
    monkeypatch.setitem(EXECUTORS, "vanishing", Vanishing)
    with pytest.raises(
        Stopped,
        match=r"does not answer any more\. 12 runs are kept in .*; the same command goes on",
    ):
        swept(tmp_path, Toy(), executor="vanishing")
    assert set(pd.read_parquet(tmp_path / "ledger.parquet")["status"]) == {"done", "not run"}
    assert (
        swept(tmp_path, Toy()).computed == 24 * 3 - 12
        and (tmp_path / "runs.parquet").read_bytes() == undisturbed
    )


def test_only_an_unbroken_absence_of_workers_is_waited_for_in_vain(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(clusters.time, "monotonic", lambda: clock[0])
    watch = Watch()

    def looks(until: float, workers: bool) -> bool:
        while clock[0] < until and not watch.in_vain(workers):
            clock[0] += 1.0
        return clock[0] < until

    assert not looks(PATIENCE - 1, False)
    assert not looks(PATIENCE, True)
    clock[0] += 10 * PATIENCE
    assert not looks(clock[0] + PATIENCE - 1, False), (
        "nothing is known of the time in which nobody looked"
    )
    assert looks(clock[0] + 5, False)


def free_port() -> int:
    """A port where nobody listens, below those that a system gives to whoever asks for any."""
    chance = random.Random()
    while clusters.listens("127.0.0.1", port := chance.randrange(20_000, 30_000)):
        continue
    return port


@pytest.mark.parametrize("form", ["127.0.0.1:{}", "ray://127.0.0.1:{}"])
def test_a_ray_address_where_nobody_listens_is_refused_at_once(tmp_path, form, monkeypatch):
    """Ray itself is not even asked: it would try for many minutes."""
    monkeypatch.setattr(pytest.importorskip("ray"), "init", lambda **_: pytest.fail("asked Ray"))
    with pytest.raises(BadInput, match="no Ray cluster answers there: nobody listens on port"):
        swept(tmp_path, Toy(), executor="ray", address=form.format(free_port()))
    assert set(pd.read_parquet(tmp_path / "ledger.parquet")["status"]) == {"not run"}


def worker_processes(executor: str) -> list[psutil.Process]:
    """The processes in which a cluster started by this process evaluates."""
    found = []
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if (
                " ".join(child.cmdline()).startswith("ray::finish_chunk")
                if executor == "ray"
                else "spawn_main" in " ".join(child.cmdline())
            ):
                found.append(child)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("executor", ["ray", "dask"])
def test_killed_workers_of_a_cluster_cost_no_row(tmp_path, executor):
    stop, killed = threading.Event(), []

    def kill_workers():
        chance = random.Random(0)
        while not stop.is_set() and len(killed) < 8:
            time.sleep(chance.uniform(0.3, 1.0))
            if list(tmp_path.glob("killed/parts/runs/*.parquet")) and (
                there := worker_processes(executor)
            ):
                with contextlib.suppress(psutil.NoSuchProcess):
                    victim = chance.choice(there)
                    victim.kill()
                    killed.append(victim.pid)

    thread = threading.Thread(target=kill_workers)
    thread.start()
    try:
        sweep = swept(tmp_path / "killed", Toy(pause=0.1), executor=executor, count=80)
    finally:
        stop.set()
        thread.join()
    assert len(killed) >= 3 and sweep.failures == []
    swept(tmp_path / "calm", Toy(), count=80)
    assert (tmp_path / "killed" / "runs.parquet").read_bytes() == (
        tmp_path / "calm" / "runs.parquet"
    ).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("executor", ["ray", "dask"])
def test_on_a_cluster_too_every_run_ends_in_its_own_way(tmp_path, executor):
    trouble = ((0.125, "raise"), (0.5, "memory"), (0.75, "nan"), (DEADLY, "die"), (1.5, "hang"))
    swept(tmp_path, Toy(trouble), executor=executor, timeout=1.5)
    ledger = pd.read_parquet(tmp_path / "ledger.parquet")
    by_x = ledger.groupby("x")["status"].unique().map(list)
    assert by_x[[0.125, 0.5, 0.75, DEADLY, 1.5]].tolist() == [
        ["failed"],
        ["out of memory"],
        ["invalid"],
        ["failed"],
        ["timed out"],
    ]
    assert (ledger["status"] == "done").sum() == (24 - 5) * 3


@contextlib.contextmanager
def cluster(executor: str, port: int, log: Path):
    """A cluster of its own, two workers wide; gives a function that lists its processes."""
    programs = {
        "ray": [
            [
                "ray",
                "start",
                "--head",
                "--block",
                f"--port={port}",
                "--num-cpus=2",
                "--include-dashboard=false",
            ]
        ],
        "dask": [
            ["dask", "scheduler", f"--port={port}", "--no-dashboard"],
            ["dask", "worker", f"tcp://127.0.0.1:{port}", "--nworkers=2", "--nthreads=1"],
        ],
    }[executor]
    with log.open("w") as said:
        started = [
            subprocess.Popen(
                [str(Path(sys.executable).with_name(program)), *rest],
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
            for program, *rest in programs
        ]
    patience = time.monotonic() + 60
    while not clusters.listens("127.0.0.1", port) and time.monotonic() < patience:
        time.sleep(0.2)
    seen: set[psutil.Process] = set()
    try:
        yield (
            lambda: (
                seen.update(*(family(one.pid) for one in started))
                or sorted(seen, key=lambda process: process.pid)
            )
        )
    finally:
        for process in seen.union(*(family(one.pid) for one in started)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        for one in started:
            one.wait()


def family(pid: int) -> list[psutil.Process]:
    """A process and all that it started, directly or not."""
    try:
        return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("executor", "victim"), [("ray", "gcs_server"), ("ray", "raylet"), ("dask", "scheduler")]
)
def test_a_cluster_killed_in_mid_sweep_ends_in_one_line_and_the_sweep_goes_on_elsewhere(
    tmp_path, monkeypatch, undisturbed, executor, victim
):
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    port, folder = free_port(), tmp_path / "sweep"
    address = f"127.0.0.1:{port}" if executor == "ray" else f"tcp://127.0.0.1:{port}"
    with cluster(executor, port, tmp_path / "log") as processes:
        command = [
            sys.executable,
            str(HERE / "sweep_toy.py"),
            str(folder),
            "24",
            "0.3",
            "",
            executor,
            address,
        ]
        sweep = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while not list(folder.glob("parts/runs/*.parquet")) and sweep.poll() is None:
            time.sleep(0.05)
        next(
            process for process in processes() if victim in (process.name(), *process.cmdline())
        ).kill()
        _, error = sweep.communicate(timeout=120)
    assert (
        sweep.returncode == 1
        and "runs are kept in" in error.splitlines()[-1]
        and "the same command goes on" in error.splitlines()[-1]
    ), error
    assert set(pd.read_parquet(folder / "ledger.parquet")["status"]) == {"done", "not run"}
    assert (
        swept(folder, Toy()).computed > 0 and (folder / "runs.parquet").read_bytes() == undisturbed
    )


@pytest.mark.slow
def test_a_wider_cluster_runs_no_more_at_once_than_was_asked_for_and_keeps_nothing_afterwards(
    tmp_path,
):
    distributed = pytest.importorskip("distributed")
    port, pause = free_port(), 0.3
    address = f"tcp://127.0.0.1:{port}"
    with cluster("dask", port, tmp_path / "log"), distributed.Client(address) as client:
        client.wait_for_workers(2)
        for workers in (1, 2):
            began = time.monotonic()
            swept(
                tmp_path / str(workers),
                Toy(pause=pause),
                count=4,
                executor="dask",
                address=address,
                workers=workers,
                chunk=1,
            )
            assert time.monotonic() - began >= 4 * len(SEEDS) * pause / workers
        kept = client.run(lambda dask_worker: list(dask_worker.plugins)).values()
    assert not [name for names in kept for name in names if "localism" in name]
