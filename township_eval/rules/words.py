"""What the codes of consequences are called: flags, grades, rectification, openness of results."""

from __future__ import annotations

from typing import Final

from township_eval.language import Text
from township_eval.rules.certainty.words import CERTAINTY_LABELS

__all__ = [
    "CERTAINTIES",
    "ENTRY_STATES",
    "FLAG_KINDS",
    "FLAG_STATES",
    "GRADE_REASONS",
    "SUBJECTS",
    "say_code",
]

#: Column ``certainty`` of flags; earlier versions did not assess it.
CERTAINTIES: Final = {**CERTAINTY_LABELS, "not_assessed": Text("未评定", "not assessed")}

#: Column ``status`` of flags.
FLAG_STATES: Final = {
    "proposed": Text("建议,待研究决定", "proposed, to be decided"),
    "continued": Text("延续,尚未解除", "continued, not cleared"),
    "cleared": Text("已达到解除条件", "exit shown, cleared"),
    "waived": Text("已容错备案,不予适用", "set aside by a waiver"),
    "not_distinguishable": Text("证据不足,未提出", "evidence insufficient, not proposed"),
    "resurvey": Text("样本不足,补充调查", "sample too small, ask again"),
}

#: Column ``kind`` of flags.
FLAG_KINDS: Final = {
    "sanction": Text("处理建议", "measure"),
    "positive": Text("正向建议", "positive proposal"),
    "support": Text("帮扶建议", "support proposal"),
}

#: Column ``subject`` of flags, where the scheme states no words of its own.
SUBJECTS: Final = {
    "township": Text("乡镇(街道)", "township"),
    "team": Text("领导班子", "leadership team"),
    "post": Text("岗位", "post"),
}

#: Column ``status`` of the ledger of rectification.
ENTRY_STATES: Final = {
    "open": Text("整改中", "open"),
    "overdue": Text("逾期", "overdue"),
    "cleared": Text("已达到解除条件,待销号", "exit shown, to be closed"),
    "waived": Text("已容错备案,待销号", "set aside, to be closed"),
    "closed": Text("已销号", "closed"),
}

#: Column ``kind`` of the table of grades, and of what works like a veto.
GRADE_REASONS: Final = {
    "quota": Text("名额", "quota"),
    "requires": Text("必备条件", "requirement"),
    "limiter": Text("等次限制", "limit of the grade"),
    "veto": Text("一票否决", "veto"),
    "coverage": Text("数据覆盖不足", "coverage"),
    "flagged": Text("有处理建议", "flagged"),
    "unless": Text("除外条件", "excluding condition"),
    "block": Text("板块得分折减", "block score cut"),
    "named": Text("名称含“否决”", "called a veto"),
}


def say_code(words: dict[str, Text], code: object) -> Text:
    """Return what a code is called; one that is not known stays as written.

    Examples
    --------
    >>> say_code(FLAG_STATES, "cleared").en, say_code(SUBJECTS, "站所").zh
    ('exit shown, cleared', '站所')
    """
    return words.get(str(code), Text(str(code), str(code)))
