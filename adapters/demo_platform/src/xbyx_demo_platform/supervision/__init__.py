"""The registers that the district's supervision reads: tenures, sign-ins, credits, pairings.

Takes: an engine of a platform whose year was run, its seed.
Gives: `keep_registers`, the registers filled from what happened, with faults planted in some;
    `change_afterwards`, which changes the year's own records so that the other checks find faults.
May assume: the year's tables are complete.
Refuses: to fill them twice.
"""

from .afterwards import change_afterwards
from .keeping import keep_registers
from .planted import PlantedDoubt

__all__ = ["PlantedDoubt", "change_afterwards", "keep_registers"]
