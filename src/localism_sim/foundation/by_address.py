"""Named tuples of arrays, handed from one compiled function to the next by their address.

Numba hands a tuple over as its parts, seven numbers for each array. A world of eighty arrays makes
several hundred arguments of every call, and most of the compiler's time goes into writing them out
and reading them in. A function that is compiled into its caller can take the address of the tuple
instead: the optimiser then finds the parts again, and the code that it makes is the same.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import (
    infer_getattr,
    lower_cast,
    lower_getattr_generic,
    models,
    register_model,
)

from .numba_internals import AttributeTemplate, cgutils


class ByAddress(types.Type):
    """The address of a named tuple that stays as it is while the called function runs."""

    def __init__(self, tuple_type: types.NamedTuple):
        self.tuple_type = tuple_type
        super().__init__(f"ByAddress({tuple_type})")

    @property
    def key(self) -> Any:
        """Two of one tuple type are one type."""
        return self.tuple_type


def handed_over(kind: types.Type) -> types.Type:
    """The type under which a value is handed to an inner function."""
    if isinstance(kind, types.NamedTuple) and any(map(is_large, kind)):
        return ByAddress(kind)
    return kind


def is_large(part: types.Type) -> bool:
    """Whether a part of a tuple is made of several numbers itself."""
    return isinstance(part, types.Array | types.NamedTuple)


@register_model(ByAddress)
class ByAddressModel(models.PrimitiveModel):
    """In LLVM a pointer to the tuple's parts."""

    def __init__(self, manager: Any, kind: ByAddress):
        parts = manager.lookup(kind.tuple_type).get_value_type()
        super().__init__(manager, kind, parts.as_pointer())


@infer_getattr
class PartOf(AttributeTemplate):
    """The type of a part: again by address, if it is such a tuple."""

    key = ByAddress

    def generic_resolve(self, kind: ByAddress, name: str) -> Any:  # type: ignore[override]
        """None for a name that the tuple does not have."""
        fields = kind.tuple_type.fields
        return handed_over(kind.tuple_type[fields.index(name)]) if name in fields else None


@lower_getattr_generic(ByAddress)
def part_of(context: Any, builder: Any, kind: ByAddress, pointer: Any, name: str) -> Any:
    """A part, read where it stands; a tuple within the tuple stays there."""
    position = kind.tuple_type.fields.index(name)
    place = cgutils.gep_inbounds(builder, pointer, 0, position)
    part = kind.tuple_type[position]
    return place if handed_over(part) != part else builder.load(place)


@lower_cast(types.NamedTuple, ByAddress)
def lay_down(context: Any, builder: Any, given: Any, wanted: Any, value: Any) -> Any:
    """Lay the tuple down in the caller's frame."""
    return cgutils.alloca_once_value(builder, value)
