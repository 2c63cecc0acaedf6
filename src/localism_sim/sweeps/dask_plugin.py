"""What a Dask scheduler hands to its workers. Imported only where Dask is."""

from __future__ import annotations

from distributed import WorkerPlugin

from .question import Question


class Keeper(WorkerPlugin):
    """Keeps the question in every worker, also in one that starts later in the place of one that
    died. (What is scattered is lost with those that hold it.)
    """

    def __init__(self, question: Question):
        self.question = question
