"""Small documents in the bundled vocabulary, to run examples and mutations on."""

from __future__ import annotations

from xbyx_rules import ExecutablePolicy, compile_policy, load_library, read_policy
from xbyx_rules.checking import check_policy

VOCABULARY = load_library().vocabulary
HEAD = """---
policy: cn/draft
title: 试
document: 试〔2025〕1号
kind: 通知
issuer: 试
division: "110000"
adopted: 2025-01-01
in-force: 2025-01-01..
validity: 未核实
status: in-force
---

# 一

"""


def compile_draft(text: str, head: str = HEAD) -> ExecutablePolicy:
    """A document of these headings, read, checked and compiled."""
    policy, problems = read_policy(head + text, "policy.md")
    assert policy is not None, [one.render() for one in problems]
    checked, found = check_policy(policy, VOCABULARY)
    assert checked is not None, [one.render() for one in found]
    return compile_policy(checked)


def requirement(condition: str, examples: str, properties: str = "", subject: str = "学校") -> str:
    """A heading with a condition; `examples` are the lines of its table."""
    return f"""## 一-1 试 {{#rule}}

- 类别: 要求
- 对象: {subject}
- 规范用语: 应当
{properties}
```feel
{condition}
```

{examples.strip()}
"""
