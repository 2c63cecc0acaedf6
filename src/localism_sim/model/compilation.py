"""How a behavioural rule is written once and run two ways.

A *rule* is a pure function of numbers; a *step* is one function of one agent's row that gathers
what its rules need and writes the result. Both are ordinary Python, compiled with Numba for the
fast driver. `plain(step)` gives the same function in pure Python, with every rule that it calls in
pure Python too, so that the Mesa driver can be read, overridden and debugged.

Compiled code is kept on disk in a folder named after the version of the model. Numba by itself
checks only the file in which a function stands, so an edit to a rule in another file would go
unnoticed, and a word in a docstring would compile all anew; with the version no stale rule is ever
run, and code is compiled only when its meaning changed.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import multiprocessing
import sys
import threading
import types
from pathlib import Path
from typing import Any, ClassVar

import numba
import numpy as np

from ..foundation.by_address import handed_over
from ..foundation.compiled_code import (
    CodeOnDisk,
    clear_old,
    private_folder,
    say_once,
    usual_roots,
)
from ..foundation.errors import BadInput, nearest
from ..foundation.numba_internals import (
    APART,
    AS_A_PART,
    OF_PARTS_DONE,
    WITHOUT_COUNTS,
    call_by,
    count_from_zero,
    event,
    keep_in,
)
from .variant import Variant, joined_names
from .version import model_version

OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True}
WITHOUT_ENTRY: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Options for functions that Python hardly calls. An entry takes the world apart into its arrays:
more code than most functions have.
"""
INNER = {
    **OPTIONS,
    **WITHOUT_ENTRY,
    **WITHOUT_COUNTS,
    **AS_A_PART,
    "forceinline": True,
}
"""Rules and steps are called from compiled code and make no arrays: without entry from Python and
without reference counts they cost a third.
"""


@functools.cache
def cache_folder() -> Path | None:
    """The folder for compiled code of this version; None where no folder is this user's own."""
    folder = private_folder(usual_roots(), f"compiled-{model_version()}")
    if folder is None:
        say_once(
            "no private folder for compiled code can be written, so the model is compiled anew in "
            "every process; set LOCALISM_SIM_CACHE to a folder of your own"
        )
    else:
        clear_old(folder)
    return folder


count_from_zero(__package__.partition(".")[0])


def compile_cached(function, options, variants: tuple[Variant, ...] = ()):
    """`numba.njit` that keeps its result in this package's own folder; what holds a variant of the
    user's own is kept nowhere, since nothing tells when that changes, and is compiled as a whole,
    since it may print.
    """
    shipped, folder = all(variant.shipped for variant in variants), cache_folder()
    dispatcher = numba.njit(function, **(options if shipped else as_wholes(options)))
    dispatcher.kept = None
    if folder is not None and shipped:
        label = repr((sorted(options.items()), joined_names(variants)))
        dispatcher.kept = CodeOnDisk(function, folder, label)
        keep_in(dispatcher, dispatcher.kept)
    dispatcher.options, dispatcher.variants = options, variants
    if "no_cpython_wrapper" in options:
        call_by(dispatcher, entrance)
    dispatcher.get_call_template = functools.partial(
        template_for_wide, dispatcher.get_call_template, options.get("forceinline", False)
    )
    return dispatcher


MAKING = threading.RLock()


def one_at_a_time(function):
    """Let one thread at a time make forms of functions: what is half made stands in a table that
    others read.
    """

    @functools.wraps(function)
    def alone(*arguments):
        with MAKING:
            return function(*arguments)

    return alone


_entrances: dict = {}


@one_at_a_time
def entrance(function):
    """What Python calls for a compiled function: itself or, where it has no entry, one that does
    nothing but call it, compiled when it is first called.
    """
    if "no_cpython_wrapper" not in function.options:
        return function
    if function not in _entrances:
        source = function.py_func
        names = ", ".join(source.__code__.co_varnames[: source.__code__.co_argcount])
        made: dict[str, Any] = {"inner": function, "__name__": source.__module__}
        exec(f"def enter({names}):\n    return inner({names})", made)
        made["enter"].__qualname__ = f"enter_{source.__qualname__}"
        options = {**OPTIONS, **OF_PARTS_DONE, **WITHOUT_COUNTS, **APART}
        _entrances[function] = compile_cached(made["enter"], options, function.variants)
    return _entrances[function]


def as_wholes(options: dict[str, Any]) -> dict[str, Any]:
    """The options without those by which functions are compiled in parts."""
    parts = {*AS_A_PART, *OF_PARTS_DONE}
    return {name: value for name, value in options.items() if name not in parts}


