"""Discovery: planted boxes are found, each region its own, and their numbers are true of new
points; noise yields no stable box and one region no second; nothing to find is said plainly.
"""

import builtins
import math
from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from scipy import stats
from test_cli import QUICK

from localism_sim.analysis.discovery.boxes import inside, prim, quasi_p, rounded
from localism_sim.analysis.discovery.search import (
    LEAST_GAIN,
    Asked,
    Ended,
    Found,
    discover,
    judged,
    matched,
    space_filling,
    why_to_refuse,
)
from localism_sim.analysis.intervals import wilson
from localism_sim.foundation.errors import BadInput
from localism_sim.jobs.discovery import show
from localism_sim.report import markdown
from localism_sim.report.discovery_words import conditions, sentences
from localism_sim.sweeps.factors import Factor, factors_from

FACTORS = (
    *factors_from(["trust", "cuts", "chain_length", "autonomy"], placebos=0),
    Factor("free_riding", 0, 1, "integer"),
    *factors_from(["relational_depth"], placebos=0),
)
SEEDS = (0, 1, 2, 3)


def planted(points: pd.DataFrame) -> np.ndarray:
    """Chance of a case: high where trust is above 0.52 and cuts are below 0.24."""
    return np.where((points["trust"] > 0.52) & (points["cuts"] < 0.24), 0.9, 0.06)


def beside(points: pd.DataFrame) -> np.ndarray:
    """Two regions: the denser and larger where trust is above 0.5 and cuts are below 0.3, the other
    where cuts are above 0.35 and autonomy above 0.75.
    """
    return np.where(
        (points["trust"] > 0.5) & (points["cuts"] < 0.3),
        0.95,
        np.where((points["cuts"] > 0.35) & (points["autonomy"] > 0.75), 0.75, 0.03),
    )


def opposite(points: pd.DataFrame) -> np.ndarray:
    """Two regions in opposite corners of trust and cuts."""
    return np.where(
        (points["trust"] > 0.5) & (points["cuts"] < 0.3),
        0.95,
        np.where((points["trust"] < 0.4) & (points["cuts"] > 0.4), 0.8, 0.03),
    )


def shares(points: pd.DataFrame, chance: np.ndarray, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).binomial(len(SEEDS), chance) / len(SEEDS)


def found_from(
    share: np.ndarray,
    points: pd.DataFrame,
    method: str = "prim",
    halves: int = 5,
    density: float | None = None,
    boxes: int = 1,
) -> Found:
    """As the job makes it, with made-up outcomes: 0.7 for a run of interest, 0.3 for others."""
    asked = Asked(FACTORS, "spread", 0.5, True, method, density, len(points), halves, boxes, SEEDS)
    many = np.array(
        [
            [0.7] * round(each * len(SEEDS)) + [0.3] * round((1 - each) * len(SEEDS))
            for each in share
        ]
    )
    runs = pd.DataFrame(
        {
            "point": np.repeat(np.arange(len(points)), len(SEEDS)),
            "seed": np.tile(SEEDS, len(points)),
            "spread": many.ravel(),
        }
    )
    return Found(
        asked, 12, runs, discover(FACTORS, points, share, method, density, halves, boxes=boxes)
    )


@pytest.fixture(scope="module")
def points():
    return space_filling(FACTORS, 512)


@pytest.fixture(scope="module", params=["prim", "cart"])
def planted_box(request, points):
    return found_from(shares(points, planted(points)), points, request.param, boxes=3)


TWO_REGIONS = {
    "prim": (
        beside,
        2,
        [{"trust": (0.5, 0), "cuts": (0.3, 1)}, {"cuts": (0.35, 0), "autonomy": (0.75, 0)}],
    ),
    "cart": (
        opposite,
        1,
        [{"trust": (0.5, 0), "cuts": (0.3, 1)}, {"trust": (0.4, 1), "cuts": (0.4, 0)}],
    ),
}
"""For each method: the chance of a case, the seed of luck, and the limits of the regions with their
side (0: above, 1: below).
"""


