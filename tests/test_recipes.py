"""Each recipe of CONTRIBUTING.md, applied word for word to a copy, arrives where it should."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
EDIT = re.compile(
    r"^(?:New file `(?P<new>[^`]+)`|In `(?P<path>[^`]+)`, (?P<how>below|in place of) the line "
    r"`(?P<line>[^`]+)`):\n\n```\w+\n(?P<text>.*?)```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Edit:
    """One step of a recipe. how: `below`, `in place of`, or None for a new file."""

    path: str
    how: str | None
    line: str | None
    text: str

    def apply(self, root: Path) -> None:
        file = root / self.path
        if self.how is None:
            assert not file.exists(), f"{self.path} is there already"
            file.write_text(self.text)
            return
        lines = file.read_text().split("\n")
        assert lines.count(self.line) == 1, f"{self.path} must hold once: {self.line}"
        at = lines.index(self.line)
        kept = [self.line] if self.how == "below" else []
        lines[at : at + 1] = [*kept, *self.text.rstrip("\n").split("\n")]
        file.write_text("\n".join(lines))


def recipes() -> dict[str, list[Edit]]:
    """The steps under each heading of the chapter on recipes."""
    chapter = TEXT.split("\n## Recipes\n")[1]
    parts = {part.split("\n")[0]: part for part in chapter.split("\n### ")[1:]}
    return {
        name: [
            Edit(m["new"] or m["path"], m["how"], m["line"], m["text"]) for m in EDIT.finditer(part)
        ]
        for name, part in parts.items()
    }


@pytest.mark.parametrize("name", recipes())
def test_a_recipe_touches_few_files(name):
    """An outcome two at most, a kind of experiment three, everything else one."""
    most = {"An outcome": 2, "A kind of experiment": 3}.get(name, 1)
    assert 1 <= len({edit.path for edit in recipes()[name]}) <= most


def test_every_code_block_of_a_recipe_is_applied():
    fences = TEXT.split("\n## Recipes\n")[1].count("\n```") // 2
    assert fences == sum(map(len, recipes().values()))


def copy_with_recipes(root: Path) -> None:
    """A copy of the package and its scenarios in `root`, with every recipe applied in order."""
    for folder in ("src", "configs"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for edits in recipes().values():
        for edit in edits:
            edit.apply(root)


def test_every_recipe_fits_the_present_code(tmp_path):
    copy_with_recipes(tmp_path)
    for edits in recipes().values():
        for edit in edits:
            text = (tmp_path / edit.path).read_text()
            if edit.path.endswith(".py"):
                compile(text, edit.path, "exec")
            assert edit.text.strip() in text


@pytest.fixture(scope="module")
def arrived(tmp_path_factory) -> dict:
    """What a copy with all recipes together says: they share one compilation of the model."""
    root = tmp_path_factory.mktemp("copy")
    copy_with_recipes(root)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(root / "src"), str(ROOT / "tests")]),
        "LOCALISM_SIM_CACHE": str(root / "compiled"),
    }
    script = [sys.executable, str(ROOT / "tests" / "recipes_arrive.py")]
    ended = subprocess.run(script, cwd=root, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert Path(said["package"]).is_relative_to(root), "the copy must be what is asked"
    return said


@pytest.mark.slow
def test_all_recipes_arrive(arrived):
    """One test, so that one process compiles the copy once."""
    shown, odd = arrived["help"], arrived["odd"]
    names = ("worry", "best_place", "rose_tinted", "extremes", "worried_localism")
    assert [name for name in names if name not in shown] == [], "in the help"
    assert "`worry`" in odd["parameters"], "the lever"
    assert "`best_place`" in odd["outcomes"], "the outcome"
    assert "`worried_localism`" in odd["scenarios"], "the scenario"
    calm, worried, rosy = arrived["calm"], arrived["worried"], arrived["rosy"]
    assert worried["wellbeing"] < calm["wellbeing"], "the rule reads the lever"
    assert calm["best_place"] >= calm["worst_place"] > 0, "the outcome is computed"
    assert rosy["trust"] > worried["trust"], "the rival rule replaces the rule"
    assert arrived["same"], "both drivers agree on all of it"
    assert arrived["summary"].startswith("0\n") and "Seed " in arrived["summary"], "the experiment"
    assert arrived["view"], "the page's view"
