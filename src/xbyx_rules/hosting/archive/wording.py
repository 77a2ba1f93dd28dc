"""What an archive says of itself to whoever opens it without us."""

from __future__ import annotations

from typing import Final

__all__ = ["METADATA_NAMES", "README"]

METADATA_NAMES: Final = {
    "subject": "对象",
    "title": "题名",
    "organisation": "责任者",
    "retention": "保管期限",
    "archived_on": "归档日期",
    "formed_from": "形成日期（起）",
    "formed_to": "形成日期（止）",
    "confidentiality": "密级",
    "fonds": "全宗号",
    "number": "档号",
    "remarks": "附注",
}
"""The metadata's names in the words of the archives, packed with them."""

README: Final = """\
归档包
======

这是一个对象（例如一份年度计划）的归档包。
包里的文件原样存放，没有压缩，没有加密，用任何 ZIP 工具都能打开。

metadata.json          元数据：题名、责任者、保管期限、日期等；names 是各项的中文名
process/timeline.*     过程信息：何时、何人、办了什么、写了什么意见（json 供机器读，txt 供人读）
process/record.jsonl   台账中这个对象的记录，每步一行，含摘要；怎样核验见引擎文档 ledger-export.md
receipts/              每一步据以判定的事实、参数和结论（回执），核查所见，提交时的内容
files/                 随步骤提交的文件；在平台上的编号见 manifest.json 的 reference
manifest.json          清单：以上每个文件的大小、SHA-256、媒体类型、来源
SHA256SUMS             同样的摘要，连同清单的：在解开的文件夹里运行 sha256sum -c SHA256SUMS

依规删除的内容不在包里；过程信息写明哪里删除过。清单的摘要应另行保存：只有它能显示整个包被重做过。


Archive package
===============

The archive of one subject, such as an annual plan. Files lie in it as they are, neither compressed
nor encrypted; any ZIP tool opens it.

metadata.json          title, organisation, retention, dates; `names` has their Chinese names
process/timeline.*     what was done, when, by whom, with which opinion (json and text)
process/record.jsonl   the subject's record in the ledger, a step a line, with digests
receipts/              what each step was decided on (receipts), what checks have found, and what
                       was submitted (versions)
files/                 the files that came with the steps, numbered; `reference` in manifest.json
manifest.json          size, SHA-256, media type and origin of every file above
SHA256SUMS             the same digests and the manifest's own: sha256sum -c SHA256SUMS

What was erased on record is not in the package. Keep the manifest's digest elsewhere: only that
shows whether the whole package was made anew.
"""
