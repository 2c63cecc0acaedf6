"""Scenarios: documented settings, a timeline, and clear refusals."""

import re
from pathlib import Path

import pytest
from conftest import missing
from hypothesis import given
from hypothesis import strategies as st

import localism_sim as ls
from localism_sim.model.parameters import FIELDS
from localism_sim.model.scenario import checked_timeline, config_folder, schedule

NAMES = {
    "status_quo_2010",
    "coalition_2010",
    "centralist",
    "localist",
    "localist_with_capability",
    "centralist_with_capability",
    "sure_start",
    "innovation_hub",
    "innovation_hub_backed",
    "total_place",
    "total_government",
    "city_region",
    "big_society",
    "easy_innovation",
    "recovery_approach",
}


def test_the_fifteen_scenarios_are_shipped_documented_and_all_differ():
    assert set(ls.scenario_names()) == NAMES
    loaded = [ls.load_scenario(name) for name in sorted(NAMES)]
    for scenario in loaded:
        assert scenario.title and len(scenario.stands_for) > 40
        assert scenario.baseline is None or scenario.baseline in NAMES
        changed = {
            n for n, value in scenario.parameters.as_dict().items() if value != FIELDS[n].default
        }
        assert changed <= {name for name, source in scenario.sources if len(source) > 5}, (
            scenario.name
        )
    assert len({(s.parameters, s.timeline) for s in loaded}) == len(loaded)


def test_localist_differs_from_centralist_in_autonomy_alone():
    a, b = (ls.load_scenario(name).parameters.as_dict() for name in ("centralist", "localist"))
    assert [name for name in a if a[name] != b[name]] == ["autonomy"]


def test_the_reformed_centre_differs_from_reformed_localism_in_autonomy_alone():
    names = ("centralist_with_capability", "localist_with_capability", "centralist")
    reformed, local, centre = (ls.load_scenario(name).parameters.as_dict() for name in names)
    assert [name for name in local if reformed[name] != local[name]] == ["autonomy"]
    assert reformed["autonomy"] == centre["autonomy"]


def differences(name: str) -> set[str]:
    """Parameters in which a scenario starts otherwise than its baseline."""
    scenario = ls.load_scenario(name)
    a, b = (of.parameters.as_dict() for of in (scenario, ls.load_scenario(scenario.baseline)))
    return {lever for lever in a if a[lever] != b[lever]}


PROBLEM = set(ls.Parameters.names("problem"))


@pytest.mark.parametrize(
    "name", sorted(NAMES - {"status_quo_2010", "easy_innovation", "recovery_approach"})
)
def test_a_policy_is_compared_on_the_same_problem_and_the_same_cuts(name):
    assert not differences(name) & PROBLEM
    if ls.load_scenario(name).baseline != "status_quo_2010":
        assert not differences(name) & {"cuts", "centre_cuts"}


@pytest.mark.parametrize("name", ["easy_innovation", "recovery_approach"])
def test_a_problem_is_compared_under_the_same_policy(name):
    assert differences(name) == PROBLEM


def test_localist_with_capability_takes_up_all_eleven_recommendations():
    assert differences("localist_with_capability") == {
        "autonomy",
        "chain_length",
        *ls.Parameters.names("recommendation"),
    }


def test_a_hub_and_its_backed_twin_differ_in_their_host_alone():
    assert differences("innovation_hub_backed") == {"reform_interest"}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_source_names_a_claim_a_publication_or_an_assumption(name):
    for lever, source in ls.load_scenario(name).sources:
        assert re.search(
            r"the essay|recommendation \d|\b(19|20)\d\d\b|assum|counterfactual", source
        ), f"{lever}: {source}"


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_scenario_speaks_plainly(name):
    scenario = ls.load_scenario(name)
    for text in (scenario.stands_for, *dict(scenario.sources).values()):
        assert not re.search(r"\b[ERV]\d+\b|BN\d|_", text), text


def test_a_scenario_without_cuts_is_the_reference_of_all():
    for name in NAMES:
        chain = [name]
        while baseline := ls.load_scenario(chain[-1]).baseline:
            assert baseline not in chain
            chain.append(baseline)
        assert chain[-1] == "status_quo_2010"
    assert ls.load_scenario("status_quo_2010").parameters.cuts == 0.0