@pytest.fixture(scope="module", params=["prim", "cart"])
def two_regions(request, points):
    chance, seed, _ = TWO_REGIONS[request.param]
    return found_from(shares(points, chance(points), seed), points, request.param, boxes=3)


def test_a_planted_box_is_found_within_tolerance(planted_box):
    box = planted_box.discovery.boxes[0]
    assert set(box.box) == {"trust", "cuts"} and planted_box.discovery.stable
    assert box.box["trust"][0] == pytest.approx(0.52, abs=0.05) and math.isinf(box.box["trust"][1])
    assert box.box["cuts"][1] == pytest.approx(0.24, abs=0.03) and math.isinf(box.box["cuts"][0])
    assert (box.restrictions["returns"] >= 0.8).all() and (box.restrictions["p"] < 0.01).all()


def test_its_density_and_coverage_are_true_of_new_points(planted_box):
    box = planted_box.discovery.boxes[0]
    fresh = space_filling(FACTORS, 4096, seed=99)
    chance, held = planted(fresh), inside(fresh, box.box)
    assert box.held_out.density_low <= chance[held].mean() <= box.held_out.density_high
    assert (
        box.held_out.coverage_low <= chance[held].sum() / chance.sum() <= box.held_out.coverage_high
    )


def test_one_region_gives_one_box_and_no_second_is_invented(planted_box):
    discovery = planted_box.discovery
    assert len(discovery.boxes) == 1 and discovery.ended in ("nothing", "few")
    assert any(
        line.startswith("A second box is not warranted: outside box 1 ")
        for line in sentences(planted_box)
    )
    text = markdown.summary(show(planted_box), "command")
    assert "- A second box is not warranted" in text and "Box 1" not in text


def test_two_regions_give_two_boxes_the_denser_and_larger_first(two_regions):
    first, second = two_regions.discovery.boxes
    for box, region in zip((first, second), TWO_REGIONS[two_regions.discovery.method][2]):
        assert {
            name: [k for k in (0, 1) if math.isfinite(ends[k])] for name, ends in box.box.items()
        } == {name: [side] for name, (_, side) in region.items()}
        assert all(
            box.box[name][side] == pytest.approx(limit, abs=0.05)
            for name, (limit, side) in region.items()
        )
        assert (
            box.confirmed
            and (box.restrictions["returns"] >= 0.8).all()
            and (box.restrictions["p"] < 0.05).all()
        )
    assert (
        first.held_out.density > second.held_out.density
        and first.held_out.coverage > second.held_out.coverage
    )
    assert two_regions.discovery.ended == "few"


def test_a_later_box_is_judged_by_what_it_adds_and_that_is_true_of_new_points(two_regions):
    discovery, fresh = two_regions.discovery, space_filling(FACTORS, 4096, seed=99)
    first, second = discovery.boxes
    assert not (first.held & second.held).any()
    assert discovery.together.coverage == pytest.approx(
        first.held_out.coverage + second.held_out.coverage
    )
    assert np.bincount(discovery.in_box).tolist()[1:] == [first.held.sum(), second.held.sum()]
    chance, added = (
        TWO_REGIONS[discovery.method][0](fresh),
        inside(fresh, second.box) & ~inside(fresh, first.box),
    )
    assert second.held_out.density_low <= chance[added].mean() <= second.held_out.density_high
    assert (
        second.held_out.coverage_low
        <= chance[added].sum() / chance.sum()
        <= second.held_out.coverage_high
    )


def test_points_that_two_boxes_share_count_for_the_first_only(points):
    chance = np.where(
        (points["trust"] > 0.55) & (points["cuts"] < 0.2),
        0.95,
        np.where((points["trust"] < 0.4) & (points["autonomy"] > 0.6), 0.8, 0.05),
    )
    discovery = found_from(shares(points, chance, 0), points, halves=0, boxes=2).discovery
    first, second = discovery.boxes
    shared = inside(points, first.box) & inside(points, second.box)
    assert shared.any() and first.held[shared].all() and not second.held[shared].any()
    assert discovery.together.coverage == pytest.approx(
        first.held_out.coverage + second.held_out.coverage
    )


