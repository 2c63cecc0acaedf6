"""The Mesa side: agents as windows on one row of the world each.

What they do each month stands with their kind (`department`, `commissioner`, `staff`, `citizen`);
the compiled driver needs no Mesa, so it does not wait for Mesa to load.
"""

from __future__ import annotations

import mesa

from ..foundation.errors import BadInput
from ..model import change, citizen, commissioner, department, staff
from ..model.columns import Column
from ..model.compilation import REGISTRY, as_precise_as, plain


def column_property(column: Column):
    """An attribute that reads and writes one row of a column."""

    def read(self):
        rows = getattr(self.model.world, self.state)
        return (
            rows[self.row][column.name] if self.structured else getattr(rows, column.name)[self.row]
        ).item()

    def write(self, value):
        rows = getattr(self.model.world, self.state)
        if self.structured:
            rows[column.name][self.row] = value
        else:
            getattr(rows, column.name)[self.row] = value

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
                    raise BadInput(
                        f"{cls.__name__}.{name} replaces no rule; rules are "
                        f"{', '.join(sorted(REGISTRY))}"
                    )
                replaced[name] = as_precise_as(name, thing.__func__)
        cls.replaced_rules = tuple(replaced.items())

    def __init__(self, model, row: int, **where: int):
        super().__init__(model)
        self.row = row
        self.place: int = where.get("place", -1)
        self.service: int = where.get("service", -1)
        self.block: int = where.get("block", -1)
        self.domain: int = where.get("domain", -1)

    @classmethod
    def plain_step(cls, step, rivals: tuple = ()):
        """The pure-Python form of a step, with the model's rival rules and the rules that this
        class replaces, which go before.
        """
        return plain(step, rivals + cls.replaced_rules)

    def act(self, step, *where: int):
        """Take one step of a phase."""
        self.plain_step(step, self.model.rivals)(
            self.row, *where, self.model.view, self.model.settings, self.model.month
        )


class Department(RowAgent):
    """A Whitehall department: standard, control, capacity for design, what it sees of local
    diversity.
    """

    columns = department.COLUMNS
    state = "departments"

    def steer(self):
        """Phase 1: set capacity and control."""
        self.act(department.steer)

    def direct(self):
        """Phase 3: review the national standard."""
        self.act(department.direct)

    def observe(self):
        """Phase 9: take note of diversity."""
        self.act(department.observe)


class Commissioner(RowAgent):
    """Who funds and oversees one service: budget, workload, the standard as received, permission,
    openness.
    """

    columns = commissioner.COLUMNS
    state = "commissioners"
    structured = False

    def fund(self):
        """Phase 1: set the budget."""
        self.act(commissioner.fund)

    def organise_work(self):
        """Phase 2: weigh demand against time."""
        self.act(commissioner.organise_work)

    def pass_messages(self):
        """Phase 4: move messages one desk on."""
        self.act(commissioner.pass_messages)

    def commission(self):
        """Phase 5: set permission, let in alternatives."""
        self.act(commissioner.commission)

    def appraise(self):
        """Phase 9: take stock of the service."""
        self.act(commissioner.appraise)


class FrontlineStaff(RowAgent):
    """One front-line worker: practice, where it came from, whether on trial; capability, regard,
    motivation.
    """

    columns = staff.COLUMNS
    state = "staff"
    structured = False

    def learn(self):
        """Phase 6: learn, tire, or be replaced; show the practice to colleagues."""
        self.act(staff.learn, self.service)

    def get_ready(self):
        """Phase 7, first: see how ready one is for relational change."""
        self.act(staff.get_ready, self.service)

    def change_practice(self):
        """Phase 7: comply, inquire, borrow, or go on with a trial."""
        self.act(change.change_practice, self.service)

    def perform(self):
        """Phase 7, last: deliver."""
        self.act(staff.perform, self.service)


class Citizen(RowAgent):
    """One resident: trust in local services, engagement in co-production, well-being."""

    columns = citizen.COLUMNS
    state = "citizens"
    structured = False

    def encounter(self):
        """Phase 8: meet a service."""
        self.act(citizen.meet_service, self.block, self.model.found)
