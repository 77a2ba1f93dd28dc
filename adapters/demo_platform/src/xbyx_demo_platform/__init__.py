"""A demonstration host platform: its own tables, synthetic data, defects planted from a seed.

Takes: an SQLAlchemy engine and a seed.
Gives: `build`, a filled platform; `adapter.ADAPTER`, its mapping; `year.run_year`, its year.
May assume: an empty database.
Refuses: to fill one twice.
"""

from .building import Planted, PlantedSchool, build

__all__ = ["Planted", "PlantedSchool", "build"]
