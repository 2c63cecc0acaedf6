# %% [markdown]
# # Calibrate a toy
#
# We play nature: somebody chose a rate that we do not know, ran the model and published how far
# trust had fallen after one, two and three years. Which values of the rate could have given that?
# This is approximate Bayesian computation by rejection (Beaumont, Zhang and Balding 2002): draw
# from the prior, run, keep what comes close.

# %%
import numpy as np

import localism_sim as ls

places, months = ls.Places.synthetic(6), 36
TRUE = 0.06


def published(trust_gain, seed):
    """The fall of trust after each year. Levels would tell less: where trust starts is luck."""
    run = ls.simulate(ls.Parameters(trust_gain=trust_gain, cuts=0.4), places, seed, months)
    trust = run.history["trust"].to_numpy()
    return trust[[11, 23, 35]] - trust[0]


observed = published(TRUE, seed=1_000)
print(observed.round(3))

# %% [markdown]
# The prior: anything from 0 to 0.2 is as likely. A thousand worlds take a few seconds.

# %%
draws = np.random.default_rng(1)
prior = draws.uniform(0.0, 0.2, 1_000)
simulated = np.array([published(rate, seed) for seed, rate in enumerate(prior)])
distance = np.linalg.norm((simulated - observed) / simulated.std(axis=0), axis=1)
kept = prior[distance <= np.quantile(distance, 0.05)]
low, middle, high = np.quantile(kept, (0.05, 0.5, 0.95))
print(f"prior 0 to 0.2; posterior median {middle:.3f}, 90% from {low:.3f} to {high:.3f}")

# %% [markdown]
# **Read it.** How much narrower is the posterior than the prior? Nature's seed is none of ours;
# with the same seed we would cheat.
#
# **Change it.** Publish the level of trust, or the quality of services, instead. Does the posterior
# shrink at all? A rate that does not move what is published cannot be known from it, however clever
# the method.

# %%
assert high - low < 0.2 * 0.9 and low - 0.02 <= TRUE <= high + 0.02
