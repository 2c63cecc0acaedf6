# %% [markdown]
# # Run a sweep
#
# One lever at five levels, each on the same ten seeds. Because seeds are shared, differences are
# paired: what differs is the lever, not the luck.

# %%
import pandas as pd
from scipy import stats

import localism_sim as ls

places, seeds, levels = ls.Places.synthetic(12), range(10), (0.0, 0.1, 0.2, 0.3, 0.4)
rows = [
    {"cuts": cuts, "seed": seed, **ls.simulate(ls.Parameters(cuts=cuts), places, seed, 60).outcomes}
    for cuts in levels
    for seed in seeds
]
runs = pd.DataFrame(rows)
print(runs.groupby("cuts")[["trust", "quality", "workload"]].mean().round(3))

# %% [markdown]
# Each level less the first, with a 95% interval (Student's t over the pairs).

# %%
wide = runs.pivot(index="seed", columns="cuts", values="trust")
for cuts in levels[1:]:
    difference = wide[cuts] - wide[0.0]
    mean, error = difference.mean(), stats.sem(difference)
    low, high = stats.t.interval(0.95, len(difference) - 1, loc=mean, scale=error)
    print(f"cuts {cuts}: trust {mean:+.4f} (95% interval {low:+.4f} to {high:+.4f})")

# %% [markdown]
# What did pairing save? Compare the variance of the paired difference with that of two independent
# sets of seeds.

# %%
paired = (wide[0.4] - wide[0.0]).var()
independent = wide[0.4].var() + wide[0.0].var()
print(f"pairing saves {1 - paired / independent:.0%} of the variance")
assert paired < independent

# %% [markdown]
# **Change it.** Sweep `autonomy` instead. Is the answer the same with `need_diversity=0`? The
# command line does the same, and resumes where it was stopped:
#
#     localism-sim --multirun parameters.cuts=0,0.1,0.2,0.3,0.4 places=synthetic seeds=10
