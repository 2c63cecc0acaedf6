"""The main job: scenarios compared on paired seeds, with figures and a summary."""

from __future__ import annotations

import datetime

from ..progress import bar
from ..scenario import schedule
from ..summary import essentials
from .compare import arms_for, compare, write
from .files import results_folder
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
    folder = results_folder(config["results_dir"], f"{config['scenario'] or ('england' if one_to_one else 'main')}-{stamp}")
    console.print(f"[bold]{arms[0].title}[/] and {', '.join(arm.title for arm in arms[1:])}: {places.count} places, {int(places.citizens.sum()):,} citizens, "
                  f"{request.months} months, {len(seeds)} paired seeds", highlight=False)
    with bar(console, len(arms) * len(seeds), request.months) as progress:
        comparison = compare(arms, places, seeds, request.months, config["workers"], progress)
    with console.status("Drawing figures"):
        write(comparison, folder, {"command": request.command})
    console.print(essentials(comparison))
    console.print(f"Summary, figures and tables: [bold]{folder}[/]", highlight=False, soft_wrap=True)
    return 0
