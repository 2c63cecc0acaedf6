"""Both drivers live the same months, bit for bit."""

import mesa
import numpy as np
import pandas as pd
import pytest
from conftest import random_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

import localism_sim as ls
from localism_sim.analysis import comparison as compare
from localism_sim.mesa_driver.agents import Citizen, Commissioner, Department, FrontlineStaff
from localism_sim.model import engine
from localism_sim.model import month as phases
from localism_sim.model.compilation import chosen, entrance
from localism_sim.model.engine import rows_by_place, run_shared
from localism_sim.model.month import whole_month
from localism_sim.model.parameters import FIELDS, FIXED
from localism_sim.model.scenario import Scenario, schedule
from localism_sim.model.variant import checked_variants
from localism_sim.model.world import World, empty_world, populate

ROOM = ("known", "used", "ordered")
"""Parts of a world that are no state."""


def state(world: World) -> dict[str, bytes]:
    """Every column and array of a world, as bytes."""
    found = {}
    for name, part in world._asdict().items():
        columns: dict[str, np.ndarray] = {}
        if isinstance(part, tuple):
            columns = part._asdict()
        elif isinstance(part, np.ndarray) and name not in ROOM:
            names = part.dtype.names
            columns = {column: part[column] for column in names} if names else {"": part}
        found |= {f"{name}.{column}": values.tobytes() for column, values in columns.items()}
    return found


def test_the_state_that_drivers_are_compared_by_holds_every_column():
    """Columns that agents are made of were left out once, when they became arrays of their own."""
    held = state(empty_world(ls.Parameters(), ls.Places.synthetic(2), 1, 2))
    for kind in (Citizen, FrontlineStaff, Commissioner, Department):
        assert {f"{kind.state}.{column.name}" for column in kind.columns} <= held.keys()


def differing(a: World, b: World) -> list[str]:
    """Names of columns whose bits differ."""
    one, two = state(a), state(b)
    return [name for name in one if one[name] != two[name]]


def compiled_world(params, places, seed, plan):
    world = empty_world(params, places, seed, len(plan))
    populate(world, plan[0])
    return world


@settings(max_examples=200)
@given(
    draw=st.integers(0, 10**6),
    seed=st.integers(0, 2**40),
    count=st.integers(1, 4),
    months=st.integers(1, 5),
    shuffled=st.booleans(),
)
def test_compiled_and_mesa_drivers_agree_to_the_bit_after_every_month(
    draw, seed, count, months, shuffled
):
    params = random_parameters(draw, domains=1 + draw % 3)
    places = ls.Places.synthetic(count, seed=draw % 7, scale=40_000)
    model = ls.LocalismModel(params, places, seed=seed, months=months, shuffled=shuffled)
    world = compiled_world(params, places, seed, model.plan)
    assert differing(world, model.world) == []
    for month in range(months):
        model.step()
        whole_month(world, model.plan[month], month)
        assert differing(world, model.world) == [], month


def test_drivers_agree_over_years_with_every_lever_moving():
    params = ls.Parameters(
        domains=2,
        choices=7,
        complexity=2,
        chain_length=2,
        comply_rate=0.5,
        borrow_rate=0.9,
        inquiry_rate=0.5,
        entry_rate=0.3,
        autonomy=0.5,
        review_months=3,
        trial_months=2,
        reinforcement=0.0,
        initial_motivation=0.9,
        initial_engagement=0.7,
    )
    random = np.random.default_rng(5)
    moving = {"headline", "problem", "recommendation", "lever", "mechanism"}
    levers = [
        name for name in FIELDS if name not in FIXED and FIELDS[name].metadata["group"] in moving
    ]
    timeline: dict[int, dict[str, float]] = {month: {} for month in range(2, 30, 3)}
    for turn, name in enumerate([*random.permutation(levers), *random.permutation(levers)]):
        meta = FIELDS[str(name)].metadata
        value = random.uniform(
            meta["low"], min(meta["high"], 28) if name == "harmonise_after" else meta["high"]
        )
        timeline[2 + 3 * (turn % 10)][str(name)] = (
            round(value) if isinstance(FIELDS[str(name)].default, int) else float(value)
        )
    assert {name for changes in timeline.values() for name in changes} == set(levers)
    places = ls.Places.synthetic(6, seed=1, scale=40_000)
    model = ls.LocalismModel(params, places, seed=11, months=30, timeline=timeline)
    world = compiled_world(params, places, 11, model.plan)
    assert (model.plan["harmonise_after"] == np.arange(30)).any(), "the run must harmonise"
    seen: set[int] = set()
    for month in range(30):
        model.step()
        whole_month(world, model.plan[month], month)
        assert differing(world, model.world) == [], month
        seen |= set(world.staff.origin.tolist())
    assert len(seen) >= 5, "the run must exercise the origins of practice"


