"""The main job: scenarios compared on paired seeds, with figures and a summary."""

from __future__ import annotations

import datetime
import platform
from pathlib import Path

import yaml

from .. import __version__
from ..analysis.comparison import Comparison, arms_for, compare
from ..foundation.files import results_folder, write_table, write_text
from ..foundation.progress import bar
from ..model.scenario import schedule
from ..model.version import model_version
from ..report.summary import essentials, pairing_of, summarise
from .experiment import Experiment
from .request import Request


def run(request: Request) -> int:
    """Compare, write, and print the essentials."""
    config, console, seeds = request.config, request.console, request.seeds
    arms = [arm.with_parameters(**request.changes) for arm in arms_for(config["scenario"])]
    for arm in arms:
        schedule(arm.parameters, arm.timeline, request.months)
    one_to_one = request.kind == "england"
    if one_to_one:
        arms = arms[:2]
    places = request.places
    stamp = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    folder = results_folder(
        config["results_dir"],
        f"{config['scenario'] or ('england' if one_to_one else 'main')}-{stamp}",
    )
    console.print(
        f"[bold]{arms[0].title}[/] and {', '.join(arm.title for arm in arms[1:])}: {places.count} "
        f"places, {int(places.citizens.sum()):,} citizens, "
        f"{request.months} months, "
        f"{f'{len(seeds)} paired seeds' if len(seeds) > 1 else 'one seed'}",
        highlight=False,
    )
    with bar(console, len(arms) * len(seeds), request.months) as progress:
        comparison = compare(arms, places, seeds, request.months, config["workers"], progress)
    with console.status("Drawing figures"):
        write(comparison, folder, {"command": request.command})
    console.print(essentials(comparison))
    for sentence in pairing_of(comparison):
        console.print(sentence, highlight=False, soft_wrap=True)
    console.print(
        f"Summary, figures and tables: [bold]{folder}[/]", highlight=False, soft_wrap=True
    )
    return 0


def resolved(comparison: Comparison) -> dict:
    """All that is needed to run this comparison again."""
    return {
        "localism_sim": __version__,
        "model": model_version(),
        "python": platform.python_version(),
        "places": comparison.places.fingerprint,
        "months": comparison.months,
        "seeds": [int(seed) for seed in comparison.seeds],
        "scenarios": {
            arm.name: {
                "parameters": arm.parameters.as_dict(),
                "timeline": {m: dict(c) for m, c in arm.timeline},
            }
            for arm in comparison.arms
        },
    }


def write(comparison: Comparison, folder: Path, config: dict) -> list[Path]:
    """Tables, configuration, figures and summary, each whole; the paths written."""
    from ..report.figures import draw_all

    write_text(
        yaml.safe_dump({**config, **resolved(comparison)}, sort_keys=False), folder / "config.yaml"
    )
    for name in ("runs", "history", "by_place", "contrasts"):
        write_table(getattr(comparison, name), folder / f"{name}.parquet")
    figures = draw_all(comparison, folder / "figures")
    write_text(summarise(comparison, command=config.get("command")), folder / "summary.md")
    return [folder / "summary.md", folder / "runs.parquet", *figures]


EXPERIMENTS = {
    "compare": Experiment(
        "the main job, or one scenario against its baseline, on paired seeds", 50, carried_out=run
    ),
    "england": Experiment(
        "the same at one to one: all 53 million residents of England", 1, carried_out=run
    ),
}
