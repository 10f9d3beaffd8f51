"""The names by which rows of events and waivers mean a rule: each means one thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from township_eval.language import Text
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.events import POOL_NAMES
from township_eval.scheme.parse.refusals import Path

__all__ = ["check_rule_names"]

_SECTIONS: Final = {
    "adjustment_items": Text("加减分项目", "an adjustment item"),
    "vetoes": Text("一票否决事项", "a veto"),
    "limiters": Text("等次限制", "a limiter"),
    "flags": Text("预警", "a flag"),
}
_LEAF: Final = Text("指标", "an indicator")
# Rows may name a pool itself.
_POOLS: Final = {name: pool for pool, names in POOL_NAMES.items() for name in names}


def check_rule_names(draft: Draft) -> None:
    """Ids differ over indicators, items, vetoes, limiters and flags; shared names are pointed out."""
    meant: dict[str, tuple[str, Text]] = {leaf.id: ("index", _LEAF) for leaf in draft.leaves}
    for section, path, name in _ids(draft):
        kind = _SECTIONS[section]
        if name in _POOLS:
            zh = POOL_NAMES[_POOLS[name]][-1]
            what = Text(f"{name} 已指不分项的{zh}", f"{name!r} already means the pool {_POOLS[name]}")
            draft.error("rule.reserved", path, what, Text("换一个编号", "choose another id"))
        before, other = meant.setdefault(name, (section, kind))
        if before != section:
            what = Text(
                f"{name} 既是{other.zh}又是{kind.zh},数据表中会认不出是哪一个",
                f"{name!r} is {other.en} and {kind.en}: rows of data could mean either",
            )
            draft.error("rule.twice", path, what, Text("改一个编号", "rename one of them"))
    _check_shared(draft)


def _ids(draft: Draft) -> Iterator[tuple[str, Path, str]]:
    for section in _SECTIONS:
        for at, one in enumerate(getattr(draft.scheme, section)):
            yield section, (section, at, "id"), one.id


def _check_shared(draft: Draft) -> None:
    """Point out two things that an event may mean and that have one name."""
    called: dict[str, str] = {}
    for section, path, identity in _ids(draft):
        if section == "flags":
            continue
        name = getattr(draft.scheme, section)[path[1]].name
        other = called.setdefault(name, identity) if name and name != identity else identity
        if other != identity:
            what = Text(f"{other} 和 {identity} 同名:{name}", f"{other} and {identity} share the name {name}")
            hint = Text("事件表请按编号填写,或改一个名称", "let rows of events give the id, or rename one")
            draft.warn("rule.same_name", (*path[:-1], "name"), what, hint)
