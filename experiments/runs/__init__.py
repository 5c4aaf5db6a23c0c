"""Runs: one market from its first morning to its last day, alone or as a branch of another."""
