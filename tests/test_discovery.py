"""Discovery: a planted box is found and its numbers are true of new points; noise yields no stable box; nothing to find is said plainly."""

import builtins
import math

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from test_cli import QUICK, sim

from localism_sim.experiments.boxes import inside, quasi_p, rounded
from localism_sim.experiments.discovery import Asked, Found, discover, judged, space_filling, wilson
from localism_sim.experiments.discovery_in_words import conditions, sentences, summary
from localism_sim.experiments.factors import factors_from
from localism_sim.parameters import BadInput

FACTORS = factors_from(["trust", "cuts", "chain_length", "autonomy", "free_riding", "relational_depth"], placebos=0)
SEEDS = (0, 1, 2, 3)


def planted(points: pd.DataFrame) -> np.ndarray:
    """Chance of a case: high where trust is above 0.52 and cuts are below 0.24."""
    return np.where((points["trust"] > 0.52) & (points["cuts"] < 0.24), 0.9, 0.06)


def shares(points: pd.DataFrame, chance: np.ndarray, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).binomial(len(SEEDS), chance) / len(SEEDS)


def found_from(share: np.ndarray, points: pd.DataFrame, method: str = "prim", halves: int = 5, density: float | None = None) -> Found:
    """As the job makes it, with made-up outcomes: 0.7 for a run of interest, 0.3 for others."""
    asked = Asked(FACTORS, "spread", 0.5, True, method, density, len(points), halves, SEEDS)
    many = np.array([[0.7] * round(each * len(SEEDS)) + [0.3] * round((1 - each) * len(SEEDS)) for each in share])
    runs = pd.DataFrame({"point": np.repeat(np.arange(len(points)), len(SEEDS)), "seed": np.tile(SEEDS, len(points)), "spread": many.ravel()})
    return Found(asked, 12, runs, discover(FACTORS, points, share, method, density, halves))


@pytest.fixture(scope="module")
def points():
    return space_filling(FACTORS, 512)


@pytest.fixture(scope="module", params=["prim", "cart"])
def planted_box(request, points):
    return found_from(shares(points, planted(points)), points, request.param)


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
    assert box.held_out.coverage_low <= chance[held].sum() / chance.sum() <= box.held_out.coverage_high


def test_pure_noise_gives_no_stable_box_and_says_so(points):
    for seed in range(3):
        found = found_from(shares(points, np.full(len(points), 0.3), seed), points)
        assert not found.discovery.stable
        text = " ".join(sentences(found))
        assert any(words in text for words in ("No box", "do not confirm", "No stable box"))


def test_a_box_that_the_finding_points_invented_is_not_confirmed(points):
    """The search's own density flatters: on noise, boxes look denser where they were found."""
    optimism = []
    for seed in range(4):
        found = found_from(shares(points, np.full(len(points), 0.3), seed), points, halves=5).discovery
        last = found.trajectory.iloc[-1]
        optimism.append(last["density"] - last["held_out_density"])
    assert np.mean(optimism) > 0.03


@pytest.mark.parametrize(("rate", "words"), [(0.0, "No run is"), (1.0, "Every run is"), (0.01, "Only 1.00%")])
def test_too_few_cases_or_exceptions_are_said_plainly(points, rate, words):
    share = np.zeros(len(points)) if rate < 1 else np.ones(len(points))
    share[: round(rate * len(points)) if 0 < rate < 1 else 0] = 1.0
    found = found_from(share, points)
    text = " ".join(sentences(found))
    assert found.discovery.few and words.split(" 1.00")[0] in text and "no box can be told from luck" in text
    assert "Another experiment.threshold" in summary(found, [], "command")


def test_a_density_that_is_asked_for_is_met_or_its_absence_told(points):
    share = shares(points, planted(points))
    dense = found_from(share, points, density=0.8, halves=0).discovery.boxes[0]
    assert dense.found_on.density >= 0.75
    weak = shares(points, np.where(points["trust"] > 0.5, 0.5, 0.1))
    assert any("asked for and is not reached" in line for line in sentences(found_from(weak, points, density=0.95, halves=0)))


