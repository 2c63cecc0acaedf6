"""The summary claims nothing that its intervals do not carry, and says it in words."""

import io
import re
from dataclasses import replace
from html import unescape

import numpy as np
import pandas as pd
import pytest
from fake_comparison import ARMS, TITLES, fake_comparison
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

import localism_sim as ls
from localism_sim.analysis.comparison import compare
from localism_sim.analysis.two_by_two import ALIKE, CELLS, effects, grounds_for, other_rule
from localism_sim.foundation.errors import BadInput
from localism_sim.model.outcomes import OUTCOMES, checked_outcome
from localism_sim.report import contrasts, figures, markdown
from localism_sim.report.comparison import show
from localism_sim.report.settings import blocks as settings_of
from localism_sim.report.terminal import print_blocks
from localism_sim.report.two_by_two import one_by_one

PLACES = ls.Places.synthetic(3)


def printed(comparison, width: int = 80) -> str:
    console = Console(width=width, record=True, file=io.StringIO(), force_terminal=True)
    print_blocks(show(comparison).short, console)
    return console.export_text()


def summarise(comparison, command: str = "localism-sim") -> str:
    return markdown.summary(show(comparison), command)


def answer(text: str) -> str:
    return text.split("## The question")[0]


def test_nothing_is_claimed_when_nothing_differs():
    text = summarise(fake_comparison(PLACES, gain=0.0, noise=0.0))
    rows = [line for line in text.splitlines() if line.startswith("| ") and "0-1)" in line]
    assert rows and all(row.endswith("| no clear difference |") for row in rows)
    assert "no clear difference" in answer(text)
    assert not re.search(
        r"services are|trust is|innovation spreads|gap between places is", answer(text)
    )


def test_a_verdict_is_given_only_where_the_interval_leaves_out_zero():
    comparison = fake_comparison(PLACES, gain=0.015, noise=0.01)
    assert 0 < comparison.contrasts["clear"].sum() < len(comparison.contrasts)
    for _, row in contrasts.judged(comparison).iterrows():
        assert (row["verdict"] == "no clear difference") == (row["low"] <= 0 <= row["high"])


def test_gains_are_told_in_words_with_numbers():
    text = summarise(fake_comparison(PLACES, gain=0.2, noise=0.001))
    assert re.search(
        r"services are better \(0\.\d\d against 0\.\d\d\), and at the end as well", text
    )
    assert "The gap between places is narrower" in text and "Trust is higher" in text


def test_losses_are_told_as_plainly():
    text = summarise(fake_comparison(PLACES, gain=-0.1, noise=0.001))
    assert all(
        words in text
        for words in (
            "services are worse",
            "Trust is lower",
            "gap between places is wider",
            "more months under",
        )
    )


def test_an_average_and_an_end_that_disagree_are_both_told():
    comparison = fake_comparison(PLACES, gain=0.1, noise=0.001, arms=ARMS[:3])
    table = comparison.contrasts
    table.loc[
        table["outcome"].isin(["quality_mean", "trust_mean"]), ["difference", "low", "high"]
    ] *= -1
    text = answer(summarise(comparison))
    assert text.count("point different ways") == 4
    assert (
        "on average over the 2 years services are worse" in text.lower()
        and "at the end services are better" in text
    )


def test_a_tiny_clear_difference_is_barely_one():
    comparison = fake_comparison(PLACES, gain=0.002, noise=0.0)
    rows = contrasts.judged(comparison).set_index("outcome")
    assert set(rows.loc["trust", "verdict"]) == {"barely better"}
    assert "barely" in summarise(comparison)


def test_the_summary_has_all_its_parts():
    comparison = fake_comparison(PLACES)
    text = summarise(comparison, command="localism-sim seeds=6")
    parts = [
        "The question",
        "Reforms and autonomy, two by two",
        "Each scenario against the first",
        "Places by name",
        "The numbers",
        "What is uncertain",
        "What the numbers do not say",
        "How to repeat it",
    ]
    assert re.findall(r"^## (.*)$", text, re.M) == parts
    assert all(title in text for title in TITLES.values()) and "localism-sim seeds=6" in text
    assert "never reached half in 6 of 6 runs of Centralised delivery" in text
    assert "`places.scale=200` or less before you quote it" in answer(text), "harm is clear here"
    for name in figures.drawable(comparison):
        assert f"(figures/{name}.png)" in text


def test_the_first_page_holds_six_outcomes_and_the_rest_is_in_the_tables():
    text = summarise(fake_comparison(PLACES))
    first = [line for line in answer(text).splitlines() if line.startswith("|")]
    assert len(first) == 3 * (2 + 6), "means, effects, effects on the other ground"
    two = answer(summarise(fake_comparison(PLACES, arms=ARMS[:2])))
    assert len([line for line in two.splitlines() if line.startswith("|")]) == 2 + 6
    rest = text.split("## The numbers")[1]
    assert all(outcome.label in rest for outcome in OUTCOMES.values() if outcome.better)


