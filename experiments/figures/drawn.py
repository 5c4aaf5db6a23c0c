"""What came of drawing a page: files, parts that failed and why, characters that no font here has."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from experiments.figures import fonts
from experiments.files.whole import write_bytes
from experiments.language.letters import slug

LONGEST = 300
"""Letters of an error that are told; all of it is in a file beside the figure."""

Made = TypeVar("Made")


@dataclass
class Drawn:
    """The SVG files of a folder's figures, the parts that failed by name, and characters without a font."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def attempt(self, part: str, make: Callable[[], Made], otherwise: Callable[[str], Made]) -> Made:
        """Return what ``make`` gives; where it fails, note why and return ``otherwise`` of the reason.

        Whatever a part fails on, the rest of the page stands. Only a disk that takes nothing ends it all.
        """
        report = self.folder / f"{slug(part)}.traceback.txt"
        try:
            made = make()
        except OSError:
            raise
        except Exception as error:
            self.failed[part] = reason(error)
            write_bytes(report, "".join(traceback.format_exception(error)).encode(errors="backslashreplace"))
            return otherwise(self.failed[part])
        report.unlink(missing_ok=True)
        return made

    def troubles(self) -> list[str]:
        """Return a line for each part that failed."""
        return [f"{part} failed: {why}; the rest stands" for part, why in self.failed.items()]

    def hints(self) -> list[str]:
        """Return what would make the figures better here, one line or none."""
        return [fonts.sentence(self.missing)] if self.missing else []


def reason(error: Exception) -> str:
    """Write an error in one line."""
    text = " ".join(f"{type(error).__name__}: {error}".rstrip(": ").split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
