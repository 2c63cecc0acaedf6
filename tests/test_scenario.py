"""Scenarios: documented settings, a timeline, and clear refusals."""

import pytest

import localism_sim as ls
from localism_sim.parameters import FIELDS
from localism_sim.scenario import checked_timeline, schedule

NAMES = {"status_quo_2010", "coalition_2010", "centralist", "localist", "localist_with_capability", "sure_start", "innovation_hub", "innovation_hub_backed",
         "total_place", "total_government", "city_region", "big_society", "easy_innovation", "recovery_approach"}


def test_the_fourteen_scenarios_are_shipped_documented_and_all_differ():
    assert set(ls.scenario_names()) == NAMES
    loaded = [ls.load_scenario(name) for name in sorted(NAMES)]
    for scenario in loaded:
        assert scenario.title and len(scenario.stands_for) > 40
        assert scenario.baseline is None or scenario.baseline in NAMES
        changed = {n for n, value in scenario.parameters.as_dict().items() if value != FIELDS[n].default}
        assert changed <= {name for name, source in scenario.sources if len(source) > 5}, scenario.name
    assert len({(s.parameters, s.timeline) for s in loaded}) == len(loaded)


def test_localist_differs_from_centralist_in_autonomy_alone():
    a, b = (ls.load_scenario(name).parameters.as_dict() for name in ("centralist", "localist"))
    assert [name for name in a if a[name] != b[name]] == ["autonomy"]


def test_the_sure_start_ring_fence_goes_in_april_2011():
    scenario = ls.load_scenario("sure_start")
    plan = schedule(scenario.parameters, scenario.timeline, 24)
    assert (plan["ring_fence"][:11] == 1.0).all() and (plan["ring_fence"][11:] == 0.0).all()


@pytest.mark.parametrize(("timeline", "words"), [
    ({3: {"cutz": 0.1}}, ["month 3", "cutz", "cuts"]), ({-1: {"cuts": 0.1}}, ["-1"]), ({1.5: {"cuts": 0.1}}, ["1.5"]), ({3: {"cuts": 7}}, ["cuts", "7"]),
    ({3: {"domains": 2}}, ["domains"]), ([(3, {"cuts": 0.1}), (3, {"cuts": 0.2})], ["3", "twice"]), (5, ["timeline"]),
])
def test_bad_timelines_are_refused(timeline, words):
    with pytest.raises(ls.BadInput) as error:
        checked_timeline(timeline)
    assert all(word in str(error.value) for word in words)


def test_a_change_beyond_the_horizon_is_refused():
    with pytest.raises(ls.BadInput, match="month 30 lies beyond the horizon of 24 months"):
        ls.simulate(ls.Parameters(), ls.Places.synthetic(2), months=24, timeline={30: {"cuts": 0.1}})


@pytest.mark.parametrize(("text", "words"), [
    ("- a\n", ["mapping"]), ("title: x\nsetings: {}\n", ["setings", "settings"]), ("title: x\nsettings: {cuts: 0.1}\n", ["cuts", "source"]),
    ("settings: {cuts: {value: 3, source: a}}\n", ["cuts", "3"]), ("timeline: {3: {cuts: 0.1}, 3: {cuts: 0.2}}\n", ["3", "twice"]),
    ("a: [\n", ["YAML"]), ("x: !!python/object/apply:os.system ['true']\n", ["YAML"]),
])
def test_bad_scenario_files_are_refused(tmp_path, text, words):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ls.BadInput) as error:
        ls.load_scenario(path)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_an_unknown_scenario_suggests_the_nearest():
    with pytest.raises(ls.BadInput, match="sure_start"):
        ls.load_scenario("sure_strat")
