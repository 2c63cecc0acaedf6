"""Hooks of MkDocs: the studies join the site, and fences that carry a word for the tests are read.

The documents are written for a reader of the repository, so they link to folders and tables beside
`docs/`. On the site each study is the page `experiments/NAME/README.md`; its figures, its code and
its table in `results/reference/` come with it as they are.
"""

import re
from pathlib import Path

from mkdocs.structure.files import File, Files, InclusionLevel

ROOT = Path(__file__).parents[1]
BESIDE = ("experiments/**/*.md", "experiments/**/*.png", "experiments/**/*.py")
TABLES = "results/reference/*.csv"
STUDY_FROM_DOCS = re.compile(r"\]\((?:\.\./)+experiments/(\w+)/\)")
FILE_FROM_DOCS = re.compile(r"\]\((?:\.\./)+experiments/([\w/]+\.(?:png|md))\)")
STUDY_FROM_STUDIES = re.compile(r"\]\(((?:\.\./)?\w+)/\)")
FOLDER_OF_TABLES = re.compile(r"\[([^]]+)\]\(\.\./results/reference/\)")
"""A folder is no page of the site, so only the words of such a link are kept."""
WORD_AFTER_LANGUAGE = re.compile(r"^```(\w+) \w+$", re.MULTILINE)


def on_files(files: Files, config) -> Files:
    """Add the page, figures, code and table of every study."""
    for path in sorted(p for pattern in (*BESIDE, TABLES) for p in ROOT.glob(pattern)):
        address = path.relative_to(ROOT).as_posix()
        file = File.generated(config, address, abs_src_path=str(path))
        file.inclusion = InclusionLevel.NOT_IN_NAV
        files.append(file)
    return files


def on_page_markdown(markdown: str, page, config, files: Files) -> str:
    """Turn links across the border of `docs/` into links inside the site."""
    markdown = WORD_AFTER_LANGUAGE.sub(r"```\1", markdown)
    up = "../" * page.file.src_uri.count("/")
    if page.file.src_uri.startswith("experiments/"):
        markdown = FOLDER_OF_TABLES.sub(r"\1", markdown.replace("](../../docs/", f"]({up}"))
        return STUDY_FROM_STUDIES.sub(r"](\1/README.md)", markdown)
    markdown = FILE_FROM_DOCS.sub(rf"]({up}experiments/\1)", markdown)
    return STUDY_FROM_DOCS.sub(rf"]({up}experiments/\1/README.md)", markdown)
