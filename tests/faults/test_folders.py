"""What a job may remove, rename or overwrite in a folder: its own files, and nothing else."""

import json
import os
from pathlib import Path

import pytest
from toy import Toy, design

from localism_sim.command.cli import main
from localism_sim.foundation.errors import BadInput
from localism_sim.foundation.files import results_folder, write_text
from localism_sim.foundation.folders import Claim, FolderLock, journal_of, mark_of
from localism_sim.sweeps.sweep import Sweep

ASKED = {"seeds": [0, 1]}


def job(folder: Path, asked=ASKED, sweep=False, overwrite=False, below: str = "", **files) -> None:
    """A job that writes texts, and with `below` keeps runs in a subfolder."""
    with Claim() as claim:
        claim.take(folder, asked, sweep, overwrite)
        claim.is_whole()
        for name, text in files.items():
            write_text(text, folder / name.replace("__", "/").replace("_", "."))
        if sweep or below:
            with Sweep(folder / below, Toy()) as runs:
                runs.run(design(2), range(2))
        claim.finish()


def kept(folder: Path) -> set[str]:
    """What a user sees in a folder."""
    return {str(each.relative_to(folder)) for each in folder.rglob("*") if each.name[0] != "."}


def test_overwriting_a_folder_spares_other_jobs_one_level_below(tmp_path):
    """Somebody ran a job in `results` itself, whose subfolders hold sweeps: of the command line,
    made in Python, and one that a job keeps below its own.
    """
    results = tmp_path / "results"
    job(results, summary_md="mine", below="hysteresis")
    job(results / "sobol", sweep=True, summary_md="theirs")
    with Sweep(results / "python", Toy()) as sweep:
        sweep.run(design(3), range(2))
    others = kept(results / "sobol") | kept(results / "python")
    assert "parts/runs" in kept(results / "hysteresis") and "runs.parquet" in others
    job(results, {"seeds": [5]}, overwrite=True, notes_md="new")
    assert kept(results / "sobol") | kept(results / "python") == others
    assert kept(results) - {f"sobol/{n}" for n in others} - {f"python/{n}" for n in others} == {
        *("job.json", "notes.md", "sobol", "python")
    }


def test_the_runs_that_a_stopped_job_kept_below_its_own_are_removed_with_it(tmp_path):
    with pytest.raises(KeyboardInterrupt), Claim() as claim:
        claim.take(tmp_path, ASKED, True, False)
        with Sweep(tmp_path / "hysteresis", Toy()) as sweep:
            sweep.run(design(2), range(2))
            raise KeyboardInterrupt
    assert kept(tmp_path / "hysteresis")
    job(tmp_path, {"seeds": [5]}, overwrite=True, summary_md="new")
    assert kept(tmp_path) == {"job.json", "summary.md"}


def test_a_users_own_empty_folders_stay(tmp_path):
    job(tmp_path, figures__a_md="one")
    (tmp_path / "plans").mkdir()
    job(tmp_path, {"seeds": [5]}, overwrite=True, summary_md="new")
    assert kept(tmp_path) == {"job.json", "summary.md", "plans"}


def test_a_manifest_of_another_program_is_no_sweep(tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "a web page"}')
    (tmp_path / "runs.parquet").write_text("mine")
    for sweep in (False, True):
        for overwrite in (False, True):
            with pytest.raises(BadInput, match="no job of localism-sim"), Claim() as claim:
                claim.take(tmp_path, ASKED, sweep, overwrite)
    assert kept(tmp_path) == {"manifest.json", "runs.parquet"}


def test_a_lock_on_a_folder_spares_what_jobs_below_are_writing(tmp_path):
    """A mistyped results_dir holds a folder for a moment, before it is refused."""
    other, own = tmp_path / "sobol", tmp_path / "parts" / "runs"
    FolderLock(other, ".job.lock", ".job.json").acquire()
    own.mkdir(parents=True)
    for folder in (other, own, tmp_path):
        (folder / ".runs.123.tmp.parquet").touch()
    lock = FolderLock(tmp_path, ".job.lock", ".job.json")
    lock.acquire()
    lock.release()
    assert [path.parent for path in tmp_path.rglob(".runs*")] == [other]


def test_trying_whether_a_folder_can_be_written_touches_no_file(tmp_path):
    (tmp_path / "writable").write_text("mine")
    assert results_folder(str(tmp_path), "") == tmp_path
    assert os.listdir(tmp_path) == ["writable"]
    assert (tmp_path / "writable").read_text() == "mine"


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", ["../victim", "sub/../../victim", "{outside}", ".", "", "a\0b"])
def test_no_name_in_a_mark_or_a_journal_leads_out_of_the_folder(tmp_path, name, overwrite):
    folder, victim = tmp_path / "out", tmp_path / "victim"
    name = name.format(outside=victim)
    victim.write_text("mine")
    job(folder, summary_md="one")
    mark = json.loads((folder / "job.json").read_text())
    mark["files"][name] = mark["added"][name] = "0" * 32
    (folder / "job.json").write_text(json.dumps(mark))
    (folder / ".job.files").write_text(f"{name}\nsummary.md\n")
    assert set(mark_of(folder)["files"]) == journal_of(folder) == {"summary.md"}
    assert mark_of(folder)["added"] == {}
    job(folder, {"seeds": [5]} if overwrite else ASKED, overwrite=overwrite, notes_md="two")
    assert victim.read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"out", "victim"}


def test_every_edit_of_a_result_is_kept(tmp_path):
    for edit in ("first", "second", "third"):
        job(tmp_path, summary_md="made")
        (tmp_path / "summary.md").write_text(edit)
    job(tmp_path, {"seeds": [5]}, overwrite=True, summary_md="made")
    endings = ("changed", "changed-2", "changed-3")
    told = [(tmp_path / f"summary.md.{ending}").read_text() for ending in endings]
    assert told == ["first", "second", "third"]


def test_an_edited_result_is_kept_where_another_question_is_answered_in_its_folder(tmp_path):
    job(tmp_path, sweep=True, summary_md="made")
    (tmp_path / "summary.md").write_text("mine")
    job(tmp_path, {"seeds": [5]}, sweep=True, summary_md="made anew")
    assert (tmp_path / "summary.md.changed").read_text() == "mine"
    assert (tmp_path / "summary.md").read_text() == "made anew"


def test_tables_of_a_sweep_made_in_python_that_were_edited_are_kept(tmp_path):
    with Sweep(tmp_path, Toy()) as sweep:
        sweep.run(design(2), range(2))
    (tmp_path / "runs.parquet").write_text("mine")
    job(tmp_path, overwrite=True, summary_md="new")
    assert kept(tmp_path) == {"job.json", "summary.md", "runs.parquet.changed"}


@pytest.mark.parametrize("content", ["<html>mine</html>", "\udc80"])
def test_a_page_replaces_no_file_that_is_not_a_page(content, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("index.html").write_bytes(content.encode("utf-8", "surrogateescape"))
    before = Path("index.html").read_bytes()
    assert main(["page", "index.html"]) == 2
    said = capsys.readouterr().err
    assert "index.html" in said and "did not write" in said and said.count("\n") == 1
    assert Path("index.html").read_bytes() == before


def test_a_page_replaces_an_earlier_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["page", "index.html"]) == 0
    made = Path("index.html").read_bytes()
    assert main(["page", "index.html"]) == 0 and Path("index.html").read_bytes() == made