def test_no_box_is_sought_that_is_thinner_than_all_points(points):
    """What is left is denser in a corner than elsewhere, but not than all points are: the covering
    of Friedman and Fisher ends there.
    """
    chance = np.where(
        (points["trust"] > 0.5) & (points["cuts"] < 0.4),
        0.95,
        np.where(points["autonomy"] > 0.6, 0.2, 0.0),
    )
    first, second = prim(FACTORS, points, shares(points, chance, 0), None)
    assert set(first.box) == {"trust", "cuts"} and second.box == {} and len(second.path) > 1


def test_a_second_box_that_the_held_out_points_do_not_confirm_is_refused_and_named(points):
    found = found_from(
        shares(points, (points["trust"] * (1.0 - points["cuts"])).to_numpy(), 2),
        points,
        "cart",
        halves=0,
        boxes=3,
    )
    assert len(found.discovery.boxes) == 1 and found.discovery.ended == "base"
    refused = found.discovery.refused
    assert refused.found_on.density > refused.found_on.base and not refused.confirmed
    assert any(
        conditions(refused.box, FACTORS) in line and "not clearly more than" in line
        for line in sentences(found)
    )


def test_a_leaf_that_is_refused_does_not_hide_the_next(points):
    chance = np.where(
        (points["trust"] > 0.5) & (points["cuts"] < 0.3),
        0.95,
        np.where((points["trust"] < 0.35) & (points["autonomy"] > 0.65), 0.75, 0.03),
    )
    discovery = found_from(shares(points, chance, 7), points, "cart", halves=2, boxes=3).discovery
    _, kept = discovery.boxes
    assert discovery.refused is not None and discovery.ended == "base"
    assert (
        discovery.refused.found_on.density - discovery.refused.found_on.base
    ) * discovery.refused.found_on.mass > (
        kept.found_on.density - kept.found_on.base
    ) * kept.found_on.mass, "the refused leaf came before the one that was kept"
    assert (kept.restrictions["returns"] >= 0.5).all()


def test_each_peeling_starts_from_what_the_boxes_before_it_leave(two_regions):
    steps, boxes = two_regions.discovery.trajectory, two_regions.discovery.boxes
    if two_regions.discovery.method == "cart":
        assert set(steps["box"]) == {1} and steps["restrictions"].iloc[0] == 0
        return
    assert steps.groupby("box")["taken"].sum().tolist() == [1, 1]
    starts = steps[steps["step"] == 0].set_index("box")
    assert starts["coverage"][1] == 1.0 and starts["coverage"][2] == pytest.approx(
        1.0 - boxes[0].found_on.coverage
    )
    assert starts["held_out_coverage"][2] == pytest.approx(1.0 - boxes[0].held_out.coverage)


def test_each_box_is_said_in_plain_words(two_regions):
    said, text = sentences(two_regions), markdown.summary(show(two_regions), "command")
    condition = conditions(two_regions.discovery.boxes[1].box, FACTORS)
    assert any(
        line.startswith("Box 2: outside box 1, the same holds in ") and condition in line
        for line in said
    )
    assert any(line.startswith("Together the two boxes hold ") for line in said)
    assert any(
        line.startswith("A third box is not warranted: outside boxes 1 and 2 there are only ")
        for line in said
    )
    assert (
        "## Box 1, restriction by restriction" in text
        and "## Box 2, restriction by restriction" in text
        and "![The boxes]" in text
    )


def test_the_first_box_is_the_same_however_many_are_sought(points, two_regions):
    one, first = (
        found_from(two_regions.discovery.share, points, two_regions.discovery.method, halves=0),
        two_regions.discovery.boxes[0],
    )
    (alone,) = one.discovery.boxes
    assert alone.box == first.box and alone.held_out == first.held_out
    assert any("One box was asked for (experiment.boxes=1)" in line for line in sentences(one))


