"""``python -m experiments`` is ``antibrush``."""

import sys

from experiments.commands.cli import main

if __name__ == "__main__":  # whatever imports this module does not mean the command
    sys.exit(main())
