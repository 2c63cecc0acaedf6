"""A sweep in a process of its own, so that a test can kill it: python sweep_toy.py FOLDER COUNT
PAUSE [KEEP [EXECUTOR ADDRESS]].
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from toy import Toy, design

from localism_sim.sweeps.sweep import Sweep

if __name__ == "__main__":
    keep = tuple(filter(None, sys.argv[4].split(","))) if len(sys.argv) > 4 else ()
    where = dict(zip(("executor", "address"), sys.argv[5:]))
    with Sweep(
        Path(sys.argv[1]), Toy(pause=float(sys.argv[3]), keep=keep), workers=2, chunk=4, **where
    ) as sweep:
        sweep.run(design(int(sys.argv[2])), range(3))
    print(sweep.computed)
