"""What the documents say the studies found is what their tables hold."""

import pytest

from experiments.findings import DOCUMENTS, STUDY, TABLE, refreshed


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_findings_in_the_documents_come_from_the_committed_tables(path):
    text = path.read_text(encoding="utf-8")
    assert refreshed(text) == text, "run python -m experiments.findings"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_number_of_a_finding_stands_in_the_text_itself(path):
    """Outside what is generated there is no decimal, percentage or signed number."""
    text = TABLE.sub("", STUDY.sub("", path.read_text(encoding="utf-8")))
    import re

    assert re.findall(r"\d\.\d|\d%|[+\N{MINUS SIGN}]\d", text) == []
