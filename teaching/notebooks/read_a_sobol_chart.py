# %% [markdown]
# # Read a Sobol chart
#
# Sobol's indices share out the variance of an outcome. The **first-order** index is what a lever
# does alone; the **total** index adds all that it does together with others (Saltelli et al. 2008).
# If total and first order are alike, effects add up; if total is larger, levers interact.

# %%
import matplotlib
import numpy as np
from SALib.analyze import sobol
from SALib.sample import sobol as design

import localism_sim as ls

matplotlib.use("agg")
import matplotlib.pyplot as plt

problem = {
    "num_vars": 3,
    "names": ["cuts", "chain_length", "need_diversity"],
    "bounds": [[0.0, 0.4], [0.0, 15.0], [0.0, 1.0]],
}
points = design.sample(problem, 64, calc_second_order=False, seed=1)
places = ls.Places.synthetic(6)


def quality(point):
    """Mean quality over two seeds: luck is averaged out before variance is shared out."""
    cuts, chain, diversity = point
    settings = ls.Parameters(cuts=cuts, chain_length=round(chain), need_diversity=diversity)
    return np.mean([ls.simulate(settings, places, seed, 36).outcomes["quality"] for seed in (0, 1)])


found = sobol.analyze(
    problem, np.array([quality(point) for point in points]), calc_second_order=False, seed=1
)
for name, first, total, doubt in zip(problem["names"], found["S1"], found["ST"], found["ST_conf"]):
    print(f"{name}: alone {first:.2f}, in all {total:.2f} ± {doubt:.2f}")

# %%
figure, axes = plt.subplots(figsize=(6, 2.6), layout="constrained")
rows = np.arange(3)
axes.barh(rows - 0.18, found["S1"], 0.34, xerr=found["S1_conf"], color="#28A197", label="alone")
axes.barh(rows + 0.18, found["ST"], 0.34, xerr=found["ST_conf"], color="#12436D", label="in all")
axes.set_yticks(rows, problem["names"])
axes.set_xlabel("share of the variance of quality")
axes.legend()

# %% [markdown]
# **Read it.** Which lever would you measure first? Do the bars of "alone" add up to one? What does
# it mean if an interval reaches below zero? (The design is small: try 256 points.)
#
# **Beware.** Indices hold for these ranges. A lever that is hardly varied hardly matters.

# %%
assert np.all(found["ST"] + found["ST_conf"] >= 0) and np.isfinite(found["S1"]).all()
