"""Analysis: pure functions of tables."""