@pytest.mark.parametrize(("threads", "count"), [(1, 12), (2, 12), (3, 12), (2, 30), (3, 30)])
def test_threads_change_no_bit(threads, count):
    """Where they share wards, since places are few, and where they share places."""
    params = ls.Parameters(
        autonomy=0.8, connectivity=0.6, city_regions=0.5, alternative_support=0.9, mixing=0.3
    )
    places = ls.Places.synthetic(count, seed=2, scale=200)
    plan = schedule(params, (), 24)
    alone = compiled_world(params, places, 4, plan)
    for month in range(24):
        whole_month(alone, plan[month], month)
    shared = empty_world(params, places, 4, 24)
    run_shared(shared, plan, threads)
    assert differing(alone, shared) == []


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("rivals", ["", *sorted(ls.shipped_variants())])
def test_stages_that_go_together_may_be_taken_place_by_place_in_any_order(rivals, backwards):
    """So threads that are ahead in one place change nothing for those behind in another."""
    variants = checked_variants([rivals] if rivals else [])
    params = ls.Parameters(
        autonomy=0.7, connectivity=0.7, city_regions=0.5, alternative_support=0.9, mixing=0.3,
        inquiry_rate=0.3, borrow_rate=0.9, contact_rate=0.9, visit_rate=0.9, initial_diversity=0.3,
    )  # fmt: skip
    places = ls.Places.synthetic(9, seed=2, scale=60_000)
    plan = schedule(params, (), 18)
    whole, pieces = (empty_world(params, places, 4, len(plan)) for _ in range(2))
    for world in (whole, pieces):
        populate(world, plan[0], variants)
    rows = rows_by_place(pieces)
    for now in range(len(plan)):
        whole_month(whole, plan[now], now, variants)
        for stages in phases.TOGETHER:
            kind = phases.ROWS[stages[0]]
            cut = range(len(rows[kind]) - 1) if kind else [None]
            for n in reversed(cut) if backwards else cut:
                for stage in stages:
                    at = rows.get(phases.ROWS[stage])
                    piece = () if n is None else (at[n], at[n + 1])
                    entrance(chosen(stage, variants))(pieces, plan[now], now, *piece)
        assert differing(whole, pieces) == [], now
    assert len(set(whole.staff.origin.tolist())) >= 4, "practices must come from elsewhere"


def test_large_comparisons_run_one_after_the_other_with_the_same_bits(monkeypatch):
    arms = [
        Scenario(name, name, "", ls.Parameters(autonomy=autonomy))
        for name, autonomy in (("a", 0.2), ("b", 0.9))
    ]
    places = ls.Places.synthetic(8, seed=2, scale=2_000)
    small, told = compare.compare(arms, places, (1, 2), 5, workers=2), []
    running, most = [], []

    def watched(arm, *given, **settings):
        running.append(arm)
        most.append((len(running), settings["threads"]))
        run = simulate(arm, *given, **settings)
        running.remove(arm)
        return run

    simulate = engine.simulate
    monkeypatch.setattr(engine, "LARGE", 1_000)
    monkeypatch.setattr(engine, "simulate", watched)
    large = compare.compare(arms, places, (1, 2), 5, workers=2, progress=told.append)
    assert most == [(1, 2)] * 4
    assert told == list(range(1, 21))
    for table in ("runs", "history", "by_place", "contrasts"):
        pd.testing.assert_frame_equal(
            getattr(small, table), getattr(large, table), check_exact=True
        )


def test_simulate_gives_the_same_outcomes_as_the_stepped_model(small_places):
    params = ls.Parameters(autonomy=0.9, cuts=0.3)
    run = ls.simulate(params, small_places, seed=8, months=12)
    model = ls.LocalismModel(params, small_places, seed=8, months=12)
    while model.running:
        model.step()
    assert model.outcomes == run.outcomes
    collected = model.datacollector.get_model_vars_dataframe()
    assert (collected.to_numpy() == run.history.to_numpy()).all()


