"""Parameters only: YAML files that override the defaults of ``sim.config`` and of the policies."""
