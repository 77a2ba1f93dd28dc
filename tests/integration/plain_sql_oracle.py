"""What must have become of each school's year, worked out in plain SQL on the platform's tables.

It shares nothing with the library, the policy document or the adapter: the clauses are written
again, by hand, over the platform's own columns and codes.  Where SQL's NULL reaches a condition,
the answer is NULL, which is "can't be determined".  Runs on SQLite and PostgreSQL.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

__all__ = ["Expected", "work_out"]

# One column a rule: 'met', 'not_met' or 'undetermined'.  Amounts are compared in fen.
ANNUAL_PLANS = """
WITH jh AS (
    SELECT p.jhbh, p.xxbsm, p.zt, p.yxzt, p.ghbh,
           REPLACE(h.pzrq, '-', '') AS ghpzrq, h.ksrq, h.jsrq, '20250630' AS rq,
           REPLACE(CAST(p.pzrq AS VARCHAR(10)), '-', '') AS pzrq,
           x.xzqh, x.xzgh, CAST(ROUND(x.xbyxjf * 100) AS BIGINT) AS ysfen,
           COALESCE(g.clbz, 0) AS clbz, g.zzgh,
           m.zw AS fzr_zw, m.fgjxbz,
           f.gyjfze, f.jspxf, f.zxlz,
           j.xzqh AS sh_xzqh
      FROM yx_jhsb p
      JOIN jcxx_xx x ON x.xxbsm = p.xxbsm
      LEFT JOIN yx_ldxz g ON g.xxbsm = p.xxbsm
      LEFT JOIN jcxx_jzg m ON m.gh = x.yxfzr
      LEFT JOIN cw_gyjf f ON f.xxbsm = p.xxbsm AND f.nd = 2024
      LEFT JOIN jcxx_jg j ON j.jgdm = p.shjgdm
      LEFT JOIN yx_ghsb h ON h.ghbh = p.ghbh
),
zz AS (SELECT gh, xxbsm, zw, sjgh FROM jcxx_jzg WHERE zzbz = '1'),
gx AS (
    SELECT r.xxbsm,
           SUM(CASE WHEN r.zw = '1' THEN 1 ELSE 0 END) AS xz,
           SUM(CASE WHEN r.zw IN ('2', '3') THEN 1 ELSE 0 END) AS fxz,
           SUM(CASE WHEN r.zw = '4' THEN 1 ELSE 0 END) AS jyzz,
           SUM(CASE WHEN r.zw = '5' THEN 1 ELSE 0 END) AS njzz,
           SUM(CASE WHEN r.zw <> '1' AND r.sjgh IS NULL THEN 1 ELSE 0 END) AS weitian,
           SUM(CASE WHEN r.zw <> '1' AND r.sjgh IS NOT NULL AND NOT EXISTS (
                   SELECT 1 FROM zz s
                    WHERE s.xxbsm = r.xxbsm AND s.gh = r.sjgh
                      AND ((r.zw IN ('2', '3') AND s.zw = '1')
                        OR (r.zw IN ('4', '5') AND s.zw IN ('2', '3'))
                        OR (r.zw = '6' AND s.zw IN ('4', '5')))
               ) THEN 1 ELSE 0 END) AS duan
      FROM zz r
     GROUP BY r.xxbsm
),
wj AS (
    SELECT jh.jhbh,
           COUNT(DISTINCT CASE WHEN w.sxrq <= jh.rq AND jh.rq <= w.zzrq THEN w.wjlx END) AS youxiao,
           COUNT(DISTINCT CASE WHEN (w.sxrq IS NULL OR w.sxrq <= jh.rq)
                                AND (w.zzrq IS NULL OR jh.rq <= w.zzrq) THEN w.wjlx END) AS keneng
      FROM jh LEFT JOIN yx_wj w ON w.xxbsm = jh.xxbsm AND w.wjlx IN ('01', '02', '03', '04')
     GROUP BY jh.jhbh
),
jz AS (
    SELECT jh.jhbh,
           COUNT(DISTINCT CASE WHEN w.sxrq <= jh.rq AND jh.rq <= w.zzrq THEN w.wjlx END) AS youxiao,
           COUNT(DISTINCT CASE WHEN (w.sxrq IS NULL OR w.sxrq <= jh.rq)
                                AND (w.zzrq IS NULL OR jh.rq <= w.zzrq) THEN w.wjlx END) AS keneng
      FROM jh LEFT JOIN yx_wj w ON w.xxbsm = jh.xxbsm AND w.wjlx IN ('05', '06')
     GROUP BY jh.jhbh
),
mx AS (
    SELECT xxbsm, CASE WHEN COUNT(*) = COUNT(je) THEN SUM(je) END AS heji
      FROM cw_ysmx WHERE nd = 2024 GROUP BY xxbsm
)
SELECT jh.jhbh, jh.zt,
       CASE WHEN wj.youxiao = 4 THEN 'met' WHEN wj.keneng = 4 THEN 'undetermined'
            ELSE 'not_met' END AS four_documents,
       CASE WHEN jh.yxzt IS NULL THEN 'undetermined'
            WHEN ',' || jh.yxzt || ',' LIKE '%,T1,%' AND ',' || jh.yxzt || ',' LIKE '%,T2,%'
             AND ',' || jh.yxzt || ',' LIKE '%,T3,%' AND ',' || jh.yxzt || ',' LIKE '%,T4,%'
            THEN 'met' ELSE 'not_met' END AS required_themes,
       CASE WHEN jh.clbz = 1 AND jh.zzgh = jh.xzgh THEN 'met'
            WHEN NOT (jh.clbz = 1 AND jh.zzgh = jh.xzgh) THEN 'not_met'
            ELSE 'undetermined' END AS group_headed_by_principal,
       CASE WHEN jh.clbz = 1 AND jh.zzgh = jh.xzgh AND jh.fzr_zw IN ('2', '3')
             AND jh.fgjxbz = 'Y' THEN 'met'
            WHEN NOT (jh.clbz = 1 AND jh.zzgh = jh.xzgh AND jh.fzr_zw IN ('2', '3')
             AND jh.fgjxbz = 'Y') THEN 'not_met'
            ELSE 'undetermined' END AS leading_group,
       CASE WHEN jh.fzr_zw IN ('2', '3') THEN 'met' WHEN jh.fzr_zw NOT IN ('2', '3') THEN 'not_met'
            ELSE 'undetermined' END AS manager,
       CASE WHEN gx.xz = 0 OR gx.fxz = 0 OR gx.jyzz = 0 OR gx.njzz = 0 OR gx.duan > 0 THEN 'not_met'
            WHEN gx.weitian > 0 THEN 'undetermined' ELSE 'met' END AS layered_network,
       CASE WHEN jh.ysfen > 0 AND mx.heji = jh.ysfen AND jh.ysfen <= jh.jspxf THEN 'met'
            WHEN NOT (jh.ysfen > 0 AND mx.heji = jh.ysfen AND jh.ysfen <= jh.jspxf) THEN 'not_met'
            ELSE 'undetermined' END AS budget_made,
       CASE WHEN jh.gyjfze IS NULL OR jh.gyjfze <= 0 THEN 'undetermined'
            WHEN jh.jspxf * 20 >= jh.gyjfze AND jh.zxlz = 'Y' THEN 'met'
            WHEN NOT (jh.jspxf * 20 >= jh.gyjfze AND jh.zxlz = 'Y') THEN 'not_met'
            ELSE 'undetermined' END AS funding_floor,
       CASE WHEN jz.youxiao = 2 THEN 'met' WHEN jz.keneng = 2 THEN 'undetermined'
            ELSE 'not_met' END AS mechanisms,
       CASE WHEN jh.sh_xzqh = jh.xzqh THEN 'met' WHEN jh.sh_xzqh <> jh.xzqh THEN 'not_met'
            ELSE 'undetermined' END AS reviewed_in_own_district,
       -- Which plan is relied on may be missing; one never approved stops the annual plan.
       CASE WHEN jh.ghbh IS NULL THEN 'undetermined'
            WHEN jh.ghpzrq IS NULL OR jh.ksrq > '20240901' OR jh.jsrq < '20250831' THEN 'not_met'
            WHEN jh.ksrq <= '20240901' AND jh.jsrq >= '20250831' THEN 'met'
            ELSE 'undetermined' END AS school_year_covered
  FROM jh
  JOIN wj ON wj.jhbh = jh.jhbh
  JOIN jz ON jz.jhbh = jh.jhbh
  LEFT JOIN gx ON gx.xxbsm = jh.xxbsm
  LEFT JOIN mx ON mx.xxbsm = jh.xxbsm
 ORDER BY jh.jhbh
