"""Who is cited by several names in the documents, the parameters, the rival rules and the patterns
stands in the list of references.
"""

import re
from pathlib import Path

from localism_sim.evidence.pattern import patterns
from localism_sim.model.parameters import FIELDS
from localism_sim.model.variant import shipped_variants

DOCS = Path(__file__).parents[1] / "docs"
PAGES = ("reference/odd.md", "trace.md", "how-to/experiments.md", "how-to/calibrate.md")
CITED = re.compile(
    r"\b((?:Van |von )?[A-Z][\w-]+)"
    r"(?:(?:, [A-Z][\w ]+)*,? (?:&|and) [A-Z]\w+| et al\.),? \(?(\d{4})\b"
)
OFFICES = {"NAO"}
"""Cited in pairs too, but listed by their full names."""


def cited() -> set[tuple[str, str]]:
    told = [(DOCS / name).read_text() for name in PAGES]
    told += [field.metadata["source"] for field in FIELDS.values()]
    told += [each.source for each in (*shipped_variants().values(), *patterns().values())]
    return {(name, year) for text in told for name, year in CITED.findall(text)}


def test_every_citation_stands_in_the_references():
    lines = (DOCS / "reference" / "references.md").read_text().casefold().splitlines()
    missing = {
        (name, year)
        for name, year in cited()
        if name not in OFFICES
        and not any(name.casefold() in line and year in line for line in lines)
    }
    assert missing == set()
    assert len(cited()) > 25