def test_conditions_are_read_aloud_as_they_are_meant(points):
    box = rounded({"trust": (0.5217, math.inf), "chain_length": (2.5, 6.2), "free_riding": (0.5, math.inf), "cuts": (-math.inf, 0.18049)}, FACTORS)
    assert conditions(box, FACTORS) == "trust > 0.52, cuts < 0.18, chain length from 3 to 6 and free riding on"
    held = inside(points, box)
    assert (points["chain_length"][held].between(3, 6)).all() and (points["free_riding"][held] == 1).all() and held.any()


def test_quasi_p_is_the_binomial_tail_and_wilson_the_textbooks():
    table = pd.DataFrame({"trust": np.linspace(0.005, 0.995, 100)})
    share = (table["trust"] > 0.5).to_numpy(float)
    (p,) = quasi_p(table, share, {"trust": (0.9, math.inf)}).values()
    assert p == pytest.approx(0.5**10)
    assert wilson(0.5, 10) == (pytest.approx(0.2366, abs=1e-4), pytest.approx(0.7634, abs=1e-4)) and wilson(0.0, 0) == (0.0, 1.0)
    assert judged(share, table["trust"].to_numpy() > 0.5).coverage == 1.0


def test_designs_fill_the_space_and_grow_without_losing_points():
    small, large = space_filling(FACTORS, 64), space_filling(FACTORS, 128)
    pd.testing.assert_frame_equal(small, large.iloc[:64])
    assert small["chain_length"].dtype.kind == "i" and small["trust"].between(0, 1).all()
    assert np.histogram(large["trust"], 8, (0, 1))[0].tolist() == [16] * 8


@pytest.mark.parametrize("method", ["prim", "cart"])
def test_the_search_is_the_same_every_time(points, method):
    share, few = shares(points, planted(points))[:256], points.iloc[:256][["trust", "cuts", "autonomy"]]
    one, two = (discover(factors_from(list(few), placebos=0), few, share, method, halves=2) for _ in range(2))
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


def test_figures_are_drawn_for_one_restriction_too(points, tmp_path):
    from localism_sim.figures.discovery import draw_all

    found = found_from(shares(points, np.where(points["cuts"] < 0.2, 0.9, 0.1)), points, halves=2)
    assert set(found.discovery.boxes[0].box) == {"cuts"}
    assert [path.name for path in draw_all(found, tmp_path)] == ["trajectory.png", "box.png", "two_dimensions.png"]


DISCOVER = [*QUICK, "experiment=discover", "experiment.samples=128", "experiment.halves=5", "experiment.vary={cuts:[0,0.6],autonomy:[0,1]}",
            "experiment.outcome=budget", "experiment.threshold=0.97"]


def test_the_command_finds_that_small_cuts_keep_the_budget_and_does_nothing_twice(tmp_path):
    done = sim(*DISCOVER, "results_dir=out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    boxes = pd.read_csv(tmp_path / "out" / "boxes.csv")
    assert boxes["condition"][0].startswith("cuts < 0.") and boxes["confirmed"][0]
    assert "Budget at the end exceeds 0.97 in" in done.stdout.replace("\n", " ") and "cuts <" in done.stdout
    points = pd.read_parquet(tmp_path / "out" / "points.parquet")
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    np.testing.assert_allclose(points["share_of_interest"], (runs["budget"] > 0.97).groupby(runs["point"]).mean())
    again = sim(*DISCOVER, "results_dir=out", cwd=tmp_path)
    assert again.returncode == 0 and "Nothing to do" in again.stdout


@pytest.mark.parametrize(("arguments", "words"), [
    (["experiment.samples=100"], ["samples", "64 or 128"]),
    (["experiment.method=prmi"], ["prmi", "prim"]),
    (["experiment.outcome=spred"], ["spred", "spread"]),
    (["experiment.density=1.5"], ["density", "1.5"]),
    (["experiment.threshold=nan"], ["threshold", "nan"]),
    (["experiment.halves=1"], ["halves", "1"]),
    (["experiment.above=perhaps"], ["above", "true or false"]),
    (["experiment.vary=[cutz]"], ["cutz", "cuts"]),
])
def test_bad_input_is_refused_before_anything_runs(arguments, words, refused):
    assert missing(words, refused(["experiment=discover", *arguments])) == []
