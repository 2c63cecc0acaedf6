"""A process that runs one framework's file: settings in, one JSON line each; seconds and statistics
out. `python -m benchmarks.dynamics.worker in_numpy`.
"""

import contextlib
import importlib
import json
import os
import sys
import time
import warnings

OURS = ("benchmarks", "localism_sim")
"""What is missing of these is a mistake, not a framework that is not installed."""


def serve(module: str) -> None:
    """Answer on the real standard output; what a framework prints goes to standard error."""
    with os.fdopen(os.dup(1), "w") as answer:
        os.dup2(2, 1)
        warnings.simplefilter("ignore")
        try:
            from .specification import Setting

            run = importlib.import_module(f"benchmarks.dynamics.{module}").run
        except ModuleNotFoundError as error:
            if str(error.name).partition(".")[0] in OURS:
                raise
            print(json.dumps({"missing": str(error)}), file=answer, flush=True)
            return
        print(json.dumps({"ready": module}), file=answer, flush=True)
        for line in sys.stdin:
            setting = Setting(**json.loads(line))
            start = time.perf_counter()
            found = run(setting)
            print(
                json.dumps({"seconds": time.perf_counter() - start, **found}),
                file=answer,
                flush=True,
            )


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        serve(sys.argv[1])
