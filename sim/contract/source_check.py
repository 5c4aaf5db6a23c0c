"""What a policy's code may not contain: the ways to the world that lead past the observation."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from sim.contract import guard

FORBIDDEN = (
    "gc", "inspect", "ctypes", "_ctypes", "sys", "importlib", "traceback", "signal", "threading", "builtins",
)  # fmt: skip
"""Modules by which code gets at frames and objects that it was not given."""

DOOR = ("sim.contract", "sim.parameters", "sim.compiling", "sim.kernels.threads", "sim.kernels.targets")
"""Modules of the world that the contract hands out."""

SPECIAL = {
    "__globals__", "__closure__", "__code__", "__subclasses__", "__mro__", "__bases__", "__builtins__",
    "__self__", "__func__", "__getattribute__", "__traceback__", "__context__", "__wrapped__",
}  # fmt: skip
"""Special names by which code gets from an object to what made it."""

FRAMES = guard.FRAMES | {"f_back", "f_locals", "f_globals", "cell_contents"}
"""Names by which code gets at frames and at what functions hold."""

OWN = {"self", "cls"}


def complaint_about(policy: Any) -> str:
    """Say what in the code of a policy is no way to know the world, or nothing."""
    own = [value for value in vars(policy).values() if isinstance(value, FunctionType)] if policy else []
    for function in (*own, *functions_of(type(policy))):
        for complaint in complaints(function.__code__, function.__globals__, set()):
            return complaint
    return ""


def functions_of(cls: type) -> Iterator[FunctionType]:
    """Yield the functions of a class and of those that it inherits from, but for Python's own."""
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] in ("builtins", "sim"):
            continue
        for member in vars(base).values():
            member = getattr(member, "fget", None) or getattr(member, "__func__", member)
            member = getattr(member, "py_func", member)  # of a compiled kernel
            if isinstance(member, FunctionType) and member.__module__ == base.__module__:
                yield member


def complaints(code: CodeType, module: dict[str, Any], seen: set[CodeType]) -> Iterator[str]:
    """Yield what is wrong with some code and the functions of its ``module`` that it names."""
    seen.add(code)
    before: Any = None
    for step in dis.get_instructions(code):
        yield from _about_attribute(step, before)
        if step.opname == "IMPORT_NAME" and is_forbidden(step.argval):
            yield f"it imports {step.argval}"
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and step.argval in module:
            yield from _about_global(step.argval, module, seen)
        if isinstance(step.argval, CodeType) and step.argval not in seen:
            yield from complaints(step.argval, module, seen)
        before = step


def _about_attribute(step: dis.Instruction, before: dis.Instruction | None) -> Iterator[str]:
    """Complain of a private attribute of something other than the policy itself."""
    if step.opname not in ("LOAD_ATTR", "LOAD_METHOD"):
        return
    name, own = step.argval, before is not None and before.argval in OWN
    private = name.startswith("_") and not name.startswith("__") and not own
    if private or name in SPECIAL or name in FRAMES:
        yield f"it reads the private attribute {name!r}"


def _about_global(name: str, module: dict[str, Any], seen: set[CodeType]) -> Iterator[str]:
    """Complain of what a global name stands for; look into functions of the same module."""
    thing = module[name]
    thing = getattr(thing, "py_func", thing)
    home = thing.__name__ if isinstance(thing, ModuleType) else getattr(thing, "__module__", None)
    if isinstance(home, str) and is_forbidden(home):
        yield f"it uses {name} of {home}" if home != name else f"it uses {name}"
    elif isinstance(thing, FunctionType) and thing.__globals__ is module and thing.__code__ not in seen:
        yield from complaints(thing.__code__, module, seen)


def is_forbidden(module: str) -> bool:
    """Tell whether a policy may not use a module."""
    if module.partition(".")[0] == "sim":
        return not any(module == door or module.startswith(f"{door}.") for door in DOOR) and module != "sim"
    return module.partition(".")[0] in FORBIDDEN