def test_the_sure_start_ring_fence_goes_in_april_2011():
    scenario = ls.load_scenario("sure_start")
    plan = schedule(scenario.parameters, scenario.timeline, 24)
    assert (plan["ring_fence"][:11] == 1.0).all() and (plan["ring_fence"][11:] == 0.0).all()


@pytest.mark.parametrize(
    ("timeline", "words"),
    [
        ({3: {"cutz": 0.1}}, ["month 3", "cutz", "cuts"]),
        ({-1: {"cuts": 0.1}}, ["-1"]),
        ({1.5: {"cuts": 0.1}}, ["1.5"]),
        ({3: {"cuts": 7}}, ["cuts", "7"]),
        ({3: {"domains": 2}}, ["domains"]),
        ([(3, {"cuts": 0.1}), (3, {"cuts": 0.2})], ["3", "twice"]),
        (5, ["timeline"]),
        ({3: {"trust": 0.5}}, ["trust", "start of a run"]),
        ({3: {"cuts": 7}}, ["month 3"]),
        ({3: [("cuts", 0.1), ("cuts", 0.2)]}, ["cuts", "twice"]),
        ({"3": {"cuts": 0.1}}, ["'3'"]),
        ({True: {"cuts": 0.1}}, ["True"]),
        ({3: {"cuts": "much"}}, ["much"]),
        ({3: {"cuts": float("nan")}}, ["nan"]),
        ({3: {"peers": 2.5}}, ["peers", "2.5", "whole"]),
        ({3: 5}, ["{3: 5}"]),
        ({3: {7: 1}}, ["lever 7"]),
        (None, ["None"]),
    ],
)
def test_bad_timelines_are_refused(timeline, words):
    with pytest.raises(ls.BadInput) as error:
        checked_timeline(timeline)
    assert all(word in str(error.value) for word in words)


def test_a_change_beyond_the_horizon_is_refused():
    with pytest.raises(ls.BadInput, match="month 30 lies beyond the horizon of 24 months"):
        ls.simulate(
            ls.Parameters(), ls.Places.synthetic(2), months=24, timeline={30: {"cuts": 0.1}}
        )


CHANGES = st.dictionaries(
    st.integers(0, 30),
    st.dictionaries(
        st.sampled_from(["cuts", "autonomy", "ring_fence", "pass_good"]),
        st.floats(0.0, 0.6),
        max_size=3,
    ),
    max_size=5,
)


@given(CHANGES, st.integers(31, 50), st.randoms())
def test_each_month_holds_the_latest_change_up_to_it(changes, months, random):
    start = ls.Parameters(cuts=0.33)
    order = list(changes.items())
    random.shuffle(order)
    plan = schedule(start, dict(order), months)
    assert len(plan) == months
    now = start.as_dict()
    for month in range(months):
        now |= changes.get(month, {})
        assert {name: plan[name][month].item() for name in plan.dtype.names} == now


@given(CHANGES)
def test_a_checked_timeline_stays_as_it_is(changes):
    once = checked_timeline(changes)
    assert checked_timeline(once) == once
    assert [month for month, _ in once] == sorted(changes)


@pytest.mark.parametrize("months", [0, -1, 2.0, "12", True, None, 10**12])
def test_months_that_cannot_be_planned_are_refused(months):
    with pytest.raises(ls.BadInput, match="months"):
        schedule(ls.Parameters(), (), months)


def test_a_scenario_made_in_python_checks_its_timeline():
    made = ls.Scenario(
        "mine", "Mine", "A trial", ls.Parameters(), {6: {"cuts": 0.1}, 2: {"autonomy": 0.5}}
    )
    assert made.timeline == ((2, (("autonomy", 0.5),)), (6, (("cuts", 0.1),)))
    with pytest.raises(ls.BadInput, match="cutz"):
        ls.Scenario("mine", "Mine", "A trial", ls.Parameters(), {6: {"cutz": 0.1}})


def test_a_scenario_describes_its_settings_and_its_timeline():
    table = ls.load_scenario("sure_start").describe()
    assert table.loc["ring_fence", ["month", "value"]].to_numpy().tolist() == [[0, 1.0], [11, 0.0]]
    assert (table["source"].str.len() > 5).all()
    changed = ls.load_scenario("sure_start").with_parameters(autonomy=0.2, peers=6)
    assert changed.parameters.autonomy == 0.2
    assert changed.describe().loc["autonomy", "source"] == "set for this run"
    assert dict(changed.sources).get("peers") is None  # unchanged, so nothing to explain