"""

MULTI_YEAR_PLANS = """
SELECT p.ghbh, p.zt,
       CASE WHEN COALESCE(g.clbz, 0) = 1 AND g.zzgh = x.xzgh THEN 'met'
            WHEN NOT (COALESCE(g.clbz, 0) = 1 AND g.zzgh = x.xzgh) THEN 'not_met'
            ELSE 'undetermined' END AS group_headed_by_principal,
       CASE WHEN j.xzqh = x.xzqh THEN 'met' WHEN j.xzqh <> x.xzqh THEN 'not_met'
            ELSE 'undetermined' END AS multi_year_plan_reviewed_in_own_district
  FROM yx_ghsb p
  JOIN jcxx_xx x ON x.xxbsm = p.xxbsm
  LEFT JOIN yx_ldxz g ON g.xxbsm = p.xxbsm
  LEFT JOIN jcxx_jg j ON j.jgdm = p.shjgdm
 ORDER BY p.ghbh
"""

# The scheme's flow asks no rule about the school; who may file it is a matter of the district.
SCHEMES = """
SELECT p.fabh, p.zt,
       CASE WHEN j.xzqh = x.xzqh THEN 'met' ELSE 'not_met' END AS scheme_filing
  FROM yx_fasb p
  JOIN jcxx_xx x ON x.xxbsm = p.xxbsm
  LEFT JOIN jcxx_jg j ON j.jgdm = p.badwdm
 ORDER BY p.fabh
