"""Figures: each is a table (`prepare`) and its drawing (`draw`), so that a CSV rebuilds it."""

from experiments.figures.drawn import Drawn
from experiments.figures.gallery import (
    STUDY_FIGURES,
    calibration_figures,
    figure_from_csv,
    robustness_figures,
    run_figures,
    search_figures,
    sensitivity_figures,
    stress_figures,
    study_figures,
    theory_figures,
    write_figure,
)
from experiments.studies.results import StudyResults, read_study

__all__ = [
    "STUDY_FIGURES",
    "Drawn",
    "StudyResults",
    "calibration_figures",
    "figure_from_csv",
    "read_study",
    "robustness_figures",
    "run_figures",
    "search_figures",
    "sensitivity_figures",
    "stress_figures",
    "study_figures",
    "theory_figures",
    "write_figure",
]
