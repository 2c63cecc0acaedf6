"""The Mesa side of every agent: a window on one row of the world."""

from __future__ import annotations

import functools

import mesa

from .columns import Column
from .parameters import BadInput
from .rules import REGISTRY, plain


def column_property(column: Column):
    """An attribute that reads and writes one row of a column."""

    def read(self):
        rows = getattr(self.model.world, self.state)
        return (rows[self.row][column.name] if self.structured else getattr(rows, column.name)[self.place_in(column)]).item()

    def write(self, value):
        rows = getattr(self.model.world, self.state)
        if self.structured:
            rows[column.name][self.row] = value
        else:
            getattr(rows, column.name)[self.place_in(column)] = value

    return property(read, write, doc=f"{column.meaning} ({column.unit})")


class RowAgent(mesa.Agent):
    """A Mesa agent whose attributes are columns of the world at its row.

    Override a phase by its method, or one rule of it by a static method of the rule's name:

        class Cautious(Commissioner):
            @staticmethod
            def permitted(freedom, openness, p):
                return 0.5 * freedom
    """

    columns: tuple[Column, ...] = ()
    state = ""
    structured = True
    replaced_rules: tuple = ()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for column in vars(cls).get("columns", ()):
            setattr(cls, column.name, column_property(column))
        replaced = dict(cls.replaced_rules)
        for name, thing in vars(cls).items():
            if isinstance(thing, staticmethod):
                if name not in REGISTRY:
                    raise BadInput(f"{cls.__name__}.{name} replaces no rule; rules are {', '.join(sorted(REGISTRY))}")
                replaced[name] = thing.__func__
        cls.replaced_rules = tuple(replaced.items())

    def __init__(self, model, row: int, **where: int):
        super().__init__(model)
        self.row = row
        self.place: int = where.get("place", -1)
        self.team: int = where.get("team", -1)
        self.block: int = where.get("block", -1)
        self.domain: int = where.get("domain", -1)

    @property
    def leaf(self) -> int:
        """Which leaf of a two-leaved column holds the present state."""
        return self.model.months_done & 1

    def place_in(self, column: Column):
        """Where this agent's entry stands in a column kept apart."""
        return (self.leaf, self.row) if column.leaves == 2 else self.row

    @classmethod
    @functools.cache
    def plain_step(cls, step):
        """The pure-Python form of a step, with the rules that this class replaces."""
        return plain(step, cls.replaced_rules)

    def act(self, step, *where: int):
        """Take one step of a phase."""
        self.plain_step(step)(self.row, *where, self.model.view, self.model.settings, self.model.month)
