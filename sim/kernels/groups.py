"""Groups of arrays and numbers, as kernels take them.

What belongs together is named by a class (`typing.NamedTuple`) in the module of the kernel. The kernel is
called with a plain tuple of the same order; on its first line it makes the named one of it, or takes it apart
by name. Numba finds the type of a plain tuple in C and that of a named one in Python, which takes a few times
as long (``make bench NAMES=calls``). Inside compiled code a named tuple costs no time; it costs some to
compile, so it is made where inner functions take it on.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any


def columns(group: Any, **elsewhere: str) -> Callable[[Any], tuple]:
    """Return what makes the plain tuple of a ``group`` from the attributes of the same names of a part.

    ``elsewhere`` says where a field is found that has another name there, or belongs to a part of the part.
    """
    return attrgetter(*(elsewhere.get(name, name) for name in group._fields))


def numbers(group: Any, **elsewhere: str) -> Callable[[Any], tuple[float, ...]]:
    """Return what makes a ``group`` of numbers, as `columns` does, floats even where somebody wrote 1."""
    take = columns(group, **elsewhere)
    return lambda part: tuple(map(float, take(part)))
