"""Every private part of Numba that this package uses, in one place.

Numba promises nothing about these names, so pyproject.toml allows one minor version alone
(numba>=0.68,<0.69). To allow another, check what stands here and run `tests/test_rules.py` and
`tests/faults/test_compiled_cache.py`. Another module imports them from here and nowhere else,
which `tests/test_architecture.py` holds.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numba
from llvmlite.binding import parse_bitcode
from numba.core import cgutils, config, event, serialize
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, CompileResult
from numba.core.cpu import CPUTargetOptions
from numba.core.options import TargetOptions
from numba.core.registry import CPUDispatcher
from numba.core.typing.templates import AttributeTemplate
from numba.np import arrayobj
from numba.np.arrayobj import load_item, make_array, populate_array, store_item

__all__ = [
    "APART",
    "AS_A_PART",
    "OF_PARTS_DONE",
    "WITHOUT_COUNTS",
    "AttributeTemplate",
    "array_from",
    "as_bytes",
    "call_by",
    "cgutils",
    "compiler_settings",
    "count_from_zero",
    "event",
    "from_parts",
    "keep_in",
    "load_item",
    "make_array",
    "store_item",
]

APART: dict[str, Any] = {"noalias": True}
"""The option that tells the compiler that no two arrays given to a function share memory, so that
what is read once need not be read again after each write. Numba has it for itself and does not
offer it.
"""
CPUTargetOptions.noalias = TargetOptions.Mapping("noalias")

WITHOUT_COUNTS: dict[str, Any] = {"_nrt": False}
"""The option of `numba.njit` that leaves out reference counts, for functions that make no array."""


class Part(JITCodeLibrary):
    """The code of a function that is compiled into others and never called by itself: it waits as
    LLVM code, and whoever calls it has it optimised and made into machine code with its own.
    """

    def _optimize_final_module(self):
        """Left to the callers."""

    def _finalize_final_module(self):
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True

    def get_pointer_to_function(self, name):
        """0: there is no machine code."""
        self._ensure_finalized()
        return 0

    @property
    def codegen(self):
        """Takes the Python objects that a function needs when it prints: a part never does."""
        return self

    def set_env(self, name, environment):
        """Does nothing: see `codegen`."""

    def serialize_using_object_code(self):
        """What is kept on disk: LLVM code alone."""
        return (self.name, PART, self._get_module_for_linking().as_bitcode())

    @classmethod
    def read(cls, codegen, kept):
        """The part that `serialize_using_object_code` wrote."""
        part = cls(codegen, kept[0])
        part._final_module = parse_bitcode(kept[2])
        part._finalize_final_module()
        return part


class OfParts(JITCodeLibrary):
    """The code of a function that calls others which are optimised already: they are joined to it
    as they are.
    """

    def _optimize_final_module(self):
        """Done, function by function."""


PART = "part"


def kept_in(library: type[JITCodeLibrary]) -> dict[str, Any]:
    """The option of `numba.njit` that has a function's code kept in a library of this kind."""

    class Keeping(Compiler):
        def compile_extra(self, func):
            code = self.state.targetctx.codegen()
            self.state.library = library(code, func.__qualname__)
            self.state.library.enable_object_caching()
            return super().compile_extra(func)

    return {"pipeline_class": Keeping}


AS_A_PART = kept_in(Part)
"""The option for functions that are always compiled into their callers (`forceinline`). Compiling
the model takes about a quarter less time than with optimised code of every rule by itself.
"""
OF_PARTS_DONE = kept_in(OfParts)
"""The option for a function that does no more than call long ones in turn."""


def compiler_settings() -> tuple:
    """The global settings that decide what code Numba makes."""
    numba_config: Any = config
    return (numba_config.OPT, numba_config.BOUNDSCHECK, numba_config.DEBUGINFO_DEFAULT)


def as_bytes(result: Any) -> bytes:
    """A compiled form as bytes that `from_parts` can use once they are unpickled."""
    return serialize.dumps(result._reduce())


def from_parts(target_context: Any, parts: tuple) -> Any:
    """The compiled form from what `as_bytes` wrote, unpickled."""
    kept, description, environment, signature, object_mode, lifted, annotation, *_ = parts
    if kept[1] != PART:
        return CompileResult._rebuild(target_context, *parts)
    library = Part.read(target_context.codegen(), kept)
    made: Any = CompileResult
    return made(
        target_context=target_context,
        typing_context=target_context.typing_context,
        library=library,
        environment=environment,
        entry_point=target_context.get_executable(library, description, environment),
        fndesc=description,
        type_annotation=annotation,
        signature=signature,
        objectmode=object_mode,
        lifted=lifted,
        typing_error=None,
        call_helper=None,
        metadata=None,
        reload_init=(),
        referenced_envs=(),
    )


def keep_in(dispatcher: Any, store: Any) -> None:
    """Have a compiled function keep its forms in `store` instead of Numba's own cache."""
    dispatcher._cache = store


class WithoutEntry(CPUDispatcher):
    """A compiled function that Python cannot call as it is: Numba would jump to nowhere. Python
    goes by another one, which `entrance` gives.
    """

    entrance: Callable

    def __call__(self, *arguments):
        return self.entrance(self)(*arguments)


def call_by(dispatcher: Any, entrance: Callable) -> None:
    """Have Python call a function without an entry of its own by `entrance(dispatcher)`."""
    dispatcher.__class__, dispatcher.entrance = WithoutEntry, entrance


def count_from_zero(package: str) -> None:
    """Leave out, in the compiled functions of `package`, the step by which Numba turns a negative
    position in an array into one counted from its end.

    The model counts rows from 0 and never from the end (the Mesa driver refuses it), and this step
    takes an eighth of a month's time. Functions of others that are compiled in the same process
    keep the usual meaning.
    """
    arrayobj.fix_integer_index = counted_from_zero(arrayobj.fix_integer_index, package)


def counted_from_zero(fix_position: Callable, package: str) -> Callable:
    """Numba's `fix_integer_index` for all but the functions of `package`."""
    ours = f"{len(package)}{package}"  # as a compiled function's full name spells it

    @functools.wraps(fix_position)
    def position(context, builder, kind, index, size):
        if ours in builder.function.name:
            return context.cast(builder, index, kind, numba.types.intp)
        return fix_position(context, builder, kind, index, size)

    return position


def array_from(context: Any, builder: Any, kind: numba.types.Array, start: Any, length: Any) -> Any:
    """In compiled code: the array of one dimension, without gaps, that begins at an address."""
    size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    item = context.get_constant(numba.types.intp, size)
    array = make_array(kind)(context, builder)
    populate_array(array, start, [length], [item], item, None)
    return array._getvalue()
