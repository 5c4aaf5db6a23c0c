"""A mutant: one deliberate mistake in the project's code, and the test that must fail on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


class PatchError(ValueError):
    """A patch does not apply exactly once."""


@dataclass(frozen=True)
class Mutant:
    """A mistake as a textual patch: ``old`` stands once in ``file`` and becomes ``new``.

    ``name`` says the mistake, ``file`` is relative to the repository, ``test`` is the id of one test.
    """

    name: str
    file: str
    old: str
    new: str
    test: str

    @property
    def test_file(self) -> str:
        """Return the file of the test, relative to the repository."""
        return self.test.split("::")[0]

    @property
    def test_function(self) -> str:
        """Return the name of the test's function, without its parameters."""
        return self.test.split("::")[-1].split("[")[0]

    @property
    def is_kernel(self) -> bool:
        """Tell whether the patch is in what Numba compiles into a folder named after the sources."""
        return self.file.startswith("sim/kernels/")

    def apply(self, text: str) -> str:
        """Return the text of ``file`` with the mistake in it, or raise `PatchError`."""
        n = text.count(self.old)
        if n != 1:
            raise PatchError(f"its patch applies {n} times in {self.file}; it must apply once")
        return text.replace(self.old, self.new)
