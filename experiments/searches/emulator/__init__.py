"""Instant answers: Gaussian processes fitted on the runs of an exploration."""
