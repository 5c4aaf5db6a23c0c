"""Theory checks: whether the propositions of a theory hold somewhere in the space of parameters."""
