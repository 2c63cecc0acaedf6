"""The trace tells why, and changes nothing."""

import pytest

import localism_sim as ls
from localism_sim.trace import what_stopped_it

PARAMS = ls.Parameters(autonomy=0.5, inquiry_rate=0.6, borrow_rate=0.8, connectivity=0.7, reinforcement=0.0, practice_learning=0.8, leadership=1.0,
                       protected_time=0.5, initial_motivation=0.8, initial_engagement=0.6, alternative_support=1.0, comply_rate=0.1, outcome_measurement=0.9)


@pytest.fixture(scope="module")
def runs():
    places = ls.Places.synthetic(8, seed=1)
    return [ls.simulate(PARAMS, places, seed=5, months=60, trace=kept) for kept in (True, False)]


def test_a_trace_changes_no_outcome_and_is_off_by_default(runs):
    assert runs[0].outcomes == runs[1].outcomes
    assert runs[1].trace is None


def test_the_trace_explains_every_practice_in_use(runs):
    trace, staff = runs[0].trace, runs[0].world.staff
    now = dict.fromkeys(range(len(staff)), 0)
    for row in trace[~trace["event"].isin(["stopped", "granted"])].itertuples():
        assert now[row.staff] == row.from_practice
        now[row.staff] = row.to_practice
    assert [now[row] for row in range(len(staff))] == staff["practice"].tolist()
    assert {"trial", "kept", "dropped", "alternative", "stopped", "granted"} <= set(trace["event"])


def test_whoever_borrowed_borrowed_what_the_source_showed(runs):
    trace = runs[0].trace
    borrowed = trace[(trace["event"] == "trial") & (trace["source"] >= 0)]
    assert len(borrowed) > 5
    assert borrowed["origin"].isin(["borrowed near", "borrowed far"]).all()
    for row in borrowed.itertuples():
        earlier = trace[(trace["staff"] == row.source) & (trace["month"] <= row.month) & ~trace["event"].isin(["stopped", "granted"])]
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
    stopped = what_stopped_it(runs[0].trace)
    assert stopped.loc[stopped["event"] == "stopped", "desk"].between(1, PARAMS.chain_length).all()
    assert (stopped.loc[stopped["event"] == "granted", "desk"] == 0).all()
