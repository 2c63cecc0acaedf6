# %% [markdown]
# # Read an agent
#
# One citizen and one member of staff, month by month. The Mesa model is a window on the state of
# the simulation: an agent's attributes are the columns of its row, its methods the phases of a
# month.

# %%
import pandas as pd

import localism_sim as ls

model = ls.LocalismModel(ls.Parameters(autonomy=0.8), ls.Places.synthetic(3), seed=1, months=12)
print({kind.__name__: len(agents) for kind, agents in model.agents_by_type.items()})

# %% [markdown]
# Follow one of each for a year.

# %%
citizen = model.agents_by_type[ls.Citizen][0]
worker = model.agents_by_type[ls.FrontlineStaff][0]
rows = []
while model.running:
    model.step()
    rows.append(
        {
            "trust": float(citizen.trust),
            "engaged": bool(citizen.engaged),
            "wellbeing": float(citizen.wellbeing),
            "capability": float(worker.capability),
            "regard": float(worker.regard),
            "practice": int(worker.practice),
        }
    )
year = pd.DataFrame(rows)
print(year.round(3))

# %% [markdown]
# **Read it.** In which months did trust move, and why not in the others? (A citizen meets a service
# with a certain chance each month: `encounter_rate`.) Did the worker change practice?
#
# **Change it.** Follow the citizen who trusts least, then the one who trusts most. Whose trust
# moves more? Losses weigh more than gains (`trust_asymmetry`).

# %%
everybody = sorted(model.agents_by_type[ls.Citizen], key=lambda agent: agent.trust)
print(f"least {everybody[0].trust:.3f}, most {everybody[-1].trust:.3f}")
assert 0.0 <= everybody[0].trust <= everybody[-1].trust <= 1.0
