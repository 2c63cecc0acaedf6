"""The page's compiled rules run in a WebAssembly runtime, without a browser."""

import struct
import time

import numpy as np
import wasmtime as wt

from localism_sim.browser.contents import members
from localism_sim.browser.rivals import plan_of
from localism_sim.foundation.column_type import is_column
from localism_sim.model.world import empty_world

STACK = 1 << 20
PAGE = 65536


def aligned(address: int) -> int:
    return (address + 63) & ~63


class Runtime:
    """One instance of the compiled rules, with the memory in which a world is laid out."""

    def __init__(self, module: bytes):
        engine = wt.Engine()
        self.store = wt.Store(engine)
        self.memory = wt.Memory(self.store, wt.MemoryType(wt.Limits(1024, None)))
        self.heap, self.took = 0, 0.0
        i32, i64 = wt.ValType.i32(), wt.ValType.i64()
        stack = wt.Global(self.store, wt.GlobalType(i32, True), wt.Val.i32(STACK))

        def function(takes, gives, called):
            return wt.Func(self.store, wt.FuncType(takes, gives), called)

        surroundings = {
            "__linear_memory": self.memory,
            "__stack_pointer": stack,
            "NRT_MemInfo_alloc_aligned": function([i64, i32], [i32], self.allocate),
            "NRT_MemInfo_call_dtor": function([i32], [], lambda info: None),
            "__multi3": function([i32, i64, i64, i64, i64], [], self.product),
        }
        compiled = wt.Module(engine, module)
        self.imports = [i.name for i in compiled.imports]
        instance = wt.Instance(self.store, compiled, [surroundings[n] for n in self.imports])
        self.run = instance.exports(self.store)["run"]

    def grow(self, end: int) -> None:
        more = end - self.memory.data_len(self.store)
        if more > 0:
            self.memory.grow(self.store, (more + PAGE - 1) // PAGE)

    def write(self, content: bytes, at: int) -> None:
        self.memory.write(self.store, content, at)

    def allocate(self, size: int, _alignment: int) -> int:
        info = aligned(self.heap)
        self.heap = info + 64 + size
        self.grow(self.heap)
        self.write(struct.pack("<qIIIIq", 1, 0, 0, info + 64, 0, size), info)
        return info

    def product(self, at: int, low: int, high: int, other_low: int, other_high: int) -> None:
        word = (1 << 64) - 1
        one, two = (high & word) << 64 | low & word, (other_high & word) << 64 | other_low & word
        self.write(((one * two) & ((1 << 128) - 1)).to_bytes(16, "little"), at)

    def whole_run(
        self, parameters, places, seed, months, timeline=(), variants=()
    ) -> dict[str, bytes]:
        """The bytes of every array of the world after a run, by name."""
        plan = plan_of(parameters, timeline, months, variants)
        things = [*members(empty_world(parameters, places, seed, months)), ("plan", plan)]
        slots, where, end = [], {}, STACK
        for name, thing in things:
            if not isinstance(thing, np.ndarray):
                slots.append(int(thing))
                continue
            end = aligned(end)
            where[name] = end, thing.nbytes
            self.grow(end + thing.nbytes)
            self.write(thing.tobytes("A"), end)
            if name != "plan" and is_column(thing):
                slots += [end, thing.size]
            else:
                slots += [0, 0, thing.size, thing.itemsize, end, *thing.shape, *thing.strides]
            end += thing.nbytes
        slots.append(-1)  # fill the world first
        at = aligned(end)
        self.heap = at + 8 * len(slots)
        self.grow(self.heap)
        self.write(struct.pack(f"<{len(slots)}q", *slots), at)
        begun = time.process_time()
        assert self.run(self.store, at) == 0
        self.took = time.process_time() - begun
        return {
            name: bytes(self.memory.read(self.store, start, start + size))
            for name, (start, size) in where.items()
        }