"""

# The days are those of the last attempt at each step.
TRAINING_YEARS = """
WITH nd AS (
    SELECT n.ndbh, n.zt, n.jhbh, n.yxzt, n.yxmb,
           REPLACE(CAST(n.dyrq AS VARCHAR(10)), '-', '') AS dyrq, p.tjrq,
           REPLACE(CAST(p.pzrq AS VARCHAR(10)), '-', '') AS pzrq,
           REPLACE(g.pzrq, '-', '') AS ghpzrq,
           z.pjrq AS zprq, q.pjrq AS qprq
      FROM yx_yxnd n
      JOIN yx_jhsb p ON p.jhbh = n.jhbh
      LEFT JOIN yx_ghsb g ON g.ghbh = n.ghbh
      LEFT JOIN yx_ndpj z ON z.xxbsm = n.xxbsm AND z.xn = n.xn AND z.pjlx = '1'
      LEFT JOIN yx_ndpj q ON q.xxbsm = n.xxbsm AND q.xn = n.xn AND q.pjlx = '2'
),
hd AS (
    SELECT nd.ndbh, COUNT(h.hdbh) AS cishu,
           COUNT(CASE WHEN h.pjbz = 0 THEN 1 END) AS weiping,
           COUNT(CASE WHEN h.hdbh IS NOT NULL AND h.pjbz IS NULL THEN 1 END) AS buming
      FROM nd LEFT JOIN yx_hdjl h ON h.jhbh = nd.jhbh
     GROUP BY nd.ndbh
),
da AS (
    SELECT nd.ndbh, COUNT(DISTINCT d.cllx) AS leishu
      FROM nd LEFT JOIN yx_dacl d ON d.ndbh = nd.ndbh AND d.cllx IN ('1', '2', '3', '4')
     GROUP BY nd.ndbh
)
SELECT nd.ndbh, nd.zt,
       CASE WHEN nd.dyrq <= '20241028' THEN 'met' WHEN nd.dyrq > '20241028' THEN 'not_met'
            ELSE 'undetermined' END AS survey_held,
       CASE WHEN nd.yxzt = '' OR nd.yxmb = '' THEN 'not_met'
            WHEN nd.yxzt IS NULL OR nd.yxmb IS NULL THEN 'undetermined'
            ELSE 'met' END AS themes_and_goals,
       CASE WHEN nd.dyrq <= nd.tjrq THEN 'met' WHEN nd.dyrq > nd.tjrq THEN 'not_met'
            ELSE 'undetermined' END AS survey_before_plan,
       CASE WHEN nd.pzrq > '20241030' OR nd.ghpzrq > '20241030' THEN 'not_met'
            WHEN nd.pzrq IS NULL OR nd.ghpzrq IS NULL THEN 'undetermined'
            ELSE 'met' END AS plan_approved_first,
       CASE WHEN hd.cishu > 0 THEN 'met' ELSE 'not_met' END AS activities_held,
       CASE WHEN hd.weiping > 0 THEN 'not_met' WHEN hd.buming > 0 THEN 'undetermined'
            ELSE 'met' END AS activities_evaluated,
       CASE WHEN nd.zprq > '20250711' OR nd.qprq > '20250711' THEN 'not_met'
            WHEN nd.zprq IS NULL OR nd.qprq IS NULL THEN 'undetermined'
            ELSE 'met' END AS year_evaluated,
       CASE WHEN da.leishu = 4 THEN 'met' ELSE 'not_met' END AS archive_complete
  FROM nd
  JOIN hd ON hd.ndbh = nd.ndbh
  JOIN da ON da.ndbh = nd.ndbh
 ORDER BY nd.ndbh
