# %% [markdown]
# # Change a rule by a variant
#
# A finding may hang on one rule. A variant replaces one rule by that of a rival theory, and names
# its source. These come with the model:

# %%
import localism_sim as ls

for name, variant in ls.shipped_variants().items():
    print(f"{name}: replaces {variant.replaces}. {variant.theory} ({variant.source})")

# %% [markdown]
# Run the same seed with and without one of them, in a lively world where much is tried and copied.
# `LocalismModel` runs in plain Python, so a changed rule needs no compiler;
# `ls.simulate(..., variants=[...])` does the same at full speed.

# %%
places = ls.Places.synthetic(3)
settings = ls.Parameters(
    autonomy=0.8, inquiry_rate=0.3, borrow_rate=0.9, initial_motivation=0.8, relational_depth=0.0
)


def outcomes(**how):
    """Outcomes after two and a half years."""
    model = ls.LocalismModel(settings, places, seed=3, months=30, **how)
    while model.running:
        model.step()
    return model.outcomes


usual, rival = outcomes(), outcomes(variants=["no_copying"])
for name in ("borrowed_near", "own_inquiry", "spread", "quality"):
    print(f"{name}: {usual[name]:.3f} with the usual rule, {rival[name]:.3f} without copying")
assert rival["borrowed_near"] == 0.0

# %% [markdown]
# A rule of your own is a function with the arguments of the rule it replaces. Here is a
# commissioner who grants half of what local autonomy allows, however open:


# %%
class Cautious(ls.Commissioner):
    """A commissioner whose permission is half of local autonomy."""

    @staticmethod
    def permitted(freedom, openness, p):
        return 0.5 * freedom


cautious = outcomes(agents={ls.Commissioner: Cautious})
print(f"permission: {usual['permission']:.2f} as usual, {cautious['permission']:.2f} when cautious")
assert cautious["permission"] < usual["permission"]

# %% [markdown]
# **Think.** Which theory would a rule like this express? What would you have to observe in real
# councils to tell it from the usual one? One seed is one throw of the dice: try ten before you say
# that a rule changes an outcome.
