"""A school year of the district, 2024-2025, driven through the ledger, all five flows of it.

In spring the schools have their multi-year plans (规划) reviewed and survey what teachers need; in
autumn the annual plans (年度计划) go round, at most three times, and the implementation schemes
(实施方案) are filed; what is approved is carried out until May, evaluated in June, and in July
credits are recognised (学分认定) and the archive is closed (归档).  Who is stopped learns why, and
corrects what it can and will.

Takes: an engine of a platform that `build` filled, and a ledger on it.
Gives: `run_year`, how each subject of each flow ended.
May assume: nobody else writes meanwhile.
Refuses: nothing; all instants, command ids and choices follow from the platform's seed.
"""

from .results import Progress, SubjectResult, YearOutcome, YearResult
from .running import run_year

__all__ = ["Progress", "SubjectResult", "YearOutcome", "YearResult", "run_year"]