"""

# Only schools that held an activity after the approval have credits to recognise.  The sets of
# credit rules: 145 is the one in force in July 2025.
CREDIT_RECOGNITIONS = """
WITH jl AS (
    SELECT r.rdbh,
           COUNT(CASE WHEN l.schdrq < REPLACE(CAST(p.pzrq AS VARCHAR(10)), '-', '')
                        OR l.schdrq < REPLACE(g.pzrq, '-', '')
                      THEN 1 END) AS zaoyu,
           COUNT(CASE WHEN l.jlbh IS NOT NULL
                       AND (l.schdrq IS NULL OR p.pzrq IS NULL OR g.pzrq IS NULL)
                      THEN 1 END) AS buming
      FROM yx_xfrd r
      JOIN yx_jhsb p ON p.jhbh = r.jhbh
      LEFT JOIN yx_ghsb g ON g.ghbh = r.ghbh
      LEFT JOIN yx_xfjl l ON l.rdbh = r.rdbh
     GROUP BY r.rdbh
),
qr AS (
    SELECT r.rdbh, COUNT(t.gh) AS queren
      FROM yx_xfrd r
      LEFT JOIN jcxx_jzg t ON t.xxbsm = r.xxbsm AND t.zzbz = '1' AND NOT EXISTS (
           SELECT 1 FROM yx_xfjl l WHERE l.rdbh = r.rdbh AND l.gh = t.gh)
     GROUP BY r.rdbh
)
SELECT r.rdbh, r.zt,
       CASE WHEN qr.queren > 0 OR r.rdyj <> '145' THEN 'not_met'
            WHEN r.rdyj IS NULL THEN 'undetermined' ELSE 'met' END AS credits_recognised,
       CASE WHEN jl.zaoyu > 0 THEN 'not_met' WHEN jl.buming > 0 THEN 'undetermined'
            ELSE 'met' END AS credits_after_approval,
       CASE WHEN j.xzqh = x.xzqh THEN 'met' WHEN j.xzqh <> x.xzqh THEN 'not_met'
            ELSE 'undetermined' END AS credits_reviewed_in_own_district
  FROM yx_xfrd r
  JOIN jcxx_xx x ON x.xxbsm = r.xxbsm
  JOIN jl ON jl.rdbh = r.rdbh
  JOIN qr ON qr.rdbh = r.rdbh
  LEFT JOIN jcxx_jg j ON j.jgdm = r.shjgdm
 ORDER BY r.rdbh
