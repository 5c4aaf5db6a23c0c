"""The search for packages: levers over ranges, several objectives, what holds on fresh seeds."""
