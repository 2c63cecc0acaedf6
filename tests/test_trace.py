"""The trace tells why, and changes nothing."""

import pandas as pd
import pytest

import localism_sim as ls
from localism_sim.model.counterfactual import PRACTISED, TRAITS, flip
from localism_sim.model.scenario import schedule
from localism_sim.model.staff import ALTERNATIVE, OWN_INQUIRY
from localism_sim.model.trace import Trace
from localism_sim.model.world import empty_world, populate

PARAMS = ls.Parameters(
    autonomy=0.5,
    inquiry_rate=0.6,
    borrow_rate=0.8,
    connectivity=0.7,
    reinforcement=0.0,
    practice_learning=0.8,
    leadership=1.0,
    protected_time=0.5,
    initial_motivation=0.8,
    initial_engagement=0.6,
    alternative_support=1.0,
    comply_rate=0.1,
    outcome_measurement=0.9,
)


@pytest.fixture(scope="module")
def runs():
    places = ls.Places.synthetic(8, seed=1)
    return [ls.simulate(PARAMS, places, seed=5, months=60, trace=kept) for kept in (True, False)]


def test_a_trace_changes_no_outcome_and_is_off_by_default(runs):
    assert runs[0].outcomes == runs[1].outcomes
    assert runs[1].trace is None


def test_the_trace_explains_every_practice_in_use(runs):
    trace, staff = runs[0].trace, runs[0].world.staff
    now = dict.fromkeys(range(len(staff.practice)), 0)
    for row in trace[~trace["event"].isin(["stopped", "granted"])].itertuples():
        assert now[row.staff] == row.from_practice
        now[row.staff] = row.to_practice
    assert [now[row] for row in range(len(staff.practice))] == staff.practice.tolist()
    assert {"trial", "kept", "dropped", "alternative", "stopped", "granted"} <= set(trace["event"])


def test_whoever_borrowed_borrowed_what_the_source_showed(runs):
    trace = runs[0].trace
    borrowed = trace[(trace["event"] == "trial") & (trace["source"] >= 0)]
    assert len(borrowed) > 5
    assert borrowed["origin"].isin(["borrowed near", "borrowed far"]).all()
    for row in borrowed.itertuples():
        earlier = trace[
            (trace["staff"] == row.source)
            & (trace["month"] <= row.month)
            & ~trace["event"].isin(["stopped", "granted"])
        ]
        assert row.to_practice in set(earlier["to_practice"])


def test_the_family_tree_of_a_practice_leads_back_to_a_root(runs):
    trace = runs[0].trace
    borrowed = trace[(trace["event"] == "trial") & (trace["source"] >= 0)].iloc[0]
    tree = ls.family_tree(trace, borrowed["to_practice"], borrowed["domain"])
    assert (tree["generation"] == 0).any() and (tree["generation"] > 0).any()
    assert (tree.loc[tree["generation"] > 0, "parent"] >= 0).all()
    with pytest.raises(ls.BadInput, match="never tried"):
        ls.family_tree(trace, 1023, 99)


def test_desks_that_stop_proposals_are_on_the_chain(runs):
    stopped = ls.what_stopped_it(runs[0].trace)
    assert stopped.loc[stopped["event"] == "stopped", "desk"].between(1, PARAMS.chain_length).all()
    assert (stopped.loc[stopped["event"] == "granted", "desk"] == 0).all()


def before(run, month):
    """The history up to a month, as bytes; when half was reached is told by the whole run."""
    return run.history.drop(columns="months_to_half").iloc[:month].to_numpy().tobytes()