"""

# Schools with an approved plan and an activity on or after the day of approval, up to July 2025.
WITH_CREDITS = """
SELECT DISTINCT p.xxbsm
  FROM yx_jhsb p
  JOIN yx_hdjl h ON h.jhbh = p.jhbh
 WHERE p.pzrq IS NOT NULL AND h.hdrq >= p.pzrq
   AND REPLACE(CAST(h.hdrq AS VARCHAR(10)), '-', '') <= '20250701'
"""


@dataclass(frozen=True)
class Flow:
    """A flow as the platform knows it: its query, its steps, the state code at its end.

    A step is the state code of what waits for it, and the rules that are asked there.
    """

    query: str
    steps: tuple[tuple[str, tuple[str, ...]], ...]
    end: str


FLOWS = {
    "规划": Flow(
        MULTI_YEAR_PLANS,
        (
            ("20", ("group_headed_by_principal",)),
            ("30", ("multi_year_plan_reviewed_in_own_district",)),
        ),
        "40",
    ),
    "年度计划": Flow(
        ANNUAL_PLANS,
        (
            ("10", ("required_themes",)),
            (
                "20",
                (
                    "group_headed_by_principal",
                    "leading_group",
                    "manager",
                    "layered_network",
                    "budget_made",
                ),
            ),
            (
                "30",
                ("funding_floor", "mechanisms", "reviewed_in_own_district", "school_year_covered"),
            ),
            ("40", ("four_documents",)),
        ),
        "50",
    ),
    "实施方案": Flow(SCHEMES, (("2", ("scheme_filing",)),), "3"),
    "研修年度": Flow(
        TRAINING_YEARS,
        (
            ("10", ("survey_held",)),
            ("20", ("themes_and_goals",)),
            ("30", ("survey_before_plan", "plan_approved_first")),
            ("40", ("activities_held",)),
            ("50", ("activities_evaluated", "year_evaluated")),
            ("60", ("archive_complete",)),
        ),
        "70",
    ),
    "年度学分认定": Flow(
        CREDIT_RECOGNITIONS,
        (
            ("B", ("credits_recognised", "credits_after_approval")),
            ("C", ("credits_reviewed_in_own_district",)),
        ),
        "E",
    ),
}


@dataclass(frozen=True)
class Expected:
    """What the tables say: outcome, the state code that must follow, the one there is, and why."""

    outcome: str
    state: str
    state_found: str
    stopped_by: dict[str, str]


def work_out(connection: Connection, entity: str) -> dict[str, Expected]:
    """For each subject of a flow, by its key, what must have become of it."""
    flow = FLOWS[entity]
    expected: dict[str, Expected] = {}
    for row in connection.execute(text(flow.query)).mappings():
        key, found = str(row[next(iter(row))]), row["zt"]
        expected[key] = Expected("done", flow.end, found, {})
        for state, rules in flow.steps:
            against = {rule: row[rule] for rule in rules if row[rule] != "met"}
            if against:
                outcome = "blocked" if "not_met" in against.values() else "undetermined"
                expected[key] = Expected(outcome, state, found, against)
                break
    return expected


def schools_with_credits(connection: Connection) -> set[str]:
    """The schools that have credits to recognise."""
    return {code for (code,) in connection.execute(text(WITH_CREDITS))}
