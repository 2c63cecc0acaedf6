"""The report of a finished folder: a page for a browser and a document, both saying where every
number comes from.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from ..foundation.files import write_text
from ..foundation.folders import add_files, make_room
from ..model.outcomes import OUTCOMES
from ..model.parameters import FIELDS
from ..report.blocks import Block, CodeBlock, Figure, Paragraph, Points, Table, code
from ..report.contrasts import HEADLINES
from ..report.html import Part, in_parts, page
from ..report.words import counted, listed, number
from .finished import Finished

PAGE, DOCUMENT = "report.html", "report.docx"
MOST_RUNS = 1000
"""Up to this many runs are listed in the page; more are in `runs.csv` beside it."""
NOT_SAID = (
    "What the numbers do not say",
    (
        "They are no forecast. Levels are on the model's own scale; read directions, and sizes "
        "relative to each other.",
        "Intervals cover chance inside the model, not doubt about its rules and rates.",
        "They say nothing on what a reform costs to bring about, nor on whether it would be "
        "carried out as assumed.",
    ),
)


def write_report(found: Finished) -> list[str]:
    """Write the page and the document into the folder and add them to its mark; returns their
    names.
    """
    from ..report.word import write_document  # loads python-docx and openpyxl

    lead = next(iter(found.figures()), None)
    made = how_made(found)
    make_room(found.folder, (PAGE, DOCUMENT))
    write_text(html(found, lead, made), found.folder / PAGE)
    picture = found.picture(lead) if lead else None
    first_page = replace(found.report, short=tuple(said_and_counted(found)[0]))
    write_document(first_page, lead, picture, made, found.folder / DOCUMENT)
    add_files(found.folder, (PAGE, DOCUMENT))
    return [PAGE, DOCUMENT]


def html(found: Finished, lead: Figure | None, made: tuple[Block, ...]) -> str:
    """The page: the answer and one chart, then findings and how it was made."""
    short, numbers = said_and_counted(found)
    parts = [Part("The answer in numbers", numbers)] if numbers else []
    parts += in_parts(shown_once(found.report.details, lead), "Findings")
    for name, part in found.parts.items():
        label = OUTCOMES[name].label if name in OUTCOMES else name
        blocks = (*part.report.short, *shown_once(part.report.details, lead))
        parts += [
            Part(f"{label}: {each.title}" if each.title != label else label, each.blocks)
            for each in in_parts(blocks, label)
        ]
    if not any(part.title == NOT_SAID[0] for part in parts):
        parts.append(Part(NOT_SAID[0], (Points(NOT_SAID[1]),)))
    parts += [*assumptions(found), Part("How to reproduce", made), *every_run(found)]
    return page(
        found.report.title,
        found.report.question,
        short,
        parts,
        found.picture,
        lead,
        "" if found.report.complete else "Not everything that was asked for was found; see below.",
        f"Made by localism_sim {found.version}, model {found.model}. Nothing in this page runs or "
        f"is fetched from anywhere.",
    )


def said_and_counted(found: Finished) -> tuple[list[Block], list[Block]]:
    """The short answer in sentences, and its tables where a list says what several of them hold.
    With several outcomes, each a part of its own, every table stays with its sentences.
    """
    short = found.report.short
    tables: list[Block] = [block for block in short if isinstance(block, Table)]
    if found.parts or len(tables) < 2 or not any(isinstance(block, Points) for block in short):
        return list(short), []
    return [block for block in short if not isinstance(block, Table)], tables


def shown_once(blocks: Sequence[Block], lead: Figure | None) -> list[Block]:
    """The blocks without the leading figure and without overviews of others."""
    return [
        block
        for block in blocks
        if not (isinstance(block, Figure) and (block is lead or block.repeats))
    ]


def seeds_in_words(seeds: Sequence[int]) -> str:
    """'seeds 0 to 49' or a list of them."""
    if len(seeds) > 2 and list(seeds) == list(range(seeds[0], seeds[-1] + 1)):
        return f"seeds {seeds[0]} to {seeds[-1]}"
    word = "seed" if len(seeds) == 1 else "seeds"
    return f"{word} {listed([str(seed) for seed in seeds])}"


def how_made(found: Finished) -> tuple[Block, ...]:
    """The command, the version and the seeds, and how to get from a number to its run."""
    seeds = f", {seeds_in_words(found.seeds)}" if found.seeds else ""
    return (
        Paragraph(
            f"Made by localism_sim {found.version} (model {found.model}){seeds}. The same version "
            f"gives the same numbers to the last digit:"
        ),
        CodeBlock(found.command),
        *back_to_runs(found),
    )


def back_to_runs(found: Finished) -> tuple[Block, ...]:
    """How to repeat a run behind a number."""
    if found.sweep:
        words = ["localism-sim", "experiment=repeat"]
        words += [f"experiment.folder={found.folder}", "experiment.run=0"]
        said = (
            "Every number rests on runs, each by its point and seed in ",
            code("runs.csv" if "runs" in found.tables else "runs.parquet"),
            ". One run again, by its number in ",
            code("ledger.parquet"),
            ", compared with what was stored:",
        )
        return (Paragraph(said), CodeBlock(shlex.join(words)))
    if not found.seeds or "runs" not in found.tables:
        return ()
    words = [word for word in shlex.split(found.command) if not word.startswith("seeds=")]
    rest = (
        "Every number is a mean over runs, each by its scenario and seed in ",
        code("runs.csv"),
        ". One run by itself:",
    )
    return (Paragraph(rest), CodeBlock(shlex.join([*words, f"seeds=[{found.seeds[0]}]"])))


def assumptions(found: Finished) -> list[Part]:
    """The parameters that nobody has measured, with what they were and within which range they may
    be doubted.
    """
    used = found.used()
    names = [name for name in used if "assum" in FIELDS[name].metadata["source"].lower()]
    if not names:
        return []
    rows = tuple(
        (
            (f"{FIELDS[name].metadata['meaning']} (", code(name), ")"),
            " or ".join(f"{value:g}" for value in used[name]) if len(used[name]) < 4 else "varied",
            f"{FIELDS[name].metadata['low']:g} to {FIELDS[name].metadata['high']:g}",
            FIELDS[name].metadata["source"],
        )
        for name in names
    )
    said = (
        f"{len(names)} of {len(used)} parameters rest on assumptions, at least in part. A finding "
        f"that changes when one of them is varied within its range hangs on it."
    )
    head = ("parameter", "value here", "range", "where it comes from")
    return [Part("Assumptions", (Paragraph(said), Table(head, rows, "Assumptions log", "lrrl")))]


def every_run(found: Finished) -> list[Part]:
    """The runs with their seeds and outcomes."""
    runs = found.runs()
    names = [name for name in ("overrides", "scenario", "point", "run", "seed") if name in runs]
    told = [name for name in HEADLINES if name in runs]
    if runs.empty or "seed" not in runs or not told:
        return []
    if len(runs) > MOST_RUNS:
        return [Part("Every run", (Paragraph(where_runs_are(runs)),))]
    rows = tuple(
        (*(str(row[name]) for name in names), *(number(float(row[name]), 4) for name in told))
        for row in runs[[*names, *told]].to_dict("records")
    )
    head = (*names, *(OUTCOMES[name].label for name in told))
    align = "l" * len(names) + "r" * len(told)
    return [Part("Every run", (Table(head, rows, "Outcomes at the end, by run", align),))]


def where_runs_are(runs: pd.DataFrame) -> str:
    """Where to find runs that are too many for a page."""
    return f"{counted(len(runs), 'run')}, each with its seed, are in runs.parquet beside this page."
