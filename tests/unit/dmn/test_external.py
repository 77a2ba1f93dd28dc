"""External functions: a closed list, with the conversions that the signatures say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from xbyx_rules.dmn.external import find_external


@pytest.mark.parametrize(
    ("owner", "signature", "arguments", "expected"),
    [
        ("Math", "max(long,long)", [Decimal(7), Decimal(9)], Decimal(9)),
        ("Math", "max( int , int )", [Decimal("7.5"), Decimal(9)], None),
        ("Math", "sqrt(double)", [Decimal(16)], Decimal(4)),
        ("Math", "sqrt(double)", [Decimal(-1)], None),
        ("Math", "min(float,float)", [Decimal("0.1"), Decimal("0.3")], Decimal("0.1")),
        ("Byte", "valueOf(byte)", [Decimal(128)], None),
        ("Long", "valueOf(java.lang.String)", ["-12"], Decimal(-12)),
        ("Integer", "valueOf(java.lang.String)", ["1e99999999"], None),
        ("Double", "valueOf(java.lang.String)", ["1e999"], None),
        ("String", "valueOf(char)", ["研"], "研"),
        ("String", "valueOf(char)", ["研修"], None),
        ("String", "format(java.lang.String,[Ljava.lang.Object;)", ["%s%%", "研"], "研%"),
        ("String", "format(java.lang.String,[Ljava.lang.Object;)", ["%d", Decimal(1)], None),
        ("String", "format(java.lang.String,[Ljava.lang.Object;)", ["%s"], None),
    ],
)
def test_a_function_gives_what_its_signature_says(
    owner: str, signature: str, arguments: list[Any], expected: Any
) -> None:
    function = find_external(f"java.lang.{owner}", signature)
    assert function is not None
    assert function(*arguments) == expected
