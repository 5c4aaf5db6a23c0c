"""The report of a study that a policy team can read."""

from experiments.pages.report.build import write_report

__all__ = ["write_report"]