def template_for_wide(template_for, inner, arguments, named):
    """Have compiled callers hand over every signed whole number as 64 bits: one form of a rule is
    compiled, not one for each width. To an inner function they hand the world by its address.
    """
    taken = [numba.int64 if is_signed(kind) else kind for kind in arguments]
    return template_for([handed_over(kind) for kind in taken] if inner else taken, named)


def is_signed(kind) -> bool:
    """Whether a type is of signed whole numbers."""
    return isinstance(kind, numba.types.Integer) and getattr(kind, "signed", False)


REGISTRY: dict = {}
"""Every rule and step by name."""


def rule(function):
    """Compile a rule (a pure function of numbers) for use by steps."""
    REGISTRY[function.__name__] = compile_cached(function, INNER)
    return REGISTRY[function.__name__]


def step(function):
    """Compile a step (a function of one agent's row of the world) for use by a sweep."""
    return rule(function)


def single(function):
    """Compile a rule that reckons in single precision; so do its rivals."""
    made = rule(in_single(function))
    made.single = True
    return made


def in_single(function):
    """A copy of a Python function in which every number with a point is of single precision.

    Python takes such a number as precise as what it meets, compiled code as double precision, which
    would then spread to all that it meets.
    """
    code = function.__code__
    constants = tuple(np.float32(c) if isinstance(c, float) else c for c in code.co_consts)
    copy = twin(function, function.__globals__)
    copy.__code__ = code.replace(co_consts=constants)
    return copy


def as_precise_as(name: str, function):
    """A function that replaces the rule of this name, in the precision of that rule."""
    return in_single(function) if getattr(REGISTRY[name], "single", False) else function


@rule
def narrow(x):
    """A number in single precision."""
    return np.float32(x)


@rule
def wide(x):
    """A number kept in single precision, as the double precision of most rules.

    (`float(x)` would stay single in compiled code.)
    """
    return 1.0 * x


@rule
def whole(x):
    """A number below 2^31 without its fraction.

    (`int(x)` would ask for 64 bits, which processors convert one at a time.)
    """
    return int(np.int32(x))


class Notice(event.Listener):
    """Says once, on standard error, that the model is being compiled: only where that happens, not
    where compiled code is found on disk.
    """

    long: ClassVar[set] = set()
    """Functions whose compilation takes seconds."""
    given = False

    def on_start(self, event):
        if (
            event.data["dispatcher"] in self.long
            and not self.given
            and multiprocessing.parent_process() is None
        ):
            Notice.given = True
            print(
                "localism-sim: compiling the model for this machine, once; this takes about half a "
                "minute ...",
                file=sys.stderr,
                flush=True,
            )

    def on_end(self, event):
        """Nothing is said when it is done: the answer follows."""


event.register("numba:compile", Notice())


def sweep(function):
    """Compile a function that Python calls: it takes one step after the other over a range
    of rows.
    """
    dispatcher = compile_cached(function, {**OPTIONS, **APART})
    Notice.long.add(dispatcher)
    return dispatcher


def walk(function):
    """As `sweep`, for a function that compiled code calls and that makes no array: it runs without
    reference counts. Where Python calls it, it goes by its `entrance`.
    """
    dispatcher = compile_cached(function, {**OPTIONS, **WITHOUT_COUNTS, **WITHOUT_ENTRY, **APART})
    Notice.long.add(dispatcher)
    return dispatcher


def maker(function):
    """As `walk`, for a function that makes arrays."""
    dispatcher = compile_cached(function, {**OPTIONS, **WITHOUT_ENTRY, **APART})
    Notice.long.add(dispatcher)
    return dispatcher


def succession(function):
    """As `sweep`, for a function that calls sweeps and walks in turn and takes no step itself."""
    dispatcher = compile_cached(function, {**OPTIONS, **OF_PARTS_DONE, **APART})
    Notice.long.add(dispatcher)
    return dispatcher


def compiled_leaf(function):
    """Compile a function that stays compiled in the plain form too (bit arithmetic on unsigned
    integers).
    """
    dispatcher = compile_cached(function, OPTIONS)
    dispatcher.stays_compiled = True
    return dispatcher


def is_compiled(thing) -> bool:
    """Whether `thing` is a compiled function that has a plain form."""
    return hasattr(thing, "py_func") and not getattr(thing, "stays_compiled", False)


def twin(function, names: dict):
    """A copy of a Python function that finds other things under its global names."""
    copy = types.FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__doc__, copy.__qualname__ = function.__doc__, function.__qualname__
    copy.__module__ = function.__module__
    return copy


def used(function) -> dict[str, Any]:
    """The global things that a Python function names."""
    names = function.__globals__
    return {name: names[name] for name in function.__code__.co_names if name in names}