@pytest.mark.parametrize(
    "kind", ["trial", "kept", "dropped", "alternative", "vacancy", "stopped", "granted"]
)
def test_flipping_an_event_changes_nothing_before_it_and_takes_it_back(runs, kind):
    run = runs[0]
    begun = set(
        map(tuple, run.trace.loc[run.trace["event"] == "trial", ["month", "staff"]].to_numpy())
    )
    row = next(
        row
        for _, row in run.trace[run.trace["event"] == kind].iterrows()
        if kind != "granted" or (row["month"], row["staff"]) in begun
    )
    event = row.name
    other = ls.flipped(run, event)
    assert before(other, row["month"]) == before(run, row["month"])
    assert other.trace[other.trace["month"] < row["month"]].equals(
        run.trace[run.trace["month"] < row["month"]]
    )
    now = other.trace[
        (other.trace["month"] == row["month"]) & (other.trace["staff"] == row["staff"])
    ]
    assert ("trial" if kind == "granted" else kind) not in set(now["event"])
    assert not other.trace.equals(run.trace)


def test_a_proposal_passed_on_by_the_desk_that_stopped_it_meets_the_next_desks(runs):
    """Where the last desk stopped it, it is permitted; where an earlier one did, it is judged again
    or permitted by a later one.
    """
    run = runs[0]
    stopped = run.trace[run.trace["event"] == "stopped"]
    last = stopped[(stopped["desk"] == PARAMS.chain_length) & (stopped["month"] < 50)]
    early = stopped[(stopped["desk"] == 1) & (stopped["month"] < 40)]
    assert len(last) and len(early)
    other = ls.flipped(run, last.index[0])
    row = last.iloc[0]
    after = other.trace[
        (other.trace["event"] == "granted")
        & (other.trace["month"] == row["month"] + 1)
        & (other.trace["staff"] == row["staff"])
    ]
    assert after["to_practice"].tolist() == [row["to_practice"]]
    row = early.iloc[0]
    other = ls.flipped(run, early.index[0]).trace
    verdict = other[
        (other["month"] > row["month"])
        & other["event"].isin(["stopped", "granted"])
        & (other["place_id"] == row["place_id"])
        & (other["domain"] == row["domain"])
    ].iloc[0]
    assert (verdict["to_practice"], verdict["staff"]) == (row["to_practice"], row["staff"])
    assert verdict["event"] == "granted" or verdict["desk"] > 1


def test_without_the_first_trial_its_descendants_have_no_ancestor(runs):
    run = runs[0]
    borrowed = run.trace[(run.trace["event"] == "trial") & (run.trace["source"] >= 0)].iloc[0]
    tree = ls.family_tree(run.trace, borrowed["to_practice"], borrowed["domain"])
    root = tree[tree["staff"] == borrowed["source"]].iloc[0]
    first = run.trace[(run.trace["staff"] == root["staff"]) & (run.trace["month"] == root["month"])]
    event = first.index[first["to_practice"] == borrowed["to_practice"]][0]
    other = ls.flipped(run, event).trace
    again = other[
        (other["staff"] == borrowed["staff"])
        & (other["month"] == borrowed["month"])
        & (other["source"] == borrowed["source"])
    ]
    assert borrowed["to_practice"] not in set(again["to_practice"])


@pytest.mark.parametrize("event", [-1, 10**9, 1.5, True, "first"])
def test_an_event_that_is_no_row_of_the_trace_is_refused(runs, event):
    with pytest.raises(ls.BadInput, match=r"event = .* a row number of the trace"):
        ls.flipped(runs[0], event)


def test_a_run_without_a_trace_cannot_be_flipped(runs):
    with pytest.raises(ls.BadInput, match="no trace"):
        ls.flipped(runs[1], 0)


@pytest.fixture
def month():
    """A world of one place before and after a month in which nothing happened yet."""
    params = ls.Parameters()
    world = empty_world(params, ls.Places.synthetic(1, seed=1), 1, 1)
    populate(world, schedule(params, (), 1)[0])
    world.staff.stays[:] = 1
    return world, Trace(world, ("here",))


def told(trace: Trace) -> list[tuple]:
    """What a month brought: event, post, from, to, origin."""
    table = trace.table()
    columns = ["event", "staff", "from_practice", "to_practice", "origin"]
    return list(table[columns].itertuples(index=False, name=None))


def on_trial(staff, post: int) -> None:
    """A provider in its third month with practice 5, brought by practice 3."""
    staff.practice[post], staff.origin[post], staff.on_trial[post] = 5, OWN_INQUIRY, 3
    staff.fallback[post], staff.fallback_origin[post] = 3, ALTERNATIVE


