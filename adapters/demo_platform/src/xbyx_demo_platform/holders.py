"""Who holds a role: heads from the staff, managers from the school, officers from their posts."""

from __future__ import annotations

from xbyx_rules.hosting import Holders

from .codes import CODES

__all__ = ["HOLDERS"]

HOLDERS = (
    # A post of 1 is the head's; who left is still in the table.
    Holders(
        "jcxx_jzg",
        "gh",
        {"1": "校长"},
        role="zw",
        organisation="xxbsm",
        where={"zzbz": "1"},
    ),
    Holders("jcxx_xx", "yxfzr", "分管负责人", organisation="xxbsm"),
    Holders(
        "sys_gw",
        "gh",
        CODES["gwdm"],
        role="gwdm",
        organisation="jgdm",
        valid_from="qsrq",
        valid_until="zzrq",
        form="YYYYMMDD",
    ),
)
"""Of 区教委督导员 the platform knows nothing: whoever is one says so when logging in."""
