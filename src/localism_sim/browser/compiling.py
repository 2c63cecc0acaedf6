"""The compiled rules as WebAssembly: from Numba's LLVM code with llvmlite alone.

Numba compiles the model's own functions; llvmlite's LLVM holds the WebAssembly target as well, so
the same code is retargeted, optimised and written as a module. Nothing else has to be installed.
This happens in a process of its own, since Numba must neither optimise for this machine nor load
compiled code from disk, which comes without its LLVM code.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from ..foundation.compiled_code import made_by
from ..foundation.files import whole_file
from ..model.compilation import cache_folder
from .linking import linked

ENTRY = "run"
FEATURES = "+bulk-memory,+sign-ext,+nontrapping-fptoint,+mutable-globals,+multivalue,+simd128"
INTRINSICS = ("sqrt", "ceil", "floor")
"""Functions of the mathematical library for which WebAssembly has exact instructions."""
PLAIN_NUMBA = {
    "NUMBA_OPT": "0",
    "NUMBA_LOOP_VECTORIZE": "0",
    "NUMBA_SLP_VECTORIZE": "0",
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
}
"""Settings under which Numba hands over code that is not yet made for one processor."""


def kept() -> Path | None:
    """The file with the module for this version of the model and these source files; None if there
    is no private folder for compiled code.
    """
    folder = cache_folder()
    digest = hashlib.sha256(made_by().encode())
    for name in ("compiling.py", "linking.py", "rivals.py"):
        digest.update(Path(__file__).with_name(name).read_bytes())
    return folder and folder / f"model-{digest.hexdigest()[:12]}.wasm"


def wasm() -> bytes:
    """The module. Its entry `run` takes the address of the arguments, each in eight bytes.

    Compiled once for each version of the model (half a minute) and then read from the folder of
    compiled code. Raises RuntimeError where it cannot be compiled.
    """
    path = kept()
    if path is not None and path.exists():
        return path.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "model.wasm"
        told = subprocess.run(
            [sys.executable, "-m", __name__, str(made)],
            env={**os.environ, **PLAIN_NUMBA, "LOCALISM_SIM_CACHE": folder},
            capture_output=True,
            text=True,
        )
        if told.returncode:
            raise RuntimeError(f"the model could not be compiled for the page: {told.stderr}")
        content = made.read_bytes()
    if path is not None:
        with whole_file(path) as temporary:
            Path(temporary).write_bytes(content)
    return content


def entry() -> tuple[Any, Any]:
    """Months of a run as one compiled function, and the types it is compiled for. A run is one
    call with month -1, which fills the world first; where somebody watches, one such call with
    no month and then one a month.
    """
    import numba

    from ..model import landscape, month, world
    from ..model.compilation import chosen
    from ..model.parameters import Parameters
    from ..model.places import Places
    from .rivals import plan_of, switches

    build, settle_departments, settle_places, settle_citizens, run_months = (
        chosen(rule, switches())
        for rule in (
            landscape.build_landscapes,
            world.settle_departments,
            world.settle_places,
            world.settle_citizens,
            month.run_months,
        )
    )

    @numba.njit(error_model="numpy", nogil=True)
    def run(w, plan, month):
        if month < 0:
            first = plan[0]
            build(w, first, 0, len(w.services))
            settle_departments(w, first)
            settle_places(w, first, 0, w.count)
            settle_citizens(w, first, 0, len(w.blocks))
        run_months(w, plan, max(0, month))

    parameters = Parameters()
    example = world.empty_world(parameters, Places.synthetic(2), 1, 2)
    types = (numba.typeof(example), numba.typeof(plan_of(parameters, (), 2)), numba.int64)
    run.compile(types)
    return run, types


def with_plain_arguments(name: str, kinds: list[str]) -> str:
    """LLVM code of the exported function: it reads what Numba's function takes from memory, eight
    bytes an argument, and hands it over. The first two arguments are room for Numba's results.
    """
    from llvmlite import ir

    number, pointer = ir.IntType(64), ir.PointerType()
    known = {
        "i64": number,
        "i32": ir.IntType(32),
        "i8": ir.IntType(8),
        "double": ir.DoubleType(),
        "ptr": pointer,
    }
    module = ir.Module("entry")
    inner = ir.Function(module, ir.FunctionType(ir.IntType(32), [known[k] for k in kinds]), name)
    outer = ir.Function(module, ir.FunctionType(ir.IntType(32), [pointer]), ENTRY)
    block = ir.IRBuilder(outer.append_basic_block())
    values = [block.alloca(pointer), block.alloca(pointer)]
    for position, kind in enumerate(kinds[2:]):
        slot = block.gep(outer.args[0], [ir.IntType(32)(position)], source_etype=number)
        if kind == "ptr":
            values.append(block.inttoptr(block.load(slot, typ=number), pointer))
        else:
            values.append(block.load(slot, typ=known[kind]))
    block.ret(block.call(inner, values))
    return str(module)


def for_wasm(text: str, layout: str) -> str:
    """LLVM code that was made for this machine, changed to target WebAssembly and its
    instructions.
    """
    text = re.sub(r'target datalayout = ".*"', f'target datalayout = "{layout}"', text)
    text = re.sub(r'target triple = ".*"', 'target triple = "wasm32-unknown-unknown"', text)
    for name in INTRINSICS:
        text = re.sub(rf"declare double @{name}\(double\).*", "", text)
        text = text.replace(f"@{name}(double", f"@llvm.{name}.f64(double")
        if f"declare double @llvm.{name}.f64" not in text:
            text += f"\ndeclare double @llvm.{name}.f64(double)\n"
    return text


def optimised(module: Any, machine: Any) -> None:
    """LLVM's full optimisation for the target machine; all but the entry is internal."""
    from llvmlite import binding

    for thing in [*module.functions, *module.global_variables]:
        if not thing.is_declaration and thing.name != ENTRY:
            thing.linkage = "internal"
    module.verify()
    options = binding.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = options.slp_vectorization = True
    options.loop_unrolling = options.loop_interleaving = True
    builder = binding.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)


def compiled() -> bytes:
    """The module, compiled now. Only for a separate process with the settings `PLAIN_NUMBA`."""
    from llvmlite import binding

    run, types = entry()
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    module = binding.parse_assembly(run.inspect_llvm(types))
    name = run.overloads[types].fndesc.llvm_func_name
    kinds = [str(argument.type) for argument in module.get_function(name).arguments]
    module.link_in(binding.parse_assembly(with_plain_arguments(name, kinds)))
    machine = binding.Target.from_triple("wasm32-unknown-unknown").create_target_machine(
        cpu="generic", features=FEATURES, opt=3, reloc="static", codemodel="default"
    )
    module = binding.parse_assembly(for_wasm(str(module), str(machine.target_data)))
    optimised(module, machine)
    return linked(machine.emit_object(module), [ENTRY])


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(compiled())
