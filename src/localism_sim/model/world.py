"""The world of one run: all columns, laid out by place, and how they are filled before the first
month.
"""

from __future__ import annotations

import functools
from collections import namedtuple
from dataclasses import dataclass

import numpy as np

from ..foundation.column_type import hand_over_as_columns
from ..model import citizen, commissioner, department, staff, team
from .account import AT
from .citizen import WARD, Citizens
from .columns import Column, row_type
from .commissioner import Commissioners, appraise, organise_work
from .compilation import chosen, rule, step, sweep
from .department import NOTHING, true_worth
from .landscape import LEGACY, build_landscapes, worth
from .network import NOBODY, SLOTS
from .outcomes import OUTCOMES
from .parameters import Parameters
from .places import Places
from .randomness import (
    FIRST_CAPABILITY,
    FIRST_DIVERSE,
    FIRST_ENGAGED,
    FIRST_MOTIVATION,
    FIRST_PRACTICE,
    FIRST_REGARD,
    FIRST_STAFF_TRUST,
    FIRST_TRUST,
    PLACE_COMPLIANT,
    PLACE_INVENTIVE,
    bell,
    below,
    uniform,
)
from .staff import FROM_LEGACY, OWN_INQUIRY, Staff, get_ready, perform, take_over, varied

PLACE_COLUMNS = (
    Column("key", "i8", "key", "what this place's draws are keyed by"),
    Column("first_citizen", "i8", "row", "its first citizen"),
    Column("last_citizen", "i8", "row", "one past its last citizen"),
    Column("first_staff", "i8", "row", "its first member of staff"),
    Column("last_staff", "i8", "row", "one past its last member of staff"),
    Column("city_region", "i4", "region", "its city region; -1 none"),
    Column("exposure", "f8", "ratio", "cut relative to the national mean"),
    Column("inventive", "f8", "ratio", "how inventive it is for good, relative to the mean"),
    Column("compliant", "f8", "ratio", "how compliant it is for good, relative to the mean"),
    Column("reported", "i8", "yes or no", "1 where outcomes are about this place, else 0"),
    Column("used_to", "f8", "quality", "quality that its people are used to"),
    Column("used_to_at_start", "f8", "quality", "the same before the first month"),
    Column("outlook", "f8", "quality", "added to quality when its people judge services"),
    Column("satisfaction", "f8", "share", "mean perceived quality"),
    Column("engagement", "f8", "share", "citizens engaged"),
    Column("trust", "f8", "share", "mean trust"),
    Column("wellbeing", "f8", "share", "mean well-being"),
    Column("visible_cut", "f8", "share", "part of the 2010 budget lost this month"),
    Column("quality", "f8", "quality", "mean quality of services"),
    Column(
        "spread",
        "f8",
        "share",
        "staff with a new routine practice that is worth more here than legacy",
    ),
    Column("budget", "f8", "share of 2010", "mean budget"),
)
SERVICE_COLUMNS = (
    Column("key", "i8", "key", "what this service's draws are keyed by"),
    Column("place", "i8", "place", "its place"),
    Column("domain", "i8", "domain", "its domain"),
    Column("first_staff", "i8", "row", "its first member of staff"),
    Column("last_staff", "i8", "row", "one past its last"),
    Column("first_team", "i8", "row", "its first team"),
    Column("last_team", "i8", "row", "one past its last"),
    Column("legacy_value", "f8", "value", "what the legacy practice is worth here"),
    Column("best_value", "f8", "value", "the highest value that any practice has here"),
)
REGION_COLUMNS = (
    Column("first", "i8", "position", "first of its places in `region_members`"),
    Column("last", "i8", "position", "one past the last"),
)
BLOCK_COLUMNS = (
    Column("first", "i8", "row", "its first citizen"),
    Column("last", "i8", "row", "one past its last"),
    Column("place", "i8", "place", "where its citizens live"),
    Column("trust", "f8", "sum", "sum of trust"),
    Column("engaged", "i8", "citizens", "citizens engaged"),
    Column("wellbeing", "f8", "sum", "sum of well-being"),
)
World = namedtuple(
    "World",
    "seed count domains choices team_size citizens staff teams commissioners departments places "
    "services regions "
    "region_members blocks score known used tally "
    "ordered ranking history place_history",
)
"""All state of one run.

`score[practice, service]` is the landscape, side by side for neighbouring services; all teams have
`team_size` staff and follow each other, as do their staff; `known[place, slot]` holds colleagues of
whoever looks for an idea there; `used`, `tally`, `ordered` and `ranking` are room for sums and for
places by quality.
"""
hand_over_as_columns(World)

HISTORY_TYPE = np.dtype([(name, "f8") for name in OUTCOMES])
PLACE_HISTORY = ("quality", "trust", "engagement", "wellbeing", "spread", "budget")
PLACE_HISTORY_TYPE = np.dtype([(name, "f8") for name in PLACE_HISTORY])