def test_a_box_that_peeling_cannot_reach_is_not_denied(points):
    """Opposite corners hide each other: whichever side is peeled off, cases are lost.

    A tree finds them.
    """
    share = shares(points, opposite(points), 6)
    peeled, grown = (
        found_from(share, points, "prim", halves=0, boxes=3),
        found_from(share, points, "cart", halves=0, boxes=3),
    )
    assert not peeled.discovery.boxes and "experiment.method=cart" in " ".join(sentences(peeled))
    assert len(grown.discovery.boxes) == 2


def test_a_later_box_has_to_earn_its_keep(two_regions):
    box = two_regions.discovery.boxes[1]
    assert why_to_refuse(box, None) is None and why_to_refuse(box, 0.99) == "thin"
    assert (
        why_to_refuse(
            replace(box, held_out=replace(box.held_out, coverage=LEAST_GAIN - 0.01)), None
        )
        == "small"
    )
    assert (
        why_to_refuse(
            replace(box, held_out=replace(box.held_out, density_low=box.held_out.base)), None
        )
        == "base"
    )


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        ("asked", ["One box was asked for", "experiment.boxes=1"]),
        ("unconfirmed", ["No second box was sought", "do not confirm the first"]),
        (
            "few",
            ["second box is not warranted", "there are only", "too few to tell a box from luck"],
        ),
        ("nothing", ["second box is not warranted", "more frequent than everywhere"]),
        ("base", ["second box is not warranted", "not clearly more than"]),
        ("thin", ["second box is not warranted", "clearly less than the 90% asked for"]),
        ("small", ["second box is not warranted", f"at least {LEAST_GAIN:.0%}"]),
    ],
)
def test_why_there_is_no_second_box_is_said(two_regions, ended, words):
    first, second = two_regions.discovery.boxes
    refused = second if ended in ("base", "thin", "small") else None
    discovery = replace(two_regions.discovery, boxes=(first,), ended=ended, refused=refused)
    said = " ".join(
        sentences(
            replace(two_regions, asked=replace(two_regions.asked, density=0.9), discovery=discovery)
        )
    )
    assert ended in get_args(Ended) and missing(words, said) == []
    if refused:
        assert conditions(refused.box, FACTORS) in said


def test_boxes_of_a_half_answer_to_those_they_have_most_points_in_common_with(points):
    low, high, noise = (
        {"trust": (-math.inf, 0.3)},
        {"trust": (0.6, math.inf)},
        {"autonomy": (0.9, math.inf)},
    )
    nearly_low, nearly_high = {"trust": (-math.inf, 0.35)}, {"trust": (0.5, math.inf)}
    assert matched([low, high], [nearly_high, nearly_low], points) == [nearly_low, nearly_high]
    assert matched([low, high], [nearly_high], points) == [{}, nearly_high]
    assert matched([low, high], [nearly_high, noise, nearly_low], points) == [
        nearly_low,
        nearly_high,
    ]
    assert matched([low], [], points) == [{}]


def test_pure_noise_gives_no_stable_box_and_says_so(points):
    for seed in range(3):
        found = found_from(shares(points, np.full(len(points), 0.3), seed), points, boxes=3)
        assert not found.discovery.stable and len(found.discovery.boxes) <= 1
        text = " ".join(sentences(found))
        assert any(words in text for words in ("No box", "do not confirm", "Not a stable box"))


def test_a_box_that_the_finding_points_invented_is_not_confirmed(points):
    """The search's own density flatters: on noise, boxes look denser where they were found."""
    optimism = []
    for seed in range(4):
        found = found_from(
            shares(points, np.full(len(points), 0.3), seed), points, halves=5
        ).discovery
        last = found.trajectory.iloc[-1]
        optimism.append(last["density"] - last["held_out_density"])
    assert np.mean(optimism) > 0.03