def test_runs_that_share_a_landscape_are_what_they_are_alone(small_places):
    """What earlier runs left behind changes no bit, and a user cannot spoil it for later runs."""
    varied = [
        {"need_diversity": 0.1},
        {"complexity": 7},
        {"legacy_quantile": 0.2},
        {"cuts": 0.4},
        {"choices": 6},
        {},
    ] * 3
    together = [
        ls.simulate(ls.Parameters(**setting), small_places, seed=3, months=4) for setting in varied
    ]
    for setting, run in zip(varied, together):
        engine.KEPT.clear()
        alone = ls.simulate(ls.Parameters(**setting), small_places, seed=3, months=4)
        assert differing(run.world, alone.world) == [], setting
    with pytest.raises(ValueError, match="read-only"):
        together[0].world.score[0, 0] = 9.0


def test_both_drivers_follow_the_plan_of_the_month():
    """Each compiled stage takes the steps of its lines of the plan, in their order, and no stage is
    left and taken up again.
    """
    import ast
    import inspect

    calls = {
        f.name: sorted(
            (n.lineno, n.func.id)
            for n in ast.walk(f)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        )
        for f in ast.parse(inspect.getsource(phases)).body
        if isinstance(f, ast.FunctionDef)
    }
    calls["encounter"] = calls["encounter_in"]
    for stage, twin, step in (
        ("encounter", "meet_services", "meet_service"),
        ("fund_and_organise", "fund_alone", "fund"),
        ("transmit_and_learn", "learn_if_staying", "learn"),
        ("change_and_perform", "ready_with", "get_ready"),
        ("change_and_perform", "note_if_acting", "change_practice"),
        ("take_stock", "assess_staff", "appraise"),
    ):
        calls[stage] = [(line, step if name == twin else name) for line, name in calls[stage]]
    steps = {phase.step.py_func.__name__ for phase in phases.PHASES}
    for stage in phases.STAGES:
        name = stage.py_func.__name__
        assert [step for _, step in calls[name] if step in steps] == [
            phase.step.py_func.__name__ for phase in phases.PHASES if phase.stage is stage
        ], name
    assert [phase.stage for phase in phases.PHASES] == sorted(
        (phase.stage for phase in phases.PHASES), key=phases.STAGES.index
    )
    assert phases.ROWS.keys() == set(phases.STAGES)
    assert tuple(stage for stages in phases.TOGETHER for stage in stages) == phases.STAGES


def test_many_runs_are_the_single_runs_in_the_order_given(small_places):
    scenarios = [ls.load_scenario("centralist"), ls.Parameters(complexity=2)]
    table = ls.simulate_many(scenarios, seeds=[5, 2, 9], places=small_places, months=3, workers=2)
    assert list(zip(table["scenario"], table["seed"])) == [
        (name, seed) for name in ("centralist", "1") for seed in (5, 2, 9)
    ]
    for row, (scenario, seed) in enumerate((s, seed) for s in scenarios for seed in (5, 2, 9)):
        alone = ls.simulate(scenario, small_places, seed, 3).outcomes
        assert table.loc[row, list(alone)].to_dict() == alone


def test_mesa_s_batch_run_gives_the_outcomes_of_simulate(small_places):
    """Mesa's own way of running many models, with a list of settings and of seeds."""
    settings = [ls.Parameters(autonomy=0.1), ls.Parameters(autonomy=0.9)]
    rows = mesa.batch_run(
        ls.LocalismModel,
        {"params": settings, "places": [small_places], "months": 3},
        rng=[1, 2],
        number_processes=1,
        max_steps=3,
        display_progress=False,
    )
    assert len(rows) == 4
    for row in rows:
        run = ls.simulate(row["params"], small_places, row["seed"], 3)
        assert row["trust"] == run.outcomes["trust"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda: ls.simulate(ls.Parameters(), threads=-1), "threads = -1 is not allowed"),
        (lambda: ls.simulate(ls.Parameters(), threads=0), "threads = 0 is not allowed"),
        (lambda: ls.simulate_many(ls.Parameters(), workers=-1), "workers = -1 is not allowed"),
        (lambda: ls.LocalismModel(seed=-1), "seed = -1 is not allowed"),
        (lambda: ls.LocalismModel(places=ls.Places.synthetic(1)).outcomes, "no month is done yet"),
    ],
)
def test_the_python_interface_refuses_by_name(asked, words):
    with pytest.raises(ls.BadInput, match=words):
        asked()


def test_many_runs_of_one_setting_need_no_list(small_places):
    one = ls.simulate_many(ls.Parameters(), [1], places=small_places, months=2)
    pd.testing.assert_frame_equal(
        one, ls.simulate_many([ls.Parameters()], [1], places=small_places, months=2)
    )
