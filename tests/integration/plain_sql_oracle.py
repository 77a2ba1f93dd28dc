"""What must have become of each school's plan, worked out in plain SQL on the platform's tables.

It shares nothing with the library, the policy document or the adapter: the clauses are written
again, by hand, over the platform's own columns and codes.  Where SQL's NULL reaches a condition,
the answer is NULL, which is "can't be determined".  Runs on SQLite and PostgreSQL.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

__all__ = ["Expected", "work_out"]

# One column a rule: 'met', 'not_met' or 'undetermined'.  Amounts are compared in fen.
RULES = """
WITH jh AS (
    SELECT p.jhbh, p.xxbsm, p.zt, p.yxzt, p.ghpzrq, COALESCE(p.tjrq, '20251013') AS rq,
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
      LEFT JOIN cw_gyjf f ON f.xxbsm = p.xxbsm AND f.nd = 2025
      LEFT JOIN jcxx_jg j ON j.jgdm = p.shjgdm
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
    SELECT jh.jhbh, COUNT(DISTINCT w.wjlx) AS geshu
      FROM jh LEFT JOIN yx_wj w ON w.xxbsm = jh.xxbsm AND w.wjlx IN ('05', '06')
     GROUP BY jh.jhbh
),
mx AS (
    SELECT xxbsm, CASE WHEN COUNT(*) = COUNT(je) THEN SUM(je) END AS heji
      FROM cw_ysmx WHERE nd = 2025 GROUP BY xxbsm
),
hd AS (
    SELECT jh.jhbh,
           COUNT(CASE WHEN REPLACE(CAST(h.hdrq AS VARCHAR(10)), '-', '') < jh.pzrq
                        OR REPLACE(CAST(h.hdrq AS VARCHAR(10)), '-', '') < jh.ghpzrq
                      THEN 1 END) AS zaoyu,
           COUNT(CASE WHEN h.hdbh IS NOT NULL
                       AND (h.hdrq IS NULL OR jh.pzrq IS NULL OR jh.ghpzrq IS NULL)
                      THEN 1 END) AS buming
      FROM jh LEFT JOIN yx_hdjl h ON h.jhbh = jh.jhbh
     GROUP BY jh.jhbh
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
       CASE WHEN jz.geshu = 2 THEN 'met' ELSE 'not_met' END AS mechanisms,
       CASE WHEN jh.sh_xzqh = jh.xzqh THEN 'met' WHEN jh.sh_xzqh <> jh.xzqh THEN 'not_met'
            ELSE 'undetermined' END AS reviewed_in_own_district,
       CASE WHEN hd.zaoyu > 0 THEN 'not_met' WHEN hd.buming > 0 THEN 'undetermined'
            ELSE 'met' END AS approved_before_activity
  FROM jh
  JOIN wj ON wj.jhbh = jh.jhbh
  JOIN jz ON jz.jhbh = jh.jhbh
  JOIN hd ON hd.jhbh = jh.jhbh
  LEFT JOIN gx ON gx.xxbsm = jh.xxbsm
  LEFT JOIN mx ON mx.xxbsm = jh.xxbsm
 ORDER BY jh.jhbh
"""

# At which step of the year which rules are asked, and the state code of a plan stopped there.
STEPS = (
    ("10", ("four_documents", "required_themes")),
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
    ("30", ("funding_floor", "mechanisms", "reviewed_in_own_district")),
    ("40", ("approved_before_activity",)),
)
FILED = "50"


@dataclass(frozen=True)
class Expected:
    """What the tables say: outcome, the state code that must follow, the one there is, and why."""

    outcome: str
    state: str
    state_found: str
    stopped_by: dict[str, str]


def work_out(connection: Connection) -> dict[str, Expected]:
    """For each plan what must have become of it."""
    expected: dict[str, Expected] = {}
    for row in connection.execute(text(RULES)).mappings():
        expected[row["jhbh"]] = Expected("filed", FILED, row["zt"], {})
        for state, rules in STEPS:
            against = {rule: row[rule] for rule in rules if row[rule] != "met"}
            if against:
                outcome = "blocked" if "not_met" in against.values() else "undetermined"
                expected[row["jhbh"]] = Expected(outcome, state, row["zt"], against)
                break
    return expected