@pytest.mark.parametrize(
    ("rate", "words"), [(0.0, "No run is"), (1.0, "Every run is"), (0.01, "Only 1.00%")]
)
def test_too_few_cases_or_exceptions_are_said_plainly(points, rate, words):
    share = np.zeros(len(points)) if rate < 1 else np.ones(len(points))
    share[: round(rate * len(points)) if 0 < rate < 1 else 0] = 1.0
    found = found_from(share, points)
    text = " ".join(sentences(found))
    assert (
        found.discovery.few
        and words.split(" 1.00")[0] in text
        and "no box can be told from luck" in text
    )
    assert "Another experiment.threshold" in markdown.summary(show(found), "command")


def test_a_density_that_is_asked_for_is_met_or_its_absence_told(points):
    share = shares(points, planted(points))
    dense = found_from(share, points, density=0.8, halves=0).discovery.boxes[0]
    assert dense.found_on.density >= 0.75
    weak = shares(points, np.where(points["trust"] > 0.5, 0.5, 0.1))
    assert any(
        "asked for and is not reached" in line
        for line in sentences(found_from(weak, points, density=0.95, halves=0))
    )


def test_conditions_are_read_aloud_as_they_are_meant(points):
    box = rounded(
        {
            "trust": (0.5217, math.inf),
            "chain_length": (2.5, 6.2),
            "free_riding": (0.5, math.inf),
            "cuts": (-math.inf, 0.18049),
        },
        FACTORS,
    )
    assert (
        conditions(box, FACTORS)
        == "trust > 0.52, cuts < 0.18, chain length from 3 to 6 and free riding on"
    )
    held = inside(points, box)
    assert (
        (points["chain_length"][held].between(3, 6)).all()
        and (points["free_riding"][held] == 1).all()
        and held.any()
    )


def test_quasi_p_is_the_binomial_tail_and_wilson_the_textbooks():
    table = pd.DataFrame({"trust": np.linspace(0.005, 0.995, 100)})
    share = (table["trust"] > 0.5).to_numpy(float)
    (p,) = quasi_p(table, share, {"trust": (0.9, math.inf)}).values()
    assert p == pytest.approx(0.5**10)
    assert wilson(0.5, 10) == (
        pytest.approx(0.2366, abs=1e-4),
        pytest.approx(0.7634, abs=1e-4),
    ) and wilson(0.0, 0) == (0.0, 1.0)
    for cases in range(11):
        theirs = stats.binomtest(cases, 10).proportion_ci(method="wilson")
        assert wilson(cases / 10, 10) == pytest.approx((theirs.low, theirs.high), abs=1e-14)
    assert judged(share, table["trust"].to_numpy() > 0.5).coverage == 1.0


def test_designs_fill_the_space_and_grow_without_losing_points():
    small, large = space_filling(FACTORS, 64), space_filling(FACTORS, 128)
    pd.testing.assert_frame_equal(small, large.iloc[:64])
    assert small["chain_length"].dtype.kind == "i" and small["trust"].between(0, 1).all()
    assert np.histogram(large["trust"], 8, (0, 1))[0].tolist() == [16] * 8


@pytest.mark.parametrize("method", ["prim", "cart"])
def test_the_search_is_the_same_every_time(points, method):
    share, few = (
        shares(points, planted(points))[:256],
        points.iloc[:256][["trust", "cuts", "autonomy"]],
    )
    one, two = (
        discover(factors_from(list(few), placebos=0), few, share, method, halves=2)
        for _ in range(2)
    )
    assert one.boxes[0].box == two.boxes[0].box
    pd.testing.assert_frame_equal(one.boxes[0].restrictions, two.boxes[0].restrictions)


def test_a_missing_extra_gives_one_clear_message(points, monkeypatch):
    import sys

    for name in [name for name in sys.modules if name.startswith(("ema_workbench", "sklearn"))]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def absent(name, *arguments, **options):
        if name.partition(".")[0] in ("ema_workbench", "sklearn"):
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", absent)
    monkeypatch.setattr("importlib.import_module", lambda name: absent(name))
    with pytest.raises(BadInput, match=r"localism_sim\[discovery\]"):
        discover(FACTORS, points, shares(points, planted(points)))


