"""How a behavioural rule is written once and run two ways.

A *rule* is a pure function of numbers; a *step* is one function of one agent's row that gathers what its rules need and writes the result.
Both are ordinary Python, compiled with Numba for the fast driver. `plain(step)` gives the same function in pure Python, with every rule that it
calls in pure Python too, so that the Mesa driver can be read, overridden and debugged.
"""

import types

import numba

OPTIONS = {"cache": True, "error_model": "numpy", "nogil": True}


def rule(function):
    """Compile a rule (a pure function of numbers)."""
    return numba.njit(function, **OPTIONS)


step = rule
"""Compile a step (a function of one agent's row of the world)."""


def compiled_leaf(function):
    """Compile a function that stays compiled in the plain form too (bit arithmetic on unsigned integers)."""
    dispatcher = numba.njit(function, **OPTIONS)
    dispatcher.stays_compiled = True
    return dispatcher


_plain: dict = {}


def plain(function):
    """The pure-Python form of a compiled function, calling only pure-Python forms."""
    if not hasattr(function, "py_func") or getattr(function, "stays_compiled", False):
        return function
    if function not in _plain:
        source = function.py_func
        names = dict(source.__globals__)
        twin = types.FunctionType(source.__code__, names, source.__name__, source.__defaults__, source.__closure__)
        twin.__doc__ = source.__doc__
        _plain[function] = twin
        for name in source.__code__.co_names:
            if hasattr(names.get(name), "py_func"):
                names[name] = plain(names[name])
    return _plain[function]