def back(staff, post: int) -> None:
    """The practice on trial is given up."""
    staff.practice[post], staff.origin[post], staff.on_trial[post] = 3, ALTERNATIVE, 0


def test_a_provider_that_gives_up_a_trial_is_no_new_provider(month):
    world, trace = month
    on_trial(world.staff, 4)
    trace.before()
    back(world.staff, 4)
    trace.after(0)
    assert told(trace) == [("dropped", 4, 5, 3, "alternative provider")]


def test_who_leaves_during_a_trial_neither_drops_nor_keeps_it(month):
    """Whether the newcomer's practice is what the trial had replaced or what was on trial."""
    world, trace = month
    on_trial(world.staff, 4)
    on_trial(world.staff, 6)
    trace.before()
    back(world.staff, 4)
    world.staff.on_trial[6] = 0
    world.staff.stays[[4, 6]] = 0
    trace.after(0)
    assert told(trace) == [
        ("vacancy", 4, 5, 3, "alternative provider"),
        ("vacancy", 6, 5, 5, "own inquiry"),
    ]


def test_a_provider_whose_contract_goes_on_has_not_left(month):
    world, trace = month
    on_trial(world.staff, 4)
    world.staff.contract[4] = 7
    trace.before()
    back(world.staff, 4)
    world.staff.stays[4], world.staff.contract[4] = 0, 8
    trace.after(0)
    assert told(trace) == [("dropped", 4, 5, 3, "alternative provider")]


def test_who_comes_and_begins_a_trial_in_one_month_is_told_twice(month):
    world, trace = month
    on_trial(world.staff, 4)
    trace.before()
    staff = world.staff
    world.teams["entrant_post"][0] = 4
    staff.stays[4] = 0
    staff.fallback[4], staff.fallback_origin[4] = 9, ALTERNATIVE
    staff.practice[4], staff.origin[4], staff.on_trial[4] = 8, OWN_INQUIRY, 1
    trace.after(0)
    assert told(trace) == [
        ("alternative", 4, 5, 9, "alternative provider"),
        ("trial", 4, 9, 8, "own inquiry"),
    ]


@pytest.mark.parametrize("kind", ["dropped", "trial", "vacancy", "alternative"])
def test_what_is_taken_back_leaves_the_member_of_staff_as_before(month, kind):
    """A stopped trial costs trust, a mandate dropped leaves its name on paper, and a newcomer has
    traits of its own: all that is taken back.
    """
    world, trace = month
    on_trial(world.staff, 4)
    names = world.staff._fields
    before = {name: getattr(world.staff, name)[4] for name in names}
    trace.before()
    came = kind in ("vacancy", "alternative")
    for name in PRACTISED + (TRAITS if came else ()):
        getattr(world.staff, name)[4] += 1
    world.staff.stays[4] = not came
    if kind == "alternative":
        world.teams["entrant_post"][0] = 4
    flip(world, {"staff": 4, "event": kind, "month": 0}, before, 2, trace.came(4))
    assert {name: getattr(world.staff, name)[4] for name in names} == before
    trace.after(0)
    assert told(trace) == []


def test_generations_are_counted_from_whoever_had_it_first():
    """Who takes a post shows its practice at once, whatever the row; who had a practice before the
    first month has no generation, and neither have those who took it there.
    """
    rows = [  # month, event, staff, source
        (3, "trial", 2, 9),
        (3, "vacancy", 9, -1),
        (4, "trial", 1, 2),
        (5, "trial", 6, 7),
        (6, "trial", 5, 6),
    ]
    trace = pd.DataFrame(rows, columns=["month", "event", "staff", "source"]).assign(
        to_practice=3, domain=0, place_id="here", origin="borrowed near"
    )
    tree = ls.family_tree(trace, 3, 0).set_index("staff")["generation"]
    assert tree.dropna().to_dict() == {9: 0, 2: 1, 1: 2}
    assert set(tree.index[tree.isna()]) == {5, 6}
