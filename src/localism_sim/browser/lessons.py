"""Lessons of the page: predict, reveal, explain, what next.

A lesson holds no number: its two settings are run where it is taught, and what is said follows from
what came out. So a changed model changes the answer and never makes a lesson untrue.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ..model.outcomes import checked_outcome
from ..model.scenario import load_scenario

Case = tuple[str, dict[str, float], str]
"""A scenario, the levers that differ from it, and what the case is called in class."""


@dataclass(frozen=True)
class Lesson:
    """One lesson. outcome: what is predicted for `after` in the last month, with `before` known.
    because: outcomes that explain it. rose, fell, alike: what to say where the outcome is clearly
    higher, clearly lower, or not clearly different. mistake: what a class usually gets wrong.
    """

    name: str
    title: str
    question: str
    before: Case
    after: Case
    outcome: str
    because: tuple[str, ...]
    rose: str
    fell: str
    alike: str
    discuss: str
    mistake: str
    minutes: int = 20

    def told(self) -> dict[str, Any]:
        """The lesson in the form that the page reads; raises `BadInput` for an unknown scenario,
        lever or outcome.
        """
        for scenario, changes, _ in (self.before, self.after):
            load_scenario(scenario).with_parameters(**changes)
        for outcome in (self.outcome, *self.because):
            checked_outcome(outcome)
        return asdict(self)


LESSONS = (
    Lesson(
        "cuts_and_trust",
        "Cuts and trust",
        "Budgets fall over four years. What becomes of people's trust in local services?",
        ("centralist", {"cuts": 0.0}, "Without cuts to places"),
        ("centralist", {}, "With the cuts of 2010"),
        "trust",
        ("budget", "workload", "quality", "motivation"),
        "Trust ended higher with cuts. Look for what else moved: trust follows what people met and "
        "what they had come to expect.",
        "Trust ended lower with cuts. Less money means more work for each member of staff; people "
        "meet worse services and see the cut itself.",
        "Trust hardly moved, though money did. Compare the rows below: which link between money "
        "and trust is the weak one?",
        "Whom do people blame for a cut: the place that delivers, or the centre that decides?",
        "That trust falls in step with the budget. People judge what they meet against what they "
        "are used to, so the two need not move alike.",
    ),
    Lesson(
        "pilots",
        "Why pilots do not spread",
        "One new practice works everywhere and asks nobody to change; another works through "
        "relationships and differs from place to place. How far does the second one spread?",
        ("easy_innovation", {}, "A simple novelty"),
        ("recovery_approach", {}, "A way of relating to people"),
        "spread",
        ("borrowed_far", "borrowed_near", "own_inquiry", "mandated", "capability"),
        "The relational practice spread further. Look at where practice came from: it had to be "
        "found or adapted, not only copied.",
        "The relational practice spread less. What works in one place is worth less in the next, "
        "and worth little where people and staff have not learned to work that way.",
        "Both spread about alike. Look at where practice came from: two routes can lead to one "
        "share.",
        "If a good practice cannot be copied, what should a pilot be for?",
        "That a pilot which worked will be taken up because it worked.",
    ),
    Lesson(
        "long_chain",
        "The long chain",
        "Between the department and the service stand many desks instead of one. What share of "
        "staff works by a practice that they found themselves?",
        ("coalition_2010", {"chain_length": 1}, "One desk"),
        ("coalition_2010", {"chain_length": 12}, "Twelve desks"),
        "own_inquiry",
        ("mandated", "borrowed_near", "quality", "standard_value"),
        "More staff found their own way under the long chain. Commands are lost on the way down as "
        "proposals are on the way up.",
        "Fewer staff found their own way under the long chain. Every desk can stop a proposal, and "
        "each takes its time.",
        "The length of the chain made no clear difference here. Where do proposals go that need no "
        "desk's consent?",
        "Which desk would you take out, and what would it have caught?",
        "That desks only delay. Each one also judges, and good proposals are lost with bad ones.",
    ),
    Lesson(
        "autonomy_alone",
        "Autonomy without capability",
        "The centre lets go and nothing else changes. How good are services after ten years?",
        ("centralist", {}, "The centre decides"),
        ("localist", {}, "Places decide, nothing else changes"),
        "quality",
        ("spread", "own_inquiry", "capability", "worst_place", "harm"),
        "Quality rose with autonomy alone. Ask who gained: look at the worst tenth of places and "
        "at harm.",
        "Quality fell with autonomy alone. Freedom to try is also freedom to try what does not "
        "work.",
        "Autonomy alone made no clear difference to quality. Freedom is one thing, the time and "
        "skill to use it another.",
        "What would you give a place together with freedom? Try it under “Explore”.",
        "That letting go is enough, or that it must go wrong.",
    ),
    Lesson(
        "postcode_lottery",
        "The postcode lottery",
        "Places decide and are helped to. How far apart are good and bad places after ten years?",
        ("centralist", {}, "The centre decides"),
        ("localist_with_capability", {}, "Places decide and are helped"),
        "postcode_gap",
        ("worst_place", "quality", "diversity", "fit"),
        "The gap between places grew. Look at the worst tenth: a wider gap can go with worse or "
        "with better services for those at the bottom.",
        "The gap between places shrank. Look at what places do: they can do different things and "
        "be equally good.",
        "The gap did not clearly change. Look at diversity: doing different things is not the same "
        "as doing worse.",
        "Would you rather have a small gap or a better worst place? When must you choose?",
        "That different services are unequal services.",
    ),
)
