"""What rival rules are called in tables, sentences and figures."""

from __future__ import annotations

from ..analysis.robustness import AS_SET, OTHER_RULE
from ..model.variant import shipped_variants

OWN_TITLES = {AS_SET: "as set", OTHER_RULE: "the centre judges otherwise"}
"""The titles of what is no variant of its own: no rival rule, and the other way in which the centre
may judge its candidates.
"""


def rule_title(rule: str) -> str:
    """The title of a rule: of a shipped variant, or of what `robustness.rival_rules` adds."""
    return OWN_TITLES[rule] if rule in OWN_TITLES else shipped_variants()[rule].title
