"""What is believed about a rate before the patterns are looked at.

Bounds are what the model can run with; a prior is where a value is looked for. It stands beside the
bounds and lies within them: an order of magnitude around what little is known, even in the
logarithm for a rate that could be tens of times smaller or larger, else even.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..foundation.errors import BadInput
from ..model.parameters import FIELDS


@dataclass(frozen=True)
class Prior:
    """Where one rate is looked for. logarithmic: even in the logarithm. fitted: whether it is asked
    about; else it is drawn so that its being unknown widens what is said of the others. reason: why
    this range.
    """

    name: str
    low: float
    high: float
    logarithmic: bool
    fitted: bool
    reason: str

    def __post_init__(self):
        if self.name not in FIELDS:
            raise BadInput(f"prior of '{self.name}': there is no such parameter")
        meta = FIELDS[self.name].metadata
        if not meta["low"] <= self.low < self.high <= meta["high"]:
            raise BadInput(
                f"prior of {self.name} = {self.low} to {self.high} is not allowed; allowed: a "
                f"range within {meta['low']} to {meta['high']}"
            )
        if self.logarithmic and self.low <= 0.0:
            raise BadInput(f"prior of {self.name}: low = {self.low} has no logarithm")

    def values(self, u: np.ndarray) -> np.ndarray:
        """The values at which a share `u` (0-1) of the prior lies below; whole where the parameter
        is.
        """
        if self.logarithmic:
            found = np.exp(np.log(self.low) + u * np.log(self.high / self.low))
        else:
            found = self.low + u * (self.high - self.low)
        found = np.clip(found, self.low, self.high)
        return np.rint(found).astype(int) if isinstance(FIELDS[self.name].default, int) else found

    def shares(self, values: np.ndarray) -> np.ndarray:
        """The inverse of `values`."""
        values = np.asarray(values, float)
        if self.logarithmic:
            return np.log(values / self.low) / np.log(self.high / self.low)
        return (values - self.low) / (self.high - self.low)


PRIORS = {
    prior.name: prior
    for prior in (
        Prior("comply_rate", 0.01, 0.3, True, True, "a tenth to three times personal budgets"),
        Prior("comply_peers", 0.0, 5.0, False, True, "none to what all others' duty makes sixfold"),
        Prior("compliant_sd", 0.1, 1.0, False, True, "councils lay between 10% and 100%"),
        Prior("paper_compliance", 0.2, 1.0, False, True, "most growth was in managed budgets"),
        Prior("visit_rate", 0.03, 1.0, True, True, "the Beacon scheme alone makes .04"),
        Prior("contact_rate", 0.03, 0.8, True, True, "a tenth to several times the Beacon scheme"),
        Prior("promotion_rate", 0.0003, 0.02, True, True, "p of Bass, quartiles .003-.079 a year"),
        Prior("borrow_rate", 0.03, 0.6, True, True, "q of Bass, quartiles .11-.64 a year"),
        Prior("expectation_rate", 0.01, 0.4, True, True, "people adapt in months or in years"),
        Prior("broken_promise", 0.01, 1.0, True, True, "sign only (essay E2)"),
        Prior("expectation", -0.05, 0.25, False, True, "trust against quality at the start"),
        Prior("link_cost", 0.02, 0.12, True, True, "reporting takes 5-60% of time"),
        Prior("engage_rate", 0.03, 0.3, True, True, "a third to three times what keeps 14%"),
        Prior("closing_lag", 10, 300, True, True, "months to a generation"),
        Prior("inquiry_rate", 0.01, 0.1, True, False, "a third to three times the usual"),
        Prior("turnover", 0.004, 0.025, True, False, "5 to 30% a year"),
        Prior("judgement_noise", 0.05, 0.3, False, False, "a third to twice the usual"),
        Prior("trust_gain", 0.005, 0.05, True, False, "a quarter to more than twice the usual"),
        Prior("news_effect", 0.01, 0.07, False, False, "none to all of the fall of 2010-11"),
        Prior("base_demand", 0.7, 0.85, False, False, "near full use in 2010"),
    )
}
"""Every prior by name, those asked about first."""