def test_sentence_and_table_give_one_verdict():
    """On average barely better, at the end clearly so: each is told as what it is."""
    comparison = fake_comparison(PLACES, gain=0.015, noise=0.0, arms=ARMS[:3])
    rows = contrasts.judged(comparison)
    one = rows[rows["scenario"] == "localist"].set_index("outcome")
    assert one.loc["quality_mean", "verdict"] == "barely better"
    assert one.loc["quality", "verdict"] == "better"
    text = answer(summarise(comparison))
    assert re.search(r"services are barely better \([^)]*\); at the end services are better", text)


def test_differences_are_in_the_outcomes_unit_and_a_share_of_its_range():
    text = summarise(fake_comparison(PLACES, gain=0.2, noise=0.001))
    rest = text.split("## The numbers")[1]
    row = next(line for line in rest.splitlines() if line.startswith("| Quality of services, at"))
    assert "+20%" in row and "standard deviation" not in text
    assert contrasts.range_of("harm", 24) == 24 and contrasts.range_of("workload", 24) is None


def test_no_zero_has_a_sign_and_one_is_singular():
    text = summarise(fake_comparison(ls.Places.synthetic(1), seeds=2, gain=0.0, noise=0.0))
    assert not re.search(r"[-−+]0(\.0+)?(?![\d.])", text) and "1 place " in text


def test_the_settings_that_differ_are_listed_with_their_sources():
    comparison = fake_comparison(PLACES)
    assert "How the scenarios differ" not in summarise(comparison)
    arms = tuple(ls.load_scenario(name) for name in ("coalition_2010", "sure_start", "localist"))
    page = markdown.page("Settings", settings_of(replace(comparison, arms=arms)))
    rows = page.split("## How the scenarios differ")[1].split("\n## ")[0]
    assert re.search(r"\(`autonomy`\) \| 0\.4 \| 0\.7 \| 0\.8 \|", rows) and "(`cuts`)" not in rows
    assert "From month 12 on, *Sure Start* sets `ring_fence` to 0." in rows
    assert "Melhuish" in rows and rows.count("targets abolished") == 1


def test_harm_and_months_are_not_said_to_be_of_the_last_month():
    assert [
        contrasts.label(name) for name in ("harm", "months_to_half", "quality", "quality_mean")
    ] == [
        "Harm, since the start",
        "Months to half spread",
        "Quality of services, at the end",
        "Quality of services, average",
    ]


@pytest.mark.parametrize("width", [80, 100, 120])
def test_no_cell_of_the_terminal_table_is_cut(width):
    text = printed(fake_comparison(PLACES, gain=0.004, noise=0.0, arms=ARMS[:3]), width)
    assert text.count("barely") >= 2 * 5 and "…" not in text
    rows = [line for line in text.splitlines() if line.startswith(" ")]
    assert rows and max(len(line.rstrip()) for line in rows) <= width


def test_the_terminal_page_fits_in_80_columns_and_says_what_is_better():
    text = printed(fake_comparison(PLACES, gain=0.2, noise=0.001))
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    assert "better" in text and "…" not in text and "Quality in the worst tenth" in text
    assert "~" in printed(fake_comparison(PLACES, gain=0.0, noise=0.0))


@pytest.mark.parametrize(("seeds", "arms"), [(1, ARMS), (3, ARMS[:1]), (1, ARMS[:1])])
def test_without_pairs_no_comparison_is_made(seeds, arms):
    comparison = fake_comparison(PLACES, seeds=seeds, arms=arms)
    text = summarise(comparison)
    assert "No comparison can be made" in text and "## The numbers" not in text
    assert "Quality of services" in printed(comparison) and "better" not in printed(
        comparison
    ).lower().replace("less is better", "")


STRANGE = ("a|b", "[bold]c", "*d* _e_ `f` <b>g</b>", "$x$ \\frac =1+1 ![h](i)")


def test_titles_are_shown_as_they_are_on_page_and_terminal():
    comparison = fake_comparison(PLACES, arms=STRANGE)
    html = MarkdownIt("commonmark").enable("table").render(summarise(comparison))
    shown = unescape(re.sub(r"<[^>]*>", "", html))
    said = " ".join(printed(comparison, width=300).split())
    for title in STRANGE:
        assert title in shown and title in said
    assert "<b>" not in html and '<img src="i"' not in html
    heads = re.findall(r"<thead>.*?</thead>", html, re.S)
    assert {head.count("<th") - 1 for head in heads} >= {6}


@settings(max_examples=8)
@given(
    seeds=st.integers(1, 5),
    months=st.integers(1, 30),
    gain=st.floats(-0.4, 0.4),
    noise=st.sampled_from([0.0, 1e-12, 0.03, 0.3]),
    arms=st.integers(1, 5),
    random=st.integers(0, 999),
)
def test_any_data_can_be_summed_up(seeds, months, gain, noise, arms, random):
    comparison = fake_comparison(PLACES, seeds, months, ARMS[:arms], gain, noise, random)
    text = summarise(comparison)
    assert "nan" not in text.lower().replace("finance", "") and " inf" not in text
    assert max(len(line.rstrip()) for line in printed(comparison).splitlines()) <= 80


