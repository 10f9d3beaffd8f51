"""What rules and kinds of the ledger are called, for every place that prints them."""

from __future__ import annotations

from typing import Final

from township_eval.language import Text
from township_eval.rules.ledger.caps import POOL_WORDS
from township_eval.scheme.model import Scheme

__all__ = ["KIND_WORDS", "rule_words"]

#: What a row of the ledger is, by its column ``kind``.
KIND_WORDS: Final[dict[str, Text]] = {
    **{str(name): words for name, words in POOL_WORDS.items()},
    "context": Text("情况调整", "circumstances"),
    "cap": Text("超出封顶", "beyond a cap"),
    "floor": Text("保底", "floor"),
    "ceiling": Text("封顶", "ceiling"),
    "waived": Text("容错免责", "waived"),
    "effect": Text("作用于得分", "acts on a score"),
    "rejected": Text("未获批准的表彰", "honor not approved"),
    "duplicate": Text("同一内容已计", "counted already"),
}
_RULES: Final[dict[str, Text]] = {
    **{str(name): words for name, words in POOL_WORDS.items()},
    "context": Text("情况调整", "circumstances"),
    "points_floor": Text("最低分", "lowest points"),
    "points_ceiling": Text("最高分", "highest points"),
}


def rule_words(scheme: Scheme, rule: str) -> Text:
    """Return what a row of the ledger is about: the item's name, else the pool's or the end's.

    Examples
    --------
    >>> import township_eval as te
    >>> item = {"id": "late", "name": "迟报", "pool": "deduction", "amount": 1}
    >>> scheme = te.read_scheme({"name": "N", "version": "1", "adjustment_items": [item],
    ...                          "index": {"children": [{"id": "a", "weight": 100}]}})
    >>> rule_words(scheme, "late").zh, rule_words(scheme, "bonus").en
    ('迟报', 'bonus')
    """
    for item in scheme.adjustment_items:
        if item.id == rule:
            return Text(item.name or item.id, item.name or item.id)
    return _RULES.get(rule, Text(rule, rule))
