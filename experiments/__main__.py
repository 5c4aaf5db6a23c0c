"""``python -m experiments`` is ``antibrush``."""

import sys

from experiments.cli import main

if __name__ == "__main__":  # workers import this module again
    sys.exit(main())