def test_outcomes_are_named_once_in_order_with_the_nearest_for_a_slip():
    order = (
        "spread months_to_half mandated borrowed_near borrowed_far own_inquiry alternative quality "
        "wellbeing trust engagement "
        "capability regard motivation diversity postcode_gap worst_place harm cost_per_quality "
        "standard_value fit budget workload control permission"
    )
    assert [name for name in OUTCOMES if name in order.split()] == order.split()
    assert {outcome.better for outcome in OUTCOMES.values()} == {-1, 0, 1}
    assert all(outcome.label and outcome.unit and outcome.meaning for outcome in OUTCOMES.values())
    assert checked_outcome("quality_mean") == "quality_mean"
    with pytest.raises(BadInput, match="Did you mean 'quality'"):
        checked_outcome("qualty")


def test_effects_that_another_ground_turns_are_named_with_both_values():
    """The made-up ground 'alike' changes nothing, the other rule turns every effect round."""
    text = answer(summarise(fake_comparison(PLACES, gain=0.1, noise=0.001)))
    alike = next(line for line in text.splitlines() if "Another ground" in line)
    rule = next(line for line in text.splitlines() if "One rule that nobody" in line)
    assert "no effect on the six outcomes turns" in alike and "need_diversity=0" in alike
    assert "status_quo_bias" in rule
    assert re.search(r"reforms on quality of services \+0\.\d+ here, −0\.\d+ there", rule)
    assert "more effects in the tables" in rule


def test_effects_are_those_of_a_two_by_two_worked_by_hand():
    """Centre 1, places 2, reformed centre 4, reformed places 8, each with the seed's own luck."""
    cells = dict(zip(CELLS, (1.0, 2.0, 4.0, 8.0)))
    rows = [
        {"scenario": name, "seed": seed, "quality": value + luck}
        for name, value in cells.items()
        for seed, luck in enumerate((0.0, 5.0, -3.0))
    ]
    table = effects(pd.DataFrame(rows), ["quality"]).set_index("effect")
    assert table["difference"].to_dict() == {
        "reforms": 4.5,
        "autonomy": 2.5,
        "interaction": 3.0,
        "reforms_under_the_centre": 3.0,
        "reforms_under_places": 6.0,
        "autonomy_alone": 1.0,
        "autonomy_given_the_reforms": 4.0,
        "both": 7.0,
    }
    assert np.allclose(table["high"] - table["low"], 0.0), "luck that all share cancels"
    assert (table["reference_mean"] == np.mean([1.0, 6.0, -2.0])).all()


@pytest.mark.parametrize("luck, unclear", [((0.0, 0.0, 0.0), False), ((0.0, 60.0, -60.0), True)])
def test_the_sign_for_what_is_not_clear_is_told_only_where_it_stands(luck, unclear):
    rows = [
        {"scenario": name, "seed": seed, "quality": value, "spread_delivered": value}
        for seed, own in enumerate(luck)
        for name, value in zip(CELLS, (1.0, 2.0 + own, 4.0, 8.0))
    ]
    told = "".join(
        map(str, one_by_one(effects(pd.DataFrame(rows), ["quality", "spread_delivered"])))
    )
    assert ("without the reforms quality of services ~" in told) == unclear
    assert ("(~ not clear)" in told) == unclear


def test_a_ground_on_which_scenarios_stand_already_is_not_run_again():
    arms = [ls.load_scenario(name) for name in CELLS]
    assert [ground.name for ground in grounds_for(arms)] == ["alike", "other_rule"]
    there = ALIKE.of(arms)
    assert [ground.name for ground in grounds_for(there)] == ["other_rule"]
    biases = {dict(other_rule(other_rule(arms).of(arms)).changes)["status_quo_bias"]}
    assert biases == {max(0.0, arms[0].parameters.status_quo_bias)}
    assert grounds_for(arms[:3]) == ()


def test_a_verdict_that_hangs_on_one_rule_names_it():
    """Spread and harm turn with `status_quo_bias`; where the rule is off nothing is said of it."""
    places = ls.Places.synthetic(6)
    for bias, named in ((1.0, True), (0.0, False)):
        arms = [
            ls.load_scenario(name).with_parameters(status_quo_bias=bias)
            for name in ("centralist", "localist_with_capability")
        ]
        comparison = compare(arms, places, range(6), 60)
        clear = comparison.contrasts.set_index("outcome")["clear"][["spread", "harm"]].any()
        assert clear, "else the case shows nothing"
        assert ("one rule decides" in answer(summarise(comparison)).lower()) == named


def test_harm_is_not_warned_of_at_a_fine_scale_or_where_nothing_is_clear():
    fine = fake_comparison(ls.Places.synthetic(12, scale=200))
    assert "before you quote it" not in answer(summarise(fine))
    alike = fake_comparison(PLACES, gain=0.0, noise=0.0)
    assert "before you quote it" not in answer(summarise(alike))
