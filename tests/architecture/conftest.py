"""Tests of the architecture reach the reference, whose package uses every verb."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "reference"))