@dataclass(frozen=True, eq=False)
class Layout:
    """Who lives and works where: the fixed columns of places, services, regions and blocks.

    The same for every run on the same places.
    """

    citizens: int
    staff: int
    teams: int
    places: np.ndarray
    services: np.ndarray
    regions: np.ndarray
    region_members: np.ndarray
    blocks: np.ndarray


@functools.lru_cache(maxsize=64)
def layout(places: Places, domains: int, staff_per_citizen: float, team_size: int) -> Layout:
    """Lay out places, services, teams, staff and citizens: teams of equal size, as many as staff in
    proportion to citizens make, at least one a service.
    """
    citizens = np.asarray(places.citizens, np.int64)
    a_service = citizens * (staff_per_citizen / domains)
    teams = np.maximum(1, np.rint(a_service / team_size)).astype(np.int64)
    service_size = teams * team_size
    last_citizen, last_staff = np.cumsum(citizens), np.cumsum(np.repeat(service_size, domains))
    keys = np.asarray(places.keys, np.int64)

    home = np.zeros(places.count, row_type(PLACE_COLUMNS))
    home["key"], home["city_region"], home["exposure"] = (
        keys,
        places.city_region,
        places.cut_exposure,
    )
    home["reported"] = places.in_focus
    home["first_citizen"], home["last_citizen"] = last_citizen - citizens, last_citizen
    home["last_staff"] = last_staff[domains - 1 :: domains]
    home["first_staff"] = home["last_staff"] - service_size * domains

    services = np.zeros(places.count * domains, row_type(SERVICE_COLUMNS))
    services["key"] = (keys[:, None] + (np.arange(domains, dtype=np.int64)[None, :] << 27)).ravel()
    services["place"], services["domain"] = (
        np.repeat(np.arange(places.count), domains),
        np.tile(np.arange(domains), places.count),
    )
    services["first_staff"], services["last_staff"] = (
        last_staff - np.repeat(service_size, domains),
        last_staff,
    )
    services["first_team"] = services["first_staff"] // team_size
    services["last_team"] = services["last_staff"] // team_size

    members = [
        np.flatnonzero(places.city_region == region)
        for region in range(len(places.city_region_names))
    ]
    regions = np.zeros(len(members), row_type(REGION_COLUMNS))
    regions["last"] = np.cumsum([len(m) for m in members])
    regions["first"] = regions["last"] - [len(m) for m in members]

    cuts = [
        (first, min(first + WARD, end), place)
        for place, (start, end) in enumerate(zip(home["first_citizen"], home["last_citizen"]))
        for first in range(start, end, WARD)
    ]
    blocks = np.zeros(len(cuts), row_type(BLOCK_COLUMNS))
    blocks["first"], blocks["last"], blocks["place"] = np.array(cuts, np.int64).T
    return Layout(
        int(last_citizen[-1]),
        int(last_staff[-1]),
        int(last_staff[-1]) // team_size,
        home,
        services,
        regions,
        np.concatenate([*members, np.zeros(0, np.int64)]).astype(np.int64),
        blocks,
    )


def empty_world(params: Parameters, places: Places, seed: int, months: int) -> World:
    """A world with all columns allocated and nobody in it yet.

    Histories are NaN until a month is accounted, so an outcome that no rule computes shows.
    """
    plan = layout(places, params.domains, params.staff_per_citizen, params.team_size)
    count, services, size = places.count, len(plan.services), 1 << params.choices
    return World(
        seed=seed,
        count=count,
        domains=params.domains,
        choices=params.choices,
        team_size=params.team_size,
        citizens=Citizens(*(np.zeros(plan.citizens, c.kind) for c in citizen.COLUMNS)),
        staff=Staff(*(np.zeros(plan.staff, c.kind) for c in staff.COLUMNS)),
        teams=np.zeros(plan.teams, team.ROW),
        commissioners=Commissioners(*(np.zeros(services, c.kind) for c in commissioner.COLUMNS)),
        departments=np.zeros(params.domains, department.ROW),
        places=plan.places.copy(),
        services=plan.services.copy(),
        regions=plan.regions,
        region_members=plan.region_members,
        blocks=plan.blocks.copy(),
        score=np.empty((size, services), np.float32),
        known=np.zeros((count, SLOTS), np.int64),
        used=np.zeros((params.domains, size), np.int64),
        tally=np.zeros((count + 1, len(AT))),
        ordered=np.zeros(count),
        ranking=np.arange(count),
        history=np.full(months, np.nan, HISTORY_TYPE),
        place_history=np.full((months, count), np.nan, PLACE_HISTORY_TYPE),
    )


@sweep
def settle_citizens(w, p, first, last):
    """Citizens of blocks first..last-1 before the first month: trust around its mean, some
    engaged.
    """
    z = w.citizens
    for block in range(first, last):
        place = w.blocks[block].place
        for i in range(w.blocks[block].first, w.blocks[block].last):
            key = w.places[place].key + i - w.places[place].first_citizen
            z.trust[i] = varied(p.trust, bell(w.seed, FIRST_TRUST, key, 0), p)
            z.engaged[i] = 1 if uniform(w.seed, FIRST_ENGAGED, key, 0) < p.initial_engagement else 0
            z.wellbeing[i] = w.places[place].quality