def test_scenarios_are_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(ls.scenario_names()) == 15 and config_folder().is_absolute()


def test_your_own_scenario_can_extend_a_shipped_one_or_one_beside_it(tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "extends: sure_start\nbaseline: sure_start\nsettings: {cuts: {value: 0.1, source: our "
        "budget}}\n"
    )
    (tmp_path / "later.yaml").write_text(
        "extends: mine\nbaseline: mine\ntimeline: {5: {cuts: 0.2}}\n"
    )
    mine, later, shipped = (
        ls.load_scenario(tmp_path / "mine.yaml"),
        ls.load_scenario(str(tmp_path / "later.yaml")),
        ls.load_scenario("sure_start"),
    )
    assert (
        mine.parameters == shipped.parameters.replace(cuts=0.1)
        and mine.timeline == shipped.timeline
    )
    assert dict(mine.sources) == {**dict(shipped.sources), "cuts": "our budget"}
    assert later.parameters == mine.parameters and later.timeline == ((5, (("cuts", 0.2),)),)
    assert ls.load_scenario(later.baseline) == mine


def test_scenarios_that_extend_each_other_are_refused(tmp_path):
    (tmp_path / "a.yaml").write_text("extends: b\n")
    (tmp_path / "b.yaml").write_text("extends: a\n")
    with pytest.raises(ls.BadInput, match="circle: a -> b -> a"):
        ls.load_scenario(tmp_path / "a.yaml")


def test_a_file_of_a_shipped_name_builds_on_the_shipped_scenario(tmp_path):
    path = tmp_path / "localist.yaml"
    path.write_text("extends: localist\nbaseline: localist\nsettings: {cuts: 0.1}\n")
    mine, shipped = ls.load_scenario(path), ls.load_scenario("localist")
    assert mine.parameters == shipped.parameters.replace(cuts=0.1)
    assert mine.baseline == "localist" and ls.load_scenario(mine.baseline) == shipped


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a\n", ["mapping"]),
        ("", ["mapping"]),
        ("title: x\nsetings: {}\n", ["setings", "settings"]),
        ("title: x\nsettings: {cuts: [0.1]}\n", ["cuts", "source"]),
        ("settings: {cuts: {value: 0.1, source: ''}}\n", ["cuts", "source"]),
        ("settings: {cuts: {value: 3, source: a}}\n", ["cuts", "3", "0.6"]),
        ("settings: {cutz: {value: 0, source: a}}\n", ["cutz", "'cuts'"]),
        (
            "settings: {cuts: {value: 0, source: a}, cuts: {value: 1, source: a}}\n",
            ["cuts", "twice"],
        ),
        ("settings: 5\n", ["settings = 5"]),
        ("settings: {choices: {value: 4, source: a}}\n", ["complexity", "choices"]),
        ("timeline: {3: {cuts: 0.1}, 3: {cuts: 0.2}}\n", ["timeline: month 3 is given twice"]),
        ("timeline: {3: {trust: 0.1}}\n", ["trust", "start of a run"]),
        ("timeline: {-2: {cuts: 0.1}}\n", ["-2"]),
        ("timeline: {1.5: {cuts: 0.1}}\n", ["1.5"]),
        ("extends: sure_strat\n", ["extends", "sure_strat", "'sure_start'"]),
        ("extends: [1]\n", ["extends", "[1]"]),
        ("extends: mine\n", ["extends", "mine", "known scenario"]),
        ("baseline: centralst\n", ["baseline", "centralst", "'centralist'"]),
        ("a: [\n", ["YAML"]),
        ("x: !!python/object/apply:os.system ['true']\n", ["YAML"]),
        ("title: 2010-99-99\n", ["YAML"]),
        ("!!map [1]\n", ["YAML"]),
        ("a: !!int ''\n", ["YAML"]),
        pytest.param("[" * 3000, ["YAML"], id="deep"),
        ("title: [a, b]\n", ["title", "plain text"]),
        ("title: 5\n", ["title = 5"]),
        ('title: "\\ud800"\n', ["title", "plain text"]),
        ("stands_for: {}\n", ["stands_for"]),
        ("settings: {cuts: {value: " + "9" * 4000 + ", source: a}}\n", ["cuts", "999...999"]),
        ("timeline: {3: {peers: 9999}}\n", ["peers", "9999"]),
        pytest.param("title: x" + "x" * 2_000_000, ["larger than 1 MB"], id="large"),
        ("title: &a x\n", ["line 1", "references", "&a"]),
    ],
)
def test_bad_scenario_files_are_refused(tmp_path, text, words):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ls.BadInput) as error:
        ls.load_scenario(path)
    assert all(word in str(error.value) for word in ["mine.yaml", *words]), str(error.value)


