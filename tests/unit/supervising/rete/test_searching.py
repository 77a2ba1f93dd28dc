"""What the engine says it found is looked at again before it counts."""

from __future__ import annotations

from datetime import date

import pytest

from tests.strategies.checks import compile_text, write_document
from xbyx_rules import UNKNOWN, Complete
from xbyx_rules.deciding import Evaluation
from xbyx_rules.supervising.plans import plan_check
from xbyx_rules.supervising.reference import Joining
from xbyx_rules.supervising.rete import Disputed, Job, encode, read_hits

ROWS = (("甲类", "a", ""), ("乙类", "b", "b.组 = a.组"), ("无 乙类", "c", "c.名 = a.名"))
FIRST = ({"号": "1", "组": "p", "名": "x"}, {"号": "2", "组": "q", "名": "x"})
SECOND = ({"号": "3", "组": "q", "名": "y"}, {"号": "4", "组": "p", "名": "y"})


def joined(rows: tuple[tuple[str, str, str], ...] = ROWS, name: object = "y") -> Joining:
    policy = compile_text(write_document(rows))
    second = ({**SECOND[0], "名": name}, SECOND[1])
    records = {"甲类": Complete(FIRST), "乙类": Complete(second)}
    names = Evaluation(policy, "", {}, records, date(2026, 3, 2))
    return Joining(plan_check(policy.clauses["c0"].checked), names)


def ids(job: Job, a: int, b: int) -> dict[str, str]:
    """The engine's way to say that two records match, by their numbers in the lists."""
    of = {source: fact["id"] for fact, source in zip(job.facts, job.sources, strict=False)}
    return {"g": str(job.facts[-1]["id"]), "a0": str(of["a", a]), "a1": str(of["b", b])}


def test_hits_are_put_in_the_order_of_the_rule() -> None:
    joining = joined()
    job = encode(joining)
    is_clear, hits = read_hits(joining, job, [ids(job, 1, 0), ids(job, 0, 1)])
    assert is_clear is False
    assert [(hit["a"]["号"], hit["b"]["号"]) for hit in hits] == [("1", "4"), ("2", "3")]


def test_one_hit_found_by_several_alternatives_is_one() -> None:
    joining = joined()
    job = encode(joining)
    _, hits = read_hits(joining, job, [ids(job, 1, 0), ids(job, 1, 0)])
    assert len(hits) == 1


def test_nothing_found_is_clear() -> None:
    joining = joined()
    assert read_hits(joining, encode(joining), []) == (True, [])


@pytest.mark.parametrize("denied", ["join", "absent"])
def test_a_hit_that_the_rule_denies_is_disputed(denied: str) -> None:
    joining = joined(name="x" if denied == "absent" else "y")
    job = encode(joining)
    found = ids(job, 1, 0) if denied == "absent" else ids(job, 0, 0)
    with pytest.raises(Disputed) as error:
        read_hits(joining, job, [found])
    assert error.value.diagnostic.code == "XR810"
    assert error.value.diagnostic.place is not None


def test_a_hit_without_one_of_its_records_is_disputed() -> None:
    joining = joined()
    job = encode(joining)
    found = ids(job, 1, 0)
    del found["a1"]
    with pytest.raises(Disputed):
        read_hits(joining, job, [found])


def test_where_a_field_is_not_known_nothing_is_called_clear() -> None:
    joining = joined(ROWS[:2], name=UNKNOWN)
    assert encode(joining).is_certain  # the field isn't read
    rows = (ROWS[0], ("乙类", "b", "b.名 = a.名"))
    joining = joined(rows, name=UNKNOWN)
    assert read_hits(joining, encode(joining), []) == (UNKNOWN, [])


def test_with_an_absent_row_and_a_field_that_is_not_known_nothing_is_told() -> None:
    joining = joined(name=UNKNOWN)
    job = encode(joining)
    assert read_hits(joining, job, [ids(job, 1, 0)]) == (UNKNOWN, [])
