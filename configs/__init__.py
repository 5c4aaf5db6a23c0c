"""Parameters only: YAML files that override the defaults of ``sim.parameters`` and of the policies."""
