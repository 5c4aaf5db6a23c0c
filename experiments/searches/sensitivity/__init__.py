"""What moves outcomes and the choice of a package: elementary effects, Sobol indices, tornado."""
