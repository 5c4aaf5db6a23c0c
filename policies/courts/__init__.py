"""Courts: civil suits."""
