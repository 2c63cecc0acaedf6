"""The Mesa driver: the same world, walked agent by agent in pure Python."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from ..foundation.errors import BadInput
from ..model.citizen import Citizens
from ..model.compilation import plain, rivals_of
from ..model.engine import checked_places, outcomes_of, prepared, variants_of
from ..model.month import PHASES
from ..model.outcomes import OUTCOMES
from ..model.parameters import Parameters
from ..model.places import Places
from ..model.scenario import USUAL_MONTHS, Scenario, checked_run, schedule
from ..model.world import World, empty_world, populate
from .agents import Citizen, Commissioner, Department, FrontlineStaff, RowAgent

KINDS: dict[str, type[RowAgent]] = {
    "departments": Department,
    "commissioners": Commissioner,
    "staff": FrontlineStaff,
    "citizens": Citizen,
}


def counted(place):
    """`place`, a position or several, if none counts from an array's end: compiled rules would read
    beyond it.
    """
    if any(
        isinstance(part, int) and part < 0
        for part in (place if isinstance(place, tuple) else (place,))
    ):
        raise IndexError(f"position {place} counts from the end; rules count rows from 0")
    return place


class View:
    """An array as plain rules see it: reading gives Python numbers, so arithmetic is the same as in
    compiled code, and rows count from 0 as there.
    """

    __slots__ = ("array",)

    def __init__(self, array: np.ndarray):
        self.array = array

    def __getitem__(self, place):
        found = self.array[counted(place)]
        if isinstance(found, np.void):
            return RowView(found)
        return View(found) if isinstance(found, np.ndarray) else found.item()

    def __setitem__(self, place, value):
        self.array[counted(place)] = value

    def __len__(self):
        return len(self.array)

    @property
    def size(self):
        """How many entries it has."""
        return self.array.size


class RowView:
    """One row of a structured array as plain rules see it."""

    __slots__ = ("row",)

    def __init__(self, row: np.void):
        object.__setattr__(self, "row", row)

    def __getattr__(self, name):
        return self.row[name].item()

    def __setattr__(self, name, value):
        self.row[name] = value


def viewed(world: Any):
    """A world whose arrays are wrapped in `View`."""
    if isinstance(world, np.ndarray):
        return View(world)
    if isinstance(world, tuple):
        return type(world)(*(viewed(part) for part in world))  # type: ignore[arg-type]
    return world


class LocalismModel(mesa.Model):
    """The model as a `mesa.Model` with real agents: departments, commissioners, front-line staff
    and citizens.

    params: `Parameters` or `Scenario`. places: default England. seed: as in `simulate`; the same
    seed gives the same history, bit for bit, whatever the order of activation. months: horizon for
    histories. agents: classes to use in place of the four kinds, as {Commissioner: MyCommissioner}.
    shuffled: activate agents in random order (`shuffle_do`) instead of row order (`do`). variants:
    rival rules, as in `simulate`; a rule that an agent class replaces goes before.
    """

    def __init__(
        self,
        params: Parameters | Scenario | None = None,
        places: Places | None = None,
        seed: int = 1,
        months: int = USUAL_MONTHS,
        timeline: Any = None,
        agents: dict[type[RowAgent], type[RowAgent]] | None = None,
        shuffled: bool = False,
        variants: Any = None,
    ):
        checked_run(seed, months)
        super().__init__(rng=seed)
        params = params if params is not None else Parameters()
        self.parameters, changes = prepared(params, timeline)
        self.variants = variants_of(params, variants)
        self.rivals = rivals_of(self.variants)
        self.places = checked_places(places)
        self.plan = schedule(self.parameters, changes, months)
        self.months = months
        self.shuffled = shuffled
        self.months_done = 0
        self.world: World = empty_world(self.parameters, self.places, seed, months)
        self.view = viewed(self.world)
        populate(self.world, self.plan[0], self.variants)
        self.kinds = dict(KINDS)
        for old, new in (agents or {}).items():
            if old not in KINDS.values() or not issubclass(new, old):
                raise BadInput(
                    f"agents = {{{old.__name__}: {new.__name__}}} is not allowed; allowed: a "
                    f"subclass for one of "
                    f"{', '.join(kind.__name__ for kind in KINDS.values())}"
                )
            self.kinds[next(name for name, kind in KINDS.items() if kind is old)] = new
        self._create_agents()
        self.datacollector = mesa.DataCollector(
            model_reporters={name: self.reporter(name) for name in OUTCOMES}
        )

    def _create_agents(self) -> None:
        world, domains = self.world, self.world.domains
        for domain in range(domains):
            self.kinds["departments"](self, domain, domain=domain)
        for service in range(world.count * domains):
            self.kinds["commissioners"](
                self, service, service=service, place=service // domains, domain=service % domains
            )
        for service in range(world.count * domains):
            for row in range(
                world.services[service]["first_staff"], world.services[service]["last_staff"]
            ):
                self.kinds["staff"](
                    self,
                    int(row),
                    service=service,
                    place=service // domains,
                    domain=service % domains,
                )
        for block, ward in enumerate(world.blocks):
            for row in range(ward["first"], ward["last"]):
                self.kinds["citizens"](self, int(row), place=int(ward["place"]), block=block)

    @staticmethod
    def reporter(name: str):
        """A model reporter for one outcome."""
        return lambda model: float(model.world.history[model.month][name])

    @property
    def month(self) -> int:
        """The month being lived; after a step, the month just done."""
        return self._month

    @property
    def settings(self) -> SimpleNamespace:
        """This month's parameters, as plain numbers."""
        return self._settings

    @property
    def found(self) -> Citizens:
        """All citizens as this month's encounters found them."""
        return self._found

    @property
    def outcomes(self) -> dict[str, float]:
        """Outcomes so far, as `Run.outcomes`. Raises `BadInput` before the first month."""
        if self.months_done == 0:
            raise BadInput("outcomes: no month is done yet; call step() first")
        return outcomes_of(self.world._replace(history=self.world.history[: self.months_done]))

    def step(self) -> None:
        """Live one month: the nine phases of `month.PHASES`, in order."""
        if self.months_done >= self.months:
            self.running = False
            raise BadInput(f"the run has {self.months} months and all are done; set months higher")
        self._month = self.months_done
        record = self.plan[self._month]
        self._settings = SimpleNamespace(
            **{name: record[name].item() for name in record.dtype.names}
        )
        for phase in PHASES:
            self.enact(phase)
        self.months_done += 1
        self.running = self.months_done < self.months
        self.datacollector.collect(self)

    def enact(self, phase) -> None:
        """One line of the plan: agents act through their `AgentSet`; sums over wards, places and
        the country are taken in plain Python too, where a position out of range is an error.
        """
        if phase.who == "citizens":
            self._found = viewed(Citizens(*(column.copy() for column in self.world.citizens)))
        if phase.method:
            agents = self.agents_by_type[self.kinds[phase.who]]
            (agents.shuffle_do if self.shuffled else agents.do)(phase.method)
        elif phase.who == "country":
            plain(phase.step, self.rivals)(self.view, self.settings, self._month)
        else:
            rows = self.world.count if phase.who == "places" else len(self.world.blocks)
            for row in range(rows):
                plain(phase.step, self.rivals)(row, self.view, self.settings, self._month)
