"""The month: nine phases in order, spelled out once.

`PHASES` is the plan that a newcomer reads, the Mesa driver follows and the documents print. Each
line names its compiled stage, a function that takes the steps of one or more lines over a range of
rows. The order of the stages is read from the plan: `run_months` is written out from `STAGES`, and
the threaded driver follows `TOGETHER`. Tests hold the stages to the plan and the drivers to each
other, bit for bit.

A stage goes over its rows step by step: first one step for all rows of a batch, then the next. So
short loops of like work follow each other, which the processor runs several rows at a time and
without waiting for one row before it begins the next.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .account import account, account_place, count_citizens, see_cuts
from .change import act, change_practice, note_grants, note_if_acting, press, pressures
from .citizen import (
    KEPT_GROUPS,
    WARD,
    empty_room,
    end_of_group,
    know_staff,
    meet_service,
    meet_services,
)
from .commissioner import (
    appraise,
    assess_staff,
    commission,
    fund,
    fund_alone,
    fund_from_pool,
    organise_work,
    pass_messages,
    pools,
    sum_up,
)
from .compilation import chosen, maker, step, succession, sweep, walk
from .department import direct, observe, steer
from .staff import (
    conditions,
    fill_post,
    get_ready,
    learn,
    learn_if_staying,
    note_entrants,
    note_if_staying,
    perform,
    ready_with,
)
from .team import endorse, service_of

BATCH = 4096
"""About so many staff, of whole places, are worked out together: each step goes over all of them in
a loop of its own, while their columns are in the processor's cache.
"""


@step
def end_of_batch(first, last, w):
    """One past the last of the places from `first` on, before `last`, whose staff are worked out
    together.
    """
    end = first + 1
    while end < last and w.places[end].last_staff - w.places[first].first_staff <= BATCH:
        end += 1
    return end


@walk
def open_month(w, p, month):
    """Phase 1, departments."""
    for department in range(w.domains):
        steer(department, w, p, month)


@walk
def fund_and_organise(w, p, month, first, last):
    """Phases 1 and 2 in places first..last-1."""
    if pools(w.domains, p):
        for service in range(first * w.domains, last * w.domains):
            fund_from_pool(service, w, p, month)
    else:
        for service in range(first * w.domains, last * w.domains):
            fund_alone(service, w, p, month)
    for place in range(first, last):
        see_cuts(place, w, p, month)
    for service in range(first * w.domains, last * w.domains):
        organise_work(service, w, p, month)


@walk
def set_standards(w, p, month):
    """Phase 3."""
    for department in range(w.domains):
        direct(department, w, p, month)


@walk
def transmit_and_learn(w, p, month, first, last):
    """Phases 4, 5 and 6 in places first..last-1: nothing here changes what others look at.

    `learn` is spelled out: what nearly all staff do alike is worked out for several at a time, and
    who leaves is taken alone.
    """
    end = first
    while end < last:
        start, end = end, end_of_batch(end, last, w)
        here, there = start * w.domains, end * w.domains
        first_staff, last_staff = w.places[start].first_staff, w.places[end - 1].last_staff
        for service in range(here, there):
            pass_messages(service, w, p, month)
        for service in range(here, there):
            commission(service, w, p, month)
        for service in range(here, there):
            shared = conditions(service, w, p)
            for i in range(w.services[service].first_staff, w.services[service].last_staff):
                note_if_staying(i, shared[0], service, w, p, month)
            note_entrants(service, w)
            for i in range(w.services[service].first_staff, w.services[service].last_staff):
                learn_if_staying(i, shared, w, p)
        for i in range(first_staff, last_staff):
            if w.staff.stays[i] == 0:
                service = service_of(i, w)
                fill_post(i, conditions(service, w, p), service, w, p, month)
        for i in range(first_staff, last_staff):
            w.staff.shown[i] = w.staff.practice[i]


@walk
def change_and_perform(w, p, month, first, last):
    """Phase 7 in places first..last-1; `change_practice` is spelled out as `learn` is above."""
    end = first
    while end < last:
        start, end = end, end_of_batch(end, last, w)
        here, there = start * w.domains, end * w.domains
        for place in range(start, end):
            home = w.places[place]
            for i in range(home.first_staff, home.last_staff):
                ready_with(i, home.engagement, w)
        for service in range(here, there):
            press(service, w, p, month)
        for service in range(here, there):
            shared = pressures(service, w, p)
            for i in range(w.services[service].first_staff, w.services[service].last_staff):
                note_if_acting(i, shared, service, w, p, month)
            note_grants(service, w)
        for i in range(w.places[start].first_staff, w.places[end - 1].last_staff):
            if w.staff.acts[i] != 0:
                service = service_of(i, w)
                act(i, pressures(service, w, p), service, w, p, month)
        for service in range(here, there):
            for i in range(w.services[service].first_staff, w.services[service].last_staff):
                perform(i, service, w, p, month)


@walk
def encounter_in(room, known, w, p, month, first, last):
    """Phase 8 in blocks first..last-1, small wards together.

    known: whether the room has kept the homes of all their groups from a month before. Else a home
    is looked at anew where place or size of ward changes.
    """
    first_staff = w.places[w.blocks[first].place].first_staff
    know_staff(first_staff, w.places[w.blocks[last - 1].place].last_staff, room, w)
    rows = len(room.home)
    start, group, same = first, 0, False
    while start < last:
        end = end_of_group(start, last, w)
        new_home = not known and (rows > 1 or not same)
        meet_services(start, end, first_staff, group % rows, new_home, not same, room, w, p, month)
        for block in range(start, end):
            count_citizens(block, w, p, month)
        same = (
            end - start == 1
            and end < last
            and w.blocks[end].place == w.blocks[start].place
            and w.blocks[end].last - w.blocks[end].first == WARD
        )
        start, group = end, group + 1


@maker
def room_for(w, first, last, most):
    """Working room for phase 8 in blocks first..last-1, with a row of homes for each group of wards
    where there are no more than `most`, else one row.
    """
    groups, start = 0, first
    while start < last and groups <= most:
        start, groups = end_of_group(start, last, w), groups + 1
    staff = (
        w.places[w.blocks[last - 1].place].last_staff - w.places[w.blocks[first].place].first_staff
    )
    return empty_room(staff, groups if groups <= most else 1)


@sweep
def encounter(w, p, month, first, last):
    """Phase 8 in blocks first..last-1."""
    encounter_in(room_for(w, first, last, 1), False, w, p, month, first, last)


@walk
def take_stock(w, p, month, first, last):
    """Phase 9 in places first..last-1."""
    end = first
    while end < last:
        start, end = end, end_of_batch(end, last, w)
        here, there = start * w.domains, end * w.domains
        for service in range(here, there):
            assess_staff(service, w, p)
        for team in range(w.services[here].first_team, w.services[there - 1].last_team):
            endorse(team, w)
        for service in range(here, there):
            sum_up(service, w)
        for place in range(start, end):
            account_place(place, w, p, month)


@walk
def take_note(w, p, month, first, last):
    """Phase 9, departments first..last-1."""
    for department in range(first, last):
        observe(department, w, p, month)


@walk
def close_month(w, p, month):
    """Phase 9, country."""
    account(w, p, month)


class Phase(NamedTuple):
    """One line of the plan: phase number, title, who acts ("departments", "commissioners", "staff",
    "citizens", "places", "country"), the step, the agents' method, and the compiled stage that
    takes the step.
    """

    number: int
    title: str
    who: str
    step: Any
    method: str
    meaning: str
    stage: Any


PHASES = (
    Phase(
        1,
        "Budget",
        "departments",
        steer,
        "steer",
        "each department sets its capacity and control",
        open_month,
    ),
    Phase(
        1,
        "Budget",
        "commissioners",
        fund,
        "fund",
        "each commissioner receives a budget",
        fund_and_organise,
    ),
    Phase(
        1,
        "Budget",
        "places",
        see_cuts,
        "",
        "people see how much their place lost",
        fund_and_organise,
    ),
    Phase(
        2,
        "Workload",
        "commissioners",
        organise_work,
        "organise_work",
        "demand against funded time gives delivery, slack and stress",
        fund_and_organise,
    ),
    Phase(
        3,
        "Direct",
        "departments",
        direct,
        "direct",
        "departments review the national standard",
        set_standards,
    ),
    Phase(
        4,
        "Transmit",
        "commissioners",
        pass_messages,
        "pass_messages",
        "standards come down the chain, reports and proposals go up",
        transmit_and_learn,
    ),
    Phase(
        5,
        "Commission",
        "commissioners",
        commission,
        "commission",
        "permission is set, alternative providers enter, commissioners visit other places",
        transmit_and_learn,
    ),
    Phase(
        6,
        "Learn",
        "staff",
        learn,
        "learn",
        "staff learn, tire, or leave, and show their practice",
        transmit_and_learn,
    ),
    Phase(
        7,
        "Change practice",
        "staff",
        get_ready,
        "get_ready",
        "readiness follows from skill, regard and engaged citizens",
        change_and_perform,
    ),
    Phase(
        7,
        "Change practice",
        "staff",
        change_practice,
        "change_practice",
        "staff comply, inquire, borrow, or review a trial",
        change_and_perform,
    ),
    Phase(
        7,
        "Change practice",
        "staff",
        perform,
        "perform",
        "staff deliver; quality is realised",
        change_and_perform,
    ),
    Phase(
        8,
        "Encounter",
        "citizens",
        meet_service,
        "encounter",
        "citizens meet services; trust, engagement and well-being follow",
        encounter,
    ),
    Phase(8, "Encounter", "blocks", count_citizens, "", "citizens are counted", encounter),
    Phase(
        9,
        "Account",
        "commissioners",
        appraise,
        "appraise",
        "commissioners take stock of their service",
        take_stock,
    ),
    Phase(9, "Account", "places", account_place, "", "each place's figures", take_stock),
    Phase(
        9,
        "Account",
        "departments",
        observe,
        "observe",
        "departments take note of diversity",
        take_note,
    ),
    Phase(9, "Account", "country", account, "", "the month's outcomes", close_month),
)

STAGES = tuple(dict.fromkeys(phase.stage for phase in PHASES))
"""The compiled stages of a month, in order."""
ROWS = {
    open_month: "",
    fund_and_organise: "places",
    set_standards: "",
    transmit_and_learn: "places",
    change_and_perform: "places",
    encounter: "blocks",
    take_stock: "places",
    take_note: "domains",
    close_month: "",
}
"""What a stage takes a range of: places, blocks of citizens, domains, or nothing."""
TOGETHER = (
    (open_month,),
    (fund_and_organise,),
    (set_standards,),
    (transmit_and_learn,),
    (change_and_perform, encounter, take_stock),
    (take_note,),
    (close_month,),
)
"""Stages in order; those in one line follow each other place by place: none looks at what another
one of them changes in other places. So threads wait for each other only between lines.
"""
SHORT = {fund_and_organise}
"""Stages of services alone, done before a second thread would have begun."""
ALL_ROWS = {
    "": "{name}(w, p, month)",
    "places": "{name}(w, p, month, 0, w.count)",
    "domains": "{name}(w, p, month, 0, w.domains)",
    "blocks": "{name}_in(room, groups_kept and k > 0, w, p, month, 0, len(w.blocks))",
}
"""How `run_months` calls a stage for the whole country; citizens' room is kept between months."""
RUN_MONTHS = f"""
def run_months(w, schedule, first):
    room = room_for(w, 0, len(w.blocks), {KEPT_GROUPS})
    groups_kept = len(room.home) > 1
    for k in range(len(schedule)):
        p, month = schedule[k], first + k
"""


def written_out(stages) -> str:
    """Source of `run_months`: the stages of a month in order, each for the whole country."""
    calls = [ALL_ROWS[ROWS[stage]].format(name=stage.py_func.__name__) for stage in stages]
    return RUN_MONTHS + "".join(f"        {call}\n" for call in calls)


exec(written_out(STAGES))
run_months = succession(run_months)  # type: ignore[name-defined,has-type] # noqa: F821
"""One month under each record of a schedule, from month `first` on: all stages, one after the
other.
"""


def whole_month(w, p, month, variants=()):
    """One month under one record of parameters; variants: rival rules, checked."""
    chosen(run_months, variants)(w, np.array([p], p.dtype), month)