def test_a_small_file_cannot_blow_up(tmp_path):
    """References of references ("a billion laughs") are refused at the first."""
    levels = [
        "timeline:",
        "  0: &x0 [x, x, x, x, x, x, x, x, x]",
        *(f"  {n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 12)),
    ]
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join(levels))
    with pytest.raises(ls.BadInput, match=r"bomb\.yaml: line 2: references") as error:
        ls.load_scenario(path)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize(("name", "words"), [(".", "folder"), ("/dev/zero", "regular file")])
def test_what_is_no_file_is_refused_without_reading_on_and_on(tmp_path, name, words):
    (tmp_path / "x.yaml").symlink_to(name)
    with pytest.raises(ls.BadInput, match=words):
        ls.load_scenario(tmp_path / "x.yaml")


@given(
    st.text(alphabet="settingsvaluc:ource{}[],.-0123456789\n !&*?'\"", max_size=120)
    | st.binary(max_size=120).map(lambda b: b.decode("latin-1"))
)
def test_any_text_gives_a_scenario_or_one_clear_refusal(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("fuzz") / "f.yaml"
    path.write_text("settings: {cuts: {value: 0.1, source: a}}\n" + text, encoding="utf-8")
    try:
        assert ls.load_scenario(path).name == "f"
    except ls.BadInput as error:
        assert "f.yaml" in str(error)


@pytest.mark.parametrize("name", [None, 5, "", "no/such.yaml", "sure start"])
def test_a_name_that_is_no_scenario_is_refused(name):
    with pytest.raises(ls.BadInput, match="scenario"):
        ls.load_scenario(name)


def test_an_unknown_scenario_suggests_the_nearest():
    with pytest.raises(ls.BadInput, match="sure_start"):
        ls.load_scenario("sure_strat")


@pytest.mark.parametrize(
    ("timeline", "words"),
    [
        ("3: {autonomi: 0.5}", ["month 3", "autonomi", "Did you mean 'autonomy'"]),
        ("300: {autonomy: 0.5}", ["month 300", "24 months", "0 to 23"]),
        ("3: {cuts: 0.1}, 3: {cuts: 0.2}", ["timeline: month 3 is given twice"]),
        ("3: {cuts: 0.1, cuts: 0.2}", ["timeline: month 3: 'cuts' is given twice"]),
        ("3: {cuts: 9}", ["month 3", "cuts = 9", "0.0 to 0.6"]),
        ("3: {trust: 0.5}", ["month 3", "trust", "start of a run"]),
    ],
)
def test_a_bad_timeline_ends_the_command_with_one_message_and_code_2(
    timeline, words, tmp_path, refused
):
    (tmp_path / "mine.yaml").write_text(f"extends: coalition_2010\ntimeline: {{{timeline}}}\n")
    assert missing(words, refused(["scenario=mine.yaml", "months=24", "seeds=2"])) == []


def test_a_value_alone_is_a_setting_whose_source_is_not_given(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("extends: localist\nsettings:\n  autonomy: 0.7\n")
    mine = ls.load_scenario(path)
    assert mine.parameters.autonomy == 0.7 and "autonomy" not in dict(mine.sources)
    assert "cuts" in dict(mine.sources)


def test_an_error_names_file_line_and_key(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("title: Mine\nsettings:\n  cuts: 0.2\n  autonomy: 7\n")
    with pytest.raises(ls.BadInput, match=r"mine.yaml, line 4: settings.autonomy: .*7"):
        ls.load_scenario(path)


def test_the_example_of_the_documents_is_a_scenario(tmp_path):
    text = (Path(__file__).parents[1] / "docs/how-to/scenarios.md").read_text()
    path = tmp_path / "my_town.yaml"
    path.write_text(text.split("```yaml\n")[1].split("```")[0])
    mine = ls.load_scenario(path)
    assert mine.parameters.autonomy == 0.7 and dict(dict(mine.timeline)[24])["leadership"] == 0.8
    assert mine.variants == ("free_riding",)
