"""Variants: rival rules, each of which replaces one named rule of the model.

A shipped variant is one file in `model/variants/`, named after it. One of your own is a function
marked in the same way:

    @ls.replaces("permitted", title="Halved permission", theory="...", source="...")
    def halved_permission(freedom, openness, p):
        return 0.5 * freedom

    ls.simulate(ls.Parameters(), variants=[halved_permission, "free_riding"])

This module needs no compiler, so that a command that only lists or checks variants is quick.
"""

from __future__ import annotations

import ast
import functools
import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..foundation.errors import BadInput, brief, nearest

FOLDER = Path(__file__).with_name("variants")


@dataclass(frozen=True)
class Variant:
    """A rival rule: its name, the rule that it replaces, what it is called, the theory behind it,
    its source, and the function (None for a shipped one until it is needed).
    """

    name: str
    replaces: str
    title: str
    theory: str
    source: str
    function: Callable[..., Any] | None = None

    @property
    def shipped(self) -> bool:
        """Whether it comes with the model, so that the model's version covers its code."""
        known = shipped_variants().get(self.name)
        if known is None or known != replace(self, function=None):
            return False
        return self.function is None or self.function is known.loaded()

    def loaded(self) -> Callable[..., Any]:
        """The function that stands in for the rule."""
        if self.function is not None:
            return self.function
        module = importlib.import_module(f".variants.{self.name}", __package__)
        return getattr(module, self.name).function


def replaces(
    rule: str, *, title: str, theory: str, source: str
) -> Callable[[Callable[..., Any]], Variant]:
    """Mark a function as a variant of the rule named; it takes the same arguments as the rule."""

    def marked(function: Callable[..., Any]) -> Variant:
        return Variant(function.__name__, rule, title, theory, source, function)

    return marked


def declared(path: Path) -> Variant:
    """The variant that a file declares, read without running it."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == path.stem:
            (mark,) = node.decorator_list
            assert isinstance(mark, ast.Call)
            words = {str(word.arg): ast.literal_eval(word.value) for word in mark.keywords}
            return Variant(node.name, ast.literal_eval(mark.args[0]), **words)
    raise ValueError(f"{path.name} declares no variant called {path.stem}")


@functools.cache
def shipped_variants() -> dict[str, Variant]:
    """The variants that come with the model, by name."""
    paths = sorted(path for path in FOLDER.glob("*.py") if path.stem != "__init__")
    return {path.stem: declared(path) for path in paths}


def checked_variant(given: Any) -> Variant:
    """A variant by its name, or one of your own; `BadInput` for anything else."""
    known = shipped_variants()
    if isinstance(given, Variant):
        if given.shipped:
            return known[given.name]
        if given.name in known:
            raise BadInput(
                f"variants: {given.name} is the name of a variant that comes with the model; give "
                "your own another name"
            )
        return given
    if not isinstance(given, str) or given not in known:
        raise BadInput(
            f"variants: {brief(given)} is not a known variant.{nearest(str(given), known)} Known: "
            f"{', '.join(known)}"
        )
    return known[given]


def checked_variants(given: Any) -> tuple[Variant, ...]:
    """Variants in order of name, from names, variants, a list of them, or names joined by `+`.

    None and an empty text are none. Raises `BadInput` for an unknown one and where two replace the
    same rule.
    """
    if given is None or (isinstance(given, float) and given != given):
        given = ()
    if isinstance(given, str):
        given = [name.strip() for name in given.split("+") if name.strip()]
    elif isinstance(given, Variant):
        given = [given]
    elif not isinstance(given, Iterable):
        raise BadInput(f"variants = {brief(given)} is not allowed; allowed: a list of names")
    found: dict[str, Variant] = {}
    for variant in map(checked_variant, given):
        other = found.setdefault(variant.replaces, variant)
        if other is not variant:
            names = " and ".join(sorted((other.name, variant.name)))
            raise BadInput(
                f"variants: {names} both replace the rule '{variant.replaces}'; give one of them"
            )
    return tuple(sorted(found.values(), key=lambda variant: variant.name))


def joined_names(variants: Iterable[Variant | str]) -> str:
    """Names of variants as one text, as a table of runs shows them."""
    return "+".join(each if isinstance(each, str) else each.name for each in variants)
