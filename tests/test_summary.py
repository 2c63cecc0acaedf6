"""The summary claims nothing that its intervals do not carry, and says it in words."""

import re
from dataclasses import replace

import pytest
from fake_comparison import ARMS, TITLES, fake_comparison
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import localism_sim as ls
from localism_sim.foundation.errors import BadInput
from localism_sim.model.outcomes import OUTCOMES, checked_outcome
from localism_sim.report import summary

PLACES = ls.Places.synthetic(3)


def printed(comparison, width: int = 100) -> str:
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(summary.essentials(comparison))
    return console.export_text()


def answer(text: str) -> str:
    return text.split("## The answer")[1].split("## The numbers")[0]


def test_nothing_is_claimed_when_nothing_differs():
    text = summary.summarise(fake_comparison(PLACES, gain=0.0, noise=0.0))
    rows = [line for line in text.splitlines() if line.startswith("| ") and "0-1" in line]
    assert rows and all(row.endswith("| no clear difference |") for row in rows)
    assert "no clear difference" in answer(text)
    assert not re.search(
        r"services are|trust is|innovation spreads|gap between places is", answer(text)
    )
    assert "0 are better for citizens, 0 worse" in text


def test_a_verdict_is_given_only_where_the_interval_leaves_out_zero():
    comparison = fake_comparison(PLACES, gain=0.015, noise=0.01)
    assert 0 < comparison.contrasts["clear"].sum() < len(comparison.contrasts)
    for _, row in comparison.contrasts.iterrows():
        assert (summary.verdict(row) == "no clear difference") == (row["low"] <= 0 <= row["high"])


def test_gains_are_told_in_words_with_numbers():
    text = summary.summarise(fake_comparison(PLACES, gain=0.2, noise=0.001))
    assert re.search(
        r"services are better \(0\.\d\d against 0\.\d\d\), and at the end as well", text
    )
    assert "The gap between places is narrower" in text and "trust is higher" in text


def test_losses_are_told_as_plainly():
    text = summary.summarise(fake_comparison(PLACES, gain=-0.1, noise=0.001))
    assert all(
        words in text
        for words in (
            "services are worse",
            "trust is lower",
            "gap between places is wider",
            "more months under",
        )
    )


def test_an_average_and_an_end_that_disagree_are_both_told():
    comparison = fake_comparison(PLACES, gain=0.1, noise=0.001)
    table = comparison.contrasts
    table.loc[
        table["outcome"].isin(["quality_mean", "trust_mean"]), ["difference", "low", "high"]
    ] *= -1
    text = answer(summary.summarise(comparison))
    assert text.count("point different ways") == 6
    assert (
        "on average over the 2 years services are worse" in text.lower()
        and "at the end services are better" in text
    )


def test_a_tiny_clear_difference_is_barely_one():
    comparison = fake_comparison(PLACES, gain=0.002, noise=0.0)
    rows = comparison.contrasts.set_index("outcome", drop=False)
    assert set(rows.loc["trust"].apply(summary.verdict, axis=1)) == {"barely better"}
    assert "barely" in summary.summarise(comparison)


def test_the_summary_has_all_its_parts():
    comparison = fake_comparison(PLACES)
    text = summary.summarise(comparison, command="localism-sim seeds=6")
    parts = [
        "The question",
        "What was run",
        "The answer",
        "The numbers",
        "What is uncertain",
        "What the numbers do not say",
        "How to repeat it",
    ]
    assert re.findall(r"^## (.*)$", text, re.M) == parts
    assert all(title in text for title in TITLES.values()) and "localism-sim seeds=6" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} == {7} and len(tables) == 3 * (2 + 20)
    assert "never reached half in 6 of 6 runs of *Centralised delivery*" in text


def test_the_settings_that_differ_are_listed_with_their_sources():
    comparison = fake_comparison(PLACES)
    assert "How the scenarios differ" not in summary.summarise(comparison)
    arms = tuple(ls.load_scenario(name) for name in ("coalition_2010", "sure_start", "localist"))
    text = summary.summarise(
        replace(comparison, arms=arms, contrasts=comparison.contrasts.iloc[:0])
    )
    rows = text.split("## How the scenarios differ")[1].split("\n## ")[0]
    assert re.search(r"\(`autonomy`\) \| 0\.4 \| 0\.7 \| 0\.8 \|", rows) and "(`cuts`)" not in rows
    assert "From month 12 on, *Sure Start* sets `ring_fence` to 0." in rows
    assert "Melhuish" in rows and rows.count("targets abolished") == 1


def test_harm_and_months_are_not_said_to_be_of_the_last_month():
    assert [
        summary.label(name) for name in ("harm", "months_to_half", "quality", "quality_mean")
    ] == [
        "Harm, since the start",
        "Months to half spread",
        "Quality of services, at the end",
        "Quality of services, average",
    ]


def test_the_terminal_table_fits_in_100_columns_and_says_what_is_better():
    text = printed(fake_comparison(PLACES, gain=0.2, noise=0.001))
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 100
    assert "better" in text and "…" not in text and "Quality of services" in text
    assert "~" in printed(fake_comparison(PLACES, gain=0.0, noise=0.0))


@pytest.mark.parametrize(("seeds", "arms"), [(1, ARMS), (3, ARMS[:1]), (1, ARMS[:1])])
def test_without_pairs_no_comparison_is_made(seeds, arms):
    comparison = fake_comparison(PLACES, seeds=seeds, arms=arms)
    text = summary.summarise(comparison)
    assert "No comparison can be made" in text and "## The numbers" not in text
    assert (
        "Quality of services" in printed(comparison) and "better" not in printed(comparison).lower()
    )


def test_titles_cannot_break_tables_or_markup():
    comparison = fake_comparison(PLACES, arms=("a|b", "[bold]c"))
    text = summary.summarise(comparison)
    assert {line.count("|") for line in text.splitlines() if line.startswith("|")} == {7}
    assert "[bold]c" in printed(comparison)


@given(
    seeds=st.integers(1, 5),
    months=st.integers(1, 30),
    gain=st.floats(-0.4, 0.4),
    noise=st.sampled_from([0.0, 1e-12, 0.03, 0.3]),
    arms=st.integers(1, 4),
    random=st.integers(0, 999),
)
def test_any_data_can_be_summed_up(seeds, months, gain, noise, arms, random):
    comparison = fake_comparison(PLACES, seeds, months, ARMS[:arms], gain, noise, random)
    text = summary.summarise(comparison)
    assert "nan" not in text.lower().replace("finance", "") and " inf" not in text
    assert max(len(line.rstrip()) for line in printed(comparison).splitlines()) <= 100


def test_outcomes_are_named_once_in_order_with_the_nearest_for_a_slip():
    order = (
        "spread months_to_half mandated borrowed_near borrowed_far own_inquiry alternative quality "
        "wellbeing trust engagement "
        "capability regard motivation diversity postcode_gap worst_place harm cost_per_quality "
        "standard_value fit budget workload control permission"
    )
    assert list(OUTCOMES) == order.split()
    assert {outcome.better for outcome in OUTCOMES.values()} == {-1, 0, 1}
    assert all(outcome.label and outcome.unit and outcome.meaning for outcome in OUTCOMES.values())
    assert checked_outcome("quality_mean") == "quality_mean"
    with pytest.raises(BadInput, match="Did you mean 'quality'"):
        checked_outcome("qualty")
