"""Labelled data of one simulated market, for people who build detectors."""
