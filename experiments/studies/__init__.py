"""Studies: tasks by key, run where they are missing, collected into tables."""
