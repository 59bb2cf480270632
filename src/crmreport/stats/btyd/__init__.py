"""Buy-till-you-die models: how often a customer buys while alive, and when they silently leave.

All take a customer's ``frequency`` (repeat purchases: the first is not counted), ``recency`` (time from
the first purchase to the last; 0 without a repeat) and ``T`` (time from the first purchase to the end of
the observation), in one unit of time. Repeat purchases on one day are one purchase.
"""

from crmreport.stats.btyd.beta_geo import BetaGeoNBD, ModifiedBetaGeoNBD
from crmreport.stats.btyd.gamma_gamma import GammaGamma
from crmreport.stats.btyd.pareto import ParetoNBD

__all__ = ["BetaGeoNBD", "GammaGamma", "ModifiedBetaGeoNBD", "ParetoNBD"]
