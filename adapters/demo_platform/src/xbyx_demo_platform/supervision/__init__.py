"""The registers that the district's supervision reads: tenures, sign-ins, credits, pairings.

Takes: an engine of a platform whose year was run, its seed.
Gives: `keep_registers`, the registers filled from what happened, with faults planted in some.
May assume: the year's tables are complete.
Refuses: to fill them twice.
"""

from .keeping import PlantedDoubt, keep_registers

__all__ = ["PlantedDoubt", "keep_registers"]
