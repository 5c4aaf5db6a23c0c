"""Where this package lies, and which version it is."""

from pathlib import Path

VERSION = "0.1.0"

HOME = Path(__file__).resolve().parents[1]
"""The folder that it lies in, and beside it those packages that it needs."""