def test_figures_are_drawn_for_one_restriction_too(points):
    found = found_from(shares(points, np.where(points["cuts"] < 0.2, 0.9, 0.1)), points, halves=2)
    assert set(found.discovery.boxes[0].box) == {"cuts"}
    drawn = show(found).figures
    assert [figure.name for figure in drawn] == ["trajectory", "box", "two_dimensions"]
    assert all(figure.draw().axes for figure in drawn)


def test_every_box_has_its_part_of_the_figures(two_regions):
    from localism_sim.report.figures.discovery import box, trajectory, two_dimensions

    named, discovery = ["Box 1", "Box 2"], two_regions.discovery
    titles = [
        [axes.get_title(loc="left")[:5] for axes in draw(two_regions).axes[:-1]]
        for draw in (trajectory, two_dimensions)
    ]
    assert titles == [named if discovery.method == "prim" else [""], named]
    (axes,) = box(two_regions).axes
    assert [
        text.get_text()[:5] for text in axes.texts if text.get_text().startswith("Box ")
    ] == named
    assert len(axes.get_yticklabels()) == sum(len(each.box) for each in discovery.boxes)


DISCOVER = [
    *QUICK,
    "experiment=discover",
    "experiment.samples=128",
    "experiment.halves=5",
    "experiment.vary={cuts:[0,0.6],autonomy:[0,1]}",
    "experiment.outcome=budget",
    "experiment.threshold=0.97",
]


def test_the_command_finds_that_small_cuts_keep_the_budget_and_does_nothing_twice(tmp_path, sim):
    done = sim(*DISCOVER, "results_dir=out")
    assert done.returncode == 0, done.stderr
    boxes = pd.read_csv(tmp_path / "out" / "boxes.csv")
    assert (
        boxes["box"].tolist() == [1]
        and boxes["condition"][0].startswith("cuts < 0.")
        and boxes["confirmed"][0]
    )
    assert (
        "A second box is not warranted" in done.stdout
        and "A second box is not warranted" in (tmp_path / "out" / "summary.md").read_text()
    )
    assert (
        "Budget at the end exceeds 0.97 in" in done.stdout.replace("\n", " ")
        and "cuts <" in done.stdout
    )
    points = pd.read_parquet(tmp_path / "out" / "points.parquet")
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    np.testing.assert_allclose(
        points["share_of_interest"], (runs["budget"] > 0.97).groupby(runs["point"]).mean()
    )
    again = sim(*DISCOVER, "results_dir=out")
    assert again.returncode == 0 and "Nothing to do" in again.stdout


@pytest.mark.parametrize("boxes", [0, 6, 1.5, True])
def test_a_number_of_boxes_that_is_not_allowed_is_refused(points, boxes):
    with pytest.raises(BadInput, match=r"boxes = .* from 1 to 5"):
        discover(FACTORS, points, shares(points, planted(points)), boxes=boxes)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["experiment.samples=100"], ["samples", "64 or 128"]),
        (["experiment.method=prmi"], ["prmi", "prim"]),
        (["experiment.outcome=spred"], ["spred", "spread"]),
        (["experiment.density=1.5"], ["density", "1.5"]),
        (["experiment.threshold=nan"], ["threshold", "nan"]),
        (["experiment.halves=1"], ["halves", "1"]),
        (["experiment.boxes=0"], ["boxes", "0", "1 to 5"]),
        (["experiment.boxes=two"], ["boxes", "'two'", "1 to 5"]),
        (["experiment.above=perhaps"], ["above", "true or false"]),
        (["experiment.vary=[cutz]"], ["cutz", "cuts"]),
    ],
)
def test_bad_input_is_refused_before_anything_runs(arguments, words, refused):
    assert missing(words, refused(["experiment=discover", *arguments])) == []
