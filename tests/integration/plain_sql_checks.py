"""What each check must find at each school, worked out in plain SQL on the platform's tables.

It shares nothing with the library, the document or the adapter: every check is written again by
hand.  Each query gives the school and one row a hit.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, text

__all__ = ["CHECKS", "count_hits"]

DAY = "20250801"
_DAY_OF_APPROVAL = "REPLACE(CAST(p.pzrq AS VARCHAR(10)), '-', '')"
_HELD = "REPLACE(CAST(h.hdrq AS VARCHAR(10)), '-', '')"
_ACTIVITIES = "yx_hdjl h JOIN yx_jhsb j ON j.jhbh = h.jhbh"


def _plain_name(column: str) -> str:
    """A unit's name without blanks and the city in front, 中学 and 小学 at its end cut short."""
    name = f"REPLACE({column}, ' ', '')"
    name = f"(CASE WHEN {name} LIKE '北京市%' THEN SUBSTR({name}, 4) ELSE {name} END)"
    is_long = f"({name} LIKE '%中学' OR {name} LIKE '%小学')"
    return f"(CASE WHEN {is_long} THEN SUBSTR({name}, 1, LENGTH({name}) - 1) ELSE {name} END)"


CHECKS: dict[str, str] = {
    "held-before-approval": f"""
        SELECT j.xxbsm FROM {_ACTIVITIES} WHERE NOT EXISTS (SELECT 1 FROM yx_jhsb p
         WHERE p.xxbsm = j.xxbsm AND p.xn = j.xn AND {_DAY_OF_APPROVAL} <= {_HELD})""",
    "multi-year-plan-not-approved": f"""
        SELECT j.xxbsm FROM {_ACTIVITIES} WHERE NOT EXISTS (SELECT 1 FROM yx_ghsb p
         WHERE p.xxbsm = j.xxbsm AND {_DAY_OF_APPROVAL} <= {_HELD}
           AND COALESCE(p.ksrq, '0') <= {_HELD} AND COALESCE(p.jsrq, '9') >= {_HELD})""",
    "reviewed-elsewhere": "SELECT xxbsm FROM dd_shjl WHERE jgxzqh <> xxxzqh OR jglb <> '1'",
    "reviewer-of-own-school": """
        SELECT s.xxbsm FROM dd_shjl s JOIN dd_rz r ON r.xxbsm = s.xxbsm AND r.gh = s.shr
         WHERE REPLACE(CAST(s.shrq AS VARCHAR(10)), '-', '') BETWEEN r.qsrq AND r.zzrq""",
    "scheme-not-filed": f"""
        SELECT xxbsm FROM yx_fasb WHERE barq IS NULL
            OR REPLACE(CAST(barq AS VARCHAR(10)), '-', '') > '{DAY}' OR badwdm NOT LIKE 'JW%'""",
    "head-not-principal": """
        SELECT z.xxbsm FROM dd_xzrz z WHERE z.xzzw = '1' AND NOT EXISTS (SELECT 1 FROM dd_rz r
         WHERE r.xxbsm = z.xxbsm AND r.gh = z.gh AND r.zw = '1'
           AND r.qsrq <= z.qsrq AND r.zzrq >= z.zzrq)""",
    "manager-not-in-charge": """
        SELECT z.xxbsm FROM dd_xzrz z WHERE z.xzzw = '2' AND NOT EXISTS (SELECT 1 FROM dd_rz r
         WHERE r.xxbsm = z.xxbsm AND r.gh = z.gh AND r.zw IN ('2', '3') AND r.fgjxbz = 'Y'
           AND r.qsrq <= z.qsrq AND r.zzrq >= z.zzrq)""",
    "broken-chain": """
        SELECT p.xxbsm FROM jcxx_jzg p WHERE p.zzbz = '1' AND p.zw <> '1' AND p.sjgh IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM jcxx_jzg u
         WHERE u.xxbsm = p.xxbsm AND u.zzbz = '1' AND u.gh = p.sjgh
           AND ((p.zw IN ('2', '3') AND u.zw = '1') OR (p.zw IN ('4', '5') AND u.zw IN ('2', '3'))
             OR (p.zw = '6' AND u.zw IN ('4', '5'))))""",
    "documents-missing": f"""
        SELECT x.xxbsm FROM jcxx_xx x WHERE (SELECT COUNT(DISTINCT w.wjlx) FROM yx_wj w
         WHERE w.xxbsm = x.xxbsm AND w.wjlx IN ('01', '02', '03', '04')
           AND COALESCE(w.sxrq, '0') <= '{DAY}' AND COALESCE(w.zzrq, '9') >= '{DAY}') < 4""",
    "credit-without-activity": f"""
        SELECT d.xxbsm FROM dd_xfdj d WHERE NOT EXISTS (SELECT 1 FROM {_ACTIVITIES}
         WHERE h.hdbh = d.hdbh AND j.xxbsm = d.xxbsm)""",
    "credit-without-attendance": """
        SELECT d.xxbsm FROM dd_xfdj d WHERE NOT EXISTS (SELECT 1 FROM dd_cj c
         WHERE c.xxbsm = d.xxbsm AND c.gh = d.gh AND c.hdbh = d.hdbh AND c.sdbz = 'Y')""",
    "credit-without-review": f"""
        SELECT d.xxbsm FROM dd_xfdj d WHERE NOT EXISTS (SELECT 1 FROM dd_shjl s
         WHERE s.xxbsm = d.xxbsm AND s.xn = d.xn AND s.zl = '3'
           AND s.jglb = '1' AND REPLACE(CAST(s.shrq AS VARCHAR(10)), '-', '') <= '{DAY}')""",
    "credit-before-approval": f"""
        SELECT d.xxbsm FROM dd_xfdj d JOIN yx_hdjl h ON h.hdbh = d.hdbh
          JOIN yx_jhsb j ON j.jhbh = h.jhbh AND j.xxbsm = d.xxbsm
         WHERE NOT EXISTS (SELECT 1 FROM yx_jhsb p
         WHERE p.xxbsm = j.xxbsm AND p.xn = j.xn AND {_DAY_OF_APPROVAL} <= {_HELD})""",
    "overlapping-attendance": """
        SELECT a.xxbsm FROM dd_cj a JOIN dd_cj b ON b.xxbsm = a.xxbsm AND b.gh = a.gh
         WHERE a.sdbz = 'Y' AND b.sdbz = 'Y' AND a.hdbh < b.hdbh
           AND a.kssj < b.jssj AND b.kssj < a.jssj""",
    "training-budget-low": "SELECT xxbsm FROM cw_gyjf WHERE nd = 2024 AND jspxf * 20 < gyjfze",
    "operating-funds-zero": "SELECT xxbsm FROM cw_gyjf WHERE nd = 2024 AND gyjfze = 0",
    "training-budget-not-itemised": "SELECT xxbsm FROM cw_gyjf WHERE nd = 2024 AND zxlz = 'N'",
    "budget-inverted": """
        SELECT x.xxbsm FROM jcxx_xx x JOIN cw_gyjf g ON g.xxbsm = x.xxbsm AND g.nd = 2024
         WHERE CAST(ROUND(x.xbyxjf * 100) AS BIGINT) > g.jspxf""",
    "evaluation-unused": "SELECT xxbsm FROM dd_jxpj WHERE xxkh = 'N' OR xzkh = 'N'",
    "theme-gap": """
        SELECT xxbsm FROM yx_jhsb WHERE yxzt IS NOT NULL AND NOT (yxzt LIKE '%T1%'
           AND yxzt LIKE '%T2%' AND yxzt LIKE '%T3%' AND yxzt LIKE '%T4%')""",
    "survey-after-plan": """
        SELECT y.xxbsm FROM yx_yxnd y JOIN yx_jhsb p ON p.jhbh = y.jhbh
         WHERE REPLACE(CAST(y.dyrq AS VARCHAR(10)), '-', '') > p.tjrq""",
    "no-goals": "SELECT xxbsm FROM yx_yxnd WHERE yxmb = ''",
    "activity-not-evaluated": f"SELECT j.xxbsm FROM {_ACTIVITIES} WHERE h.pjbz = 0",
    "archive-gap": f"""
        SELECT y.xxbsm FROM yx_yxnd y JOIN yx_ndpj e ON e.xxbsm = y.xxbsm AND e.xn = y.xn
           AND e.pjlx = '1' AND e.pjrq <= '{DAY}'
         WHERE (SELECT COUNT(DISTINCT d.cllx) FROM yx_dacl d WHERE d.ndbh = y.ndbh) < 4""",
    "evaluated-too-early": f"""
        SELECT DISTINCT y.xxbsm FROM yx_yxnd y JOIN yx_ndpj e ON e.xxbsm = y.xxbsm AND e.xn = y.xn
           AND e.pjlx = '1' JOIN yx_hdjl h ON h.jhbh = y.jhbh WHERE {_HELD} > e.pjrq""",
    "activity-without-theme": f"""
        SELECT j.xxbsm FROM {_ACTIVITIES} JOIN dd_hdsj s ON s.hdbh = h.hdbh
         WHERE NOT EXISTS (SELECT 1 FROM dd_zt z WHERE z.ztbh = s.ztbh AND z.xxbsm = j.xxbsm)""",
    "theme-without-course": """
        SELECT z.xxbsm FROM dd_zt z
         WHERE NOT EXISTS (SELECT 1 FROM dd_kc k WHERE k.kcbh = z.kcbh AND k.xxbsm = z.xxbsm)""",
    "course-without-series": """
        SELECT k.xxbsm FROM dd_kc k
         WHERE NOT EXISTS (SELECT 1 FROM dd_xl x WHERE x.xlbh = k.xlbh AND x.xxbsm = k.xxbsm)""",
    "pairing-without-title": f"""
        SELECT j.xxbsm FROM dd_jd j WHERE '{DAY}' BETWEEN j.qsrq AND j.zzrq
           AND NOT EXISTS (SELECT 1 FROM dd_ch c
         WHERE c.xxbsm = j.xxbsm AND '{DAY}' BETWEEN c.syrq AND c.sxrq)""",
    "alliance-team-size": """
        SELECT xxbsm FROM dd_td
         WHERE LENGTH(cy) - LENGTH(REPLACE(cy, ',', '')) + 1 NOT BETWEEN 5 AND 10""",
    "small-subject-alone": "SELECT xxbsm FROM dd_xk WHERE jss < 5 AND xjtd = 0",
    "same-unit-twice": f"""
        SELECT a.xzqh FROM dd_djdw a JOIN dd_djdw b ON b.xzqh = a.xzqh AND a.djbh < b.djbh
         WHERE {_plain_name("a.dwmc")} = {_plain_name("b.dwmc")}""",
    "same-code-twice": """
        SELECT a.xzqh FROM dd_djdw a JOIN dd_djdw b ON b.xzqh = a.xzqh AND a.djbh < b.djbh
         WHERE a.xxbsm = b.xxbsm""",
}
"""Anchor of the check → SELECT with one row a hit: whose it is."""


def count_hits(connection: Connection) -> Counter[tuple[str, str]]:
    """How many hits each check must have at each school, or district: (anchor, key) → hits."""
    return Counter(
        (anchor, str(row[0]))
        for anchor, query in CHECKS.items()
        for row in connection.execute(text(query))
    )
