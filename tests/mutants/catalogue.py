"""All mutants: the mistakes that people really make in a project like this one."""

from __future__ import annotations

import in_analysis
import in_institutions
import in_outcomes
import in_policies
import in_searches
import in_studies
import in_the_market
import in_the_trade
from mutant import Mutant

MUTANTS: list[Mutant] = [
    *in_the_market.MUTANTS,
    *in_the_trade.MUTANTS,
    *in_institutions.MUTANTS,
    *in_policies.MUTANTS,
    *in_outcomes.MUTANTS,
    *in_studies.MUTANTS,
    *in_analysis.MUTANTS,
    *in_searches.MUTANTS,
]
