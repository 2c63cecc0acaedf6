"""What people expect at the root of a project, held to the package's own facts."""

import json
import tomllib
from pathlib import Path

import yaml

import localism_sim as ls
from localism_sim.command.cli import main
from localism_sim.model.version import model_version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_name_version_and_licence_are_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    meta = json.loads((ROOT / "codemeta.json").read_text())
    versions = {PROJECT["version"], citation["version"], meta["version"], ls.__version__}
    assert len(versions) == 1
    assert PROJECT["license"] == citation["license"] == meta["license"].rsplit("/", 1)[1] == "MIT"
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert "MIT License" in (ROOT / "LICENSE").read_text()


def test_the_data_name_their_own_licence():
    folder = ROOT / "src" / "localism_sim" / "model" / "places_data"
    assert "Open Government Licence v3.0" in (folder / "LICENSE").read_text()
    assert "Open Government Licence v3.0" in (folder / "SOURCES.md").read_text()


def test_the_changelog_knows_the_present_version_and_what_changed_results():
    text = (ROOT / "CHANGELOG.md").read_text()
    assert f"## [{PROJECT['version']}]" in text and "## [Unreleased]" in text
    assert "### Changed results" in text


def test_the_workflow_runs_what_ci_runs():
    text = (ROOT / ".github" / "workflows" / "check.yml").read_text()
    assert "bash .ci/run" in text and "exec bash ./check" in (ROOT / ".ci" / "run").read_text()


def test_the_version_names_package_and_model(capsys):
    assert main(["--version"]) == 0
    assert (
        capsys.readouterr().out == f"localism_sim {PROJECT['version']}, model {model_version()}\n"
    )