_plain: dict = {}


@one_at_a_time
def plain(function, replaced: tuple = ()):
    """The pure-Python form of a compiled function, calling only pure-Python forms.

    `replaced` is a tuple of (name, function) pairs: rules to use in place of those of the same
    name, here and in all that is called. Of two with one name the later holds.
    """
    if not is_compiled(function):
        return function
    key = (function, replaced)
    if key not in _plain:
        source = function.py_func
        names = dict(source.__globals__)
        _plain[key] = twin(source, names)
        rivals = dict(replaced)
        for name, thing in used(source).items():
            if name in rivals and thing is REGISTRY.get(name):
                names[name] = plain_rival(name, replaced)
            else:
                names[name] = plain(thing, replaced)
    return _plain[key]


def plain_rival(name: str, replaced: tuple):
    """The function that replaces a rule, with all rules that it calls in pure Python. The rule that
    it replaces is there as it was.
    """
    function = dict(replaced)[name]
    things = used(function)
    if not any(map(is_compiled, things.values())):
        return function
    key = (name, replaced)
    if key not in _plain:
        names = dict(function.__globals__)
        others = tuple(pair for pair in replaced if pair[0] != name)
        names |= {each: plain(thing, others) for each, thing in things.items()}
        _plain[key] = twin(function, names)
    return _plain[key]


def rivals_of(variants: tuple[Variant, ...]) -> tuple[tuple[str, Any], ...]:
    """(rule, function that replaces it) for each variant; refuses one that replaces no rule, or
    that does not take what the rule takes.
    """
    found = []
    for variant in variants:
        if variant.replaces not in REGISTRY:
            raise BadInput(
                f"variants: {variant.name} replaces '{variant.replaces}', which is no "
                f"rule.{nearest(variant.replaces, REGISTRY)}"
            )
        function = as_precise_as(variant.replaces, variant.loaded())
        rule = REGISTRY[variant.replaces].py_func
        if function.__code__.co_argcount != rule.__code__.co_argcount:
            taken = ", ".join(rule.__code__.co_varnames[: rule.__code__.co_argcount])
            raise BadInput(
                f"variants: {variant.name} does not take what '{variant.replaces}' takes: {taken}"
            )
        found.append((variant.replaces, function))
    return tuple(found)


def named_for(variants: tuple[Variant, ...], copy):
    """The copy of a function made for variants, under a name that no other form of it has.

    Compiled code is linked by name, and Numba's own names repeat between processes: two forms of
    one name, loaded from disk into one process, would be taken for each other.
    """
    shipped = all(variant.shipped for variant in variants)
    label = repr(joined_names(variants) if shipped else (joined_names(variants), next(_own)))
    copy.__qualname__ += f"_with_{hashlib.sha256(label.encode()).hexdigest()[:12]}"
    return copy


_own = itertools.count()
_chosen: dict = {}


@one_at_a_time
def chosen(function, variants: tuple[Variant, ...]):
    """The compiled form of a function in which variants replace their rules, here and in all that
    is called. Functions that reach no replaced rule are shared with the model as it is.
    """
    if not variants or not is_compiled(function):
        return function
    key = (function, variants)
    if key not in _chosen:
        _chosen[key] = function  # for functions without a replaced rule
        source = function.py_func
        changed = changed_names(source, variants)
        if changed:
            copy = named_for(variants, twin(source, {**source.__globals__, **changed}))
            _chosen[key] = compile_cached(copy, function.options, variants)
            if function in Notice.long:
                Notice.long.add(_chosen[key])
    return _chosen[key]


def changed_names(source, variants: tuple[Variant, ...], own: str = "") -> dict[str, Any]:
    """What a Python function finds otherwise where variants replace rules. own: the rule that it
    replaces itself, which it finds as it was.
    """
    rivals = {variant.replaces: variant for variant in variants if variant.replaces != own}
    changed = {}
    for name, thing in used(source).items():
        if name in rivals and thing is REGISTRY.get(name):
            changed[name] = compiled_rival(rivals[name], variants)
        elif (other := chosen(thing, variants)) is not thing and name != own:
            changed[name] = other
    return changed


def compiled_rival(variant: Variant, variants: tuple[Variant, ...]):
    """The compiled function of a variant."""
    key = (variant, variants)
    if key not in _chosen:
        source = as_precise_as(variant.replaces, variant.loaded())
        changed = changed_names(source, variants, variant.replaces)
        copy = named_for(variants, twin(source, {**source.__globals__, **changed}))
        _chosen[key] = compile_cached(copy, REGISTRY[variant.replaces].options, variants)
    return _chosen[key]
