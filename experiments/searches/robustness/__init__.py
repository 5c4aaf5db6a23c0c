"""Packages in uncertain worlds: regret, satisficing, and the worlds in which a package fails."""