@rule
def lasting(luck, deviation):
    """How a place differs for good: 1 + deviation x a draw of mean 0 and variance 1, at least 0."""
    return max(0.0, 1.0 + deviation * luck)


@step
def settle_staff(service, w, p):
    """Staff of one service before the first month: traits around their means, the legacy practice
    or (`initial_diversity`) one of their own.
    """
    s = w.staff
    for i in range(w.services[service].first_staff, w.services[service].last_staff):
        key = w.services[service].key + i - w.services[service].first_staff
        s.practice[i] = s.fallback[i] = s.shown[i] = LEGACY
        s.origin[i] = s.fallback_origin[i] = FROM_LEGACY
        s.source[i] = NOBODY
        s.proposal[i] = s.paper[i] = NOTHING
        s.value[i] = s.fallback_value[i] = w.services[service].legacy_value
        s.capability[i] = varied(p.initial_capability, bell(w.seed, FIRST_CAPABILITY, key, 0), p)
        s.regard[i] = varied(p.initial_regard, bell(w.seed, FIRST_REGARD, key, 0), p)
        s.motivation[i] = varied(p.initial_motivation, bell(w.seed, FIRST_MOTIVATION, key, 0), p)
        s.trust[i] = varied(p.initial_staff_trust, bell(w.seed, FIRST_STAFF_TRUST, key, 0), p)
        if uniform(w.seed, FIRST_DIVERSE, key, 0) < p.initial_diversity:
            practice = 1 + below((1 << w.choices) - 1, w.seed, FIRST_PRACTICE, key, 0)
            take_over(i, practice, OWN_INQUIRY, service, w)
            s.shown[i] = practice
        get_ready(i, service, w, p, 0)
        perform(i, service, w, p, 0)


@step
def settle_teams(service, w):
    """Teams of one service before the first month: nothing on its way, nobody let in."""
    first = w.services[service].first_team
    for i in range(first, w.services[service].last_team):
        for post in range(i * w.team_size, (i + 1) * w.team_size):
            w.staff.team[post] = i
        w.teams[i].service = service
        w.teams[i].key = w.services[service].key + (i - first) * w.team_size
        w.teams[i].asked_desks = -1
        w.teams[i].granted_post = w.teams[i].entrant_post = NOTHING


@step
def settle_services(w, p, first, last):
    """Commissioners and staff of services first..last-1 before the first month: full budget, legacy
    practice, nothing on its way.
    """
    c = w.commissioners
    for service in range(first, last):
        w.services[service].legacy_value = worth(w, service, LEGACY)
        c.budget[service] = c.posts[service] = 1.0
        c.standard_value[service] = w.services[service].legacy_value
        organise_work(service, w, p, 0)
        c.down_desks[service] = c.up_desks[service] = -1
        c.heard_practice[service] = NOTHING
        settle_teams(service, w)
        c.openness[service] = p.open_commissioning
        c.seen_practice[service] = NOTHING
        settle_staff(service, w, p)
        appraise(service, w, p, 0)
        c.quality_at_start[service] = c.quality[service]


@sweep
def settle_departments(w, p):
    """Departments before the first month: the legacy is the standard."""
    for domain in range(w.domains):
        w.departments[domain].standard = LEGACY
        w.departments[domain].standard_value = true_worth(domain, LEGACY, w)
        w.departments[domain].control = p.control
        w.departments[domain].willingness = w.departments[domain].standing = 1.0
        w.departments[domain].agency_idea = NOTHING
        w.departments[domain].beacon = w.departments[domain].promoted = NOTHING


@sweep
def settle_places(w, p, first, last):
    """Places first..last-1, their services, teams and staff before the first month, once
    departments are settled.
    """
    for place in range(first, last):
        home = w.places[place]
        home.engagement = p.initial_engagement
        home.inventive = lasting(bell(w.seed, PLACE_INVENTIVE, home.key, 0), p.inventive_sd)
        home.compliant = lasting(bell(w.seed, PLACE_COMPLIANT, home.key, 0), p.compliant_sd)
    settle_services(w, p, first * w.domains, last * w.domains)
    for place in range(first, last):
        total = 0.0
        for domain in range(w.domains):
            total += w.commissioners.quality[place * w.domains + domain]
        home = w.places[place]
        home.quality = home.used_to = home.used_to_at_start = total / w.domains


def populate(w, p, variants=()):
    """Fill a whole world: landscapes, services, citizens; variants: rival rules, checked."""
    chosen(build_landscapes, variants)(w, p, 0, w.count * w.domains)
    chosen(settle_departments, variants)(w, p)
    chosen(settle_places, variants)(w, p, 0, w.count)
    chosen(settle_citizens, variants)(w, p, 0, len(w.blocks))
