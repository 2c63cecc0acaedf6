"""Rival rules in the page: each is compiled beside the rule that it replaces, and the plan says for
each month which of them applies.

In Python, a run with variants is compiled with them in place of the rules. A page cannot compile,
so its plan has a field for each variant besides those of the parameters, and each replaced rule is
a switch that reads it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..model import month as month  # every rule is in the registry once it is loaded
from ..model.compilation import REGISTRY, compile_cached, twin
from ..model.parameters import LEVER_DTYPE, Parameters
from ..model.scenario import schedule
from ..model.variant import Variant, checked_variants, shipped_variants

FLAG = "rival_"
"""The start of the name of a variant's field in the plan: 1 if it applies, otherwise 0."""


def plan_type() -> np.dtype:
    """The type of a month in the page's plan: the parameters, then a flag for each variant."""
    return np.dtype(LEVER_DTYPE.descr + [(FLAG + name, "<i8") for name in shipped_variants()])


def plan_of(parameters: Parameters, timeline: Any, months: int, variants: Any = ()) -> np.ndarray:
    """The page's plan of a run: `schedule`, with flags for its variants."""
    plain = schedule(parameters, timeline, months)
    plan = np.zeros(months, plan_type())
    for name in plain.dtype.names or ():
        plan[name] = plain[name]
    for variant in checked_variants(variants):
        plan[FLAG + variant.name] = 1
    return plan


def switches() -> tuple[Variant, ...]:
    """One variant for each replaced rule, which asks the plan which rule holds."""
    rivals: dict[str, list[Variant]] = defaultdict(list)
    for variant in shipped_variants().values():
        rivals[variant.replaces].append(variant)
    return tuple(switch(rule, those) for rule, those in sorted(rivals.items()))


def switch(rule: str, rivals: Iterable[Variant]) -> Variant:
    """The variant that is the rule itself, or that of its rivals whose flag is set. Raises
    RuntimeError where the rule is not told the plan (its argument `p`).
    """
    source = REGISTRY[rule].py_func
    arguments = source.__code__.co_varnames[: source.__code__.co_argcount]
    if "p" not in arguments:
        raise RuntimeError(f"the page cannot switch the rule '{rule}', which does not take p")
    taken, name = ", ".join(arguments), f"{rule}_or_rival"
    lines = [f"def {name}({taken}):"]
    names: dict[str, Any] = {"usual_rule": REGISTRY[rule]}
    for rival in rivals:
        names[f"{rival.name}_rule"] = beside(rival)
        lines += [f"    if p.{FLAG}{rival.name}:", f"        return {rival.name}_rule({taken})"]
    exec("\n".join([*lines, f"    return usual_rule({taken})"]), names)
    return Variant(name, rule, "", "", "", names[name])


def beside(rival: Variant) -> Any:
    """A variant's compiled function. Where it calls the rule that it replaces, it finds a copy of
    it, so that no switch is put in its place.
    """
    source, rule = rival.loaded(), REGISTRY[rival.replaces]
    names = dict(source.__globals__)
    own = (Variant(f"{rival.name}_in_page", rival.replaces, "", "", "", source),)
    if rival.replaces in source.__code__.co_names:
        names[rival.replaces] = compile_cached(rule.py_func, rule.options, own)
    return compile_cached(twin(source, names), rule.options, own)
