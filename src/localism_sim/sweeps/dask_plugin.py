"""A plugin that a Dask scheduler sends to its workers. Imported only where Dask is used."""

from __future__ import annotations

from distributed import WorkerPlugin

from .question import Question


class Keeper(WorkerPlugin):
    """Keeps the question in every worker, including workers that start later to replace one that
    died (scattered data is lost with the worker that holds it).
    """

    def __init__(self, question: Question):
        self.question = question
