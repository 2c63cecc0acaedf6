"""Every private part of python-docx that this package uses, in one place.

python-docx has no public way to repeat a table's heading on each page or to give a picture its text
for readers who cannot see it; both are set in the document's XML. pyproject.toml allows one major
version alone (python-docx>=1.2,<2). To allow another, run `tests/test_report.py`.
"""

from __future__ import annotations

from typing import Any


def repeat_on_every_page(row: Any) -> None:
    """Mark a row as the heading of its table: it is repeated on every page and read out as a
    heading.
    """
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def describe_picture(shape: Any, text: str) -> None:
    """Give a picture the alternative text that is read out in its place."""
    shape._inline.docPr.set("descr", text)
