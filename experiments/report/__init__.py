"""The report of a study that a policy team can read."""

from experiments.report.build import write_report

__all__ = ["write_report"]
