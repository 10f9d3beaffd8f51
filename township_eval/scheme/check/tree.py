"""Ids, units, classes, and who a node is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from township_eval.errors import did_you_mean
from township_eval.language import Text
from township_eval.methods.varying import Varying
from township_eval.scheme.check.draft import Draft, Plain
from township_eval.scheme.conditions import RESERVED
from township_eval.scheme.model import Dimension, Node
from township_eval.scheme.parse.refusals import Path
from township_eval.scheme.periods import months_of

__all__ = ["check_applicability", "check_ids", "check_multipliers", "check_tree", "check_units"]

_UNIQUE = Text("每个编号只能用一次", "use every id once")
_OTHER_ID = Text("换一个编号", "choose another id")


def check_ids(draft: Draft) -> None:
    """Ids of nodes are unique and mean nothing else in a condition."""
    seen: dict[str, Path] = {}
    for node in draft.nodes:
        path = draft.path(node)
        if node.id in seen:
            first = draft.where(seen[node.id])
            what = Text(f"编号 {node.id} 重复,另一处在 {first}", f"id {node.id!r} is also used at {first}")
            draft.error("id.twice", (*path, "id"), what, _UNIQUE)
        seen.setdefault(node.id, path)
        _check_id(draft, node.id, (*path, "id"))
    for section in ("flags", "vetoes"):
        for at, rule in enumerate(getattr(draft.scheme, section)):
            _check_id(draft, rule.id, (section, at, "id"))


def _check_id(draft: Draft, name: str, path: Path) -> None:
    if name in RESERVED:
        what = Text(f"{name} 是条件用语,不能作编号", f"{name!r} is a word of the condition language")
        draft.error("id.reserved", path, what, _OTHER_ID)
    if "`" in name or "\n" in name:
        what = Text(f"编号 {name!r} 含有反引号或换行", f"id {name!r} holds a backtick or a line break")
        draft.error("id.characters", path, what, Text("去掉它", "remove it"))


def check_units(draft: Draft) -> None:
    """Names of units are unambiguous, and every unit belongs to a class that exists."""
    scheme = draft.scheme
    groups = [group.id for group in scheme.groups]
    if "default" in groups:
        what = Text("default 不能作类别编号", "'default' is no id of a class")
        draft.error("group.default", ("groups", "default"), what, _OTHER_ID)
    called = Counter(
        name for unit in scheme.units for name in dict.fromkeys((unit.code, unit.name, *unit.aliases))
    )
    for unit in scheme.units:
        path = ("units", unit.code)
        for name in dict.fromkeys((unit.code, unit.name, *unit.aliases)):
            if called[name] > 1:
                what = Text(f"{name} 指多个单位", f"{name!r} means more than one unit")
                draft.error("unit.name_twice", path, what, Text("名称、别名须各不相同", "make names differ"))
            if name in groups:
                what = Text(f"{name} 既是类别又是单位", f"{name!r} is both a class and a unit")
                draft.error("unit.name_group", path, what, Text("改一个名称", "rename one"))
        if groups and unit.group not in groups:
            _no_group(draft, unit.name, unit.group, groups, (*path, "group"))
        if not groups and unit.group:
            what = Text(f"方案没有类别 {unit.group}", f"the scheme has no class {unit.group!r}")
            draft.error(
                "unit.group",
                (*path, "group"),
                what,
                Text("在 groups 中写明类别和理由", "add it to groups, with its reason"),
            )
    filled = {unit.group for unit in scheme.units}
    for group in groups:
        if scheme.units and group not in filled:
            what = Text(f"类别 {group} 没有单位", f"class {group!r} has no unit")
            hint = Text("删去这个类别,或把单位归入它", "remove the class, or put units into it")
            draft.warn("group.empty", ("groups", group), what, hint)
    _check_sites(draft)


def _no_group(draft: Draft, name: str, group: str, groups: list[str], path: Path) -> None:
    if group:
        what = Text(f"{name} 的类别 {group} 不存在", f"{name}: there is no class {group!r}")
        draft.error("unit.group", path, what, did_you_mean(group, groups))
    else:
        what = Text(f"{name} 没有类别", f"{name} has no class")
        draft.error("unit.group", path, what, did_you_mean("", groups))


def _check_sites(draft: Draft) -> None:
    for site in draft.scheme.sites:
        path = ("sites", site.place)
        if site.place in draft.names.codes:
            what = Text(f"{site.place} 已是单位名称", f"{site.place} is already the name of a unit")
            draft.error("site.unit", path, what, Text("删去这一条", "remove it"))
        _known_units(draft, site.units, path, sites=False)


def check_tree(draft: Draft) -> None:
    """Dimensions have children enough; headers of two indicators cannot be mistaken."""
    for node in draft.nodes:
        if not isinstance(node, Dimension):
            continue
        path = draft.path(node)
        if not node.children:
            what = Text(f"{node.name} 没有下级指标", f"{node.name} has no children")
            draft.error(
                "tree.empty",
                (*path, "children"),
                what,
                Text("补上指标,或删去这一级", "add children, or remove it"),
            )
        elif not 0 <= node.minimum_children <= len(node.children):
            what = Text(
                f"至少要 {node.minimum_children} 个下级,但只有 {len(node.children)} 个",
                f"at least {node.minimum_children} children are required, there are {len(node.children)}",
            )
            hint = Text(
                f"写 0 到 {len(node.children)} 之间的整数",
                f"write a whole number from 0 to {len(node.children)}",
            )
            draft.error("tree.minimum", (*path, "minimum_children"), what, hint)
    called = Counter(name for leaf in draft.leaves for name in {leaf.id, leaf.name, *leaf.aliases})
    for leaf in draft.leaves:
        shared = sorted(name for name in {leaf.name, *leaf.aliases} if called[name] > 1)
        if shared:
            what = Text(f"{shared[0]} 指多个指标", f"{shared[0]!r} means more than one indicator")
            hint = Text("表头会认不出是哪一个,请改名称或别名", "a header could mean either: rename one")
            draft.warn("id.name_twice", (*draft.path(leaf), "name"), what, hint)


def check_multipliers(draft: Draft) -> None:
    """Dimensions are multiplied by indicators, which count twice only where somebody wants that."""
    for plain in draft.plains:
        inside = _inside(plain.scheme.index)
        for position, node in enumerate(plain.scheme.nodes()):
            if isinstance(node, Dimension) and node.multiplier is not None:
                path = (*draft.path_of(position), "multiplier", "by")
                _check_by(draft, plain, node, node.multiplier.by, path)
                _check_twice(draft, node, inside[node.id].get(node.multiplier.by), path)


def _check_by(draft: Draft, plain: Plain, node: Dimension, by: str, path: Path) -> None:
    leaves = [leaf.id for leaf in draft.leaves]
    if by in leaves:
        return
    if by in draft.ids:
        what = Text(f"{by} 不是指标,不能作 {node.name} 的系数", f"{by!r} is no indicator: it cannot multiply")
        hint = Text("写一个末级指标的编号", "write the id of an indicator")
    else:
        what = Text(f"没有 {by} 这个指标", f"there is no indicator {by!r}")
        hint = did_you_mean(by, leaves)
    draft.error_in(plain, "multiplier.unknown", path, what, hint)


def _check_twice(draft: Draft, node: Dimension, leaf: Node | None, path: Path) -> None:
    """Warn of an indicator that counts in a dimension and multiplies it as well."""
    if leaf is None or (not isinstance(leaf.weight, Varying) and not leaf.weight):
        return
    what = Text(
        f"{leaf.name} 既在 {node.name} 内计分,又作它的系数",
        f"{leaf.name} counts in {node.name} and multiplies it as well",
    )
    hint = Text("确认不是重复计分;只作系数的,权重写 0", "with weight 0 it multiplies only")
    draft.warn("multiplier.twice", path, what, hint)


def _inside(node: Node) -> dict[str, dict[str, Node]]:
    """Return for every dimension at and below a node the indicators below it, by id."""
    found: dict[str, dict[str, Node]] = {}
    for child in node.children if isinstance(node, Dimension) else ():
        found |= _inside(child)
        found.setdefault(node.id, {}).update(found.get(child.id, {child.id: child}))
    return found


def check_applicability(draft: Draft) -> None:
    """Units, classes and periods that nodes name exist."""
    for node in draft.nodes:
        path = draft.path(node)
        _known_units(draft, node.applies_to, (*path, "applies_to"), sites=True)
        _check_overrides(draft, node, path)
        for at, due in enumerate(node.due_in):
            if months_of(due) is None:
                what = Text(f"{due} 不是可排序的期别", f"{due!r} is not a period that can be ordered")
                hint = Text("写成 Q2、H1、06、2018-Q4 这样", "write Q2, H1, 06 or 2018-Q4")
                draft.warn("due_in.period", (*path, "due_in", at), what, hint)


def _check_overrides(draft: Draft, node: Node, path: Path) -> None:
    for override in node.overrides:
        if draft.scheme.units and override.who not in draft.places:
            what = Text(f"没有 {override.who} 这个类别或单位", f"there is no class or unit {override.who!r}")
            draft.error(
                "override.unknown",
                (*path, "overrides", override.who),
                what,
                did_you_mean(override.who, sorted(draft.places)),
            )
        if not override.fields:
            what = Text(
                f"{override.who} 的差别规定没有内容", f"the override for {override.who} changes nothing"
            )
            hint = Text("写明改动的项目,或删去这一条", "state what changes, or remove it")
            draft.warn("override.empty", (*path, "overrides", override.who), what, hint)


def _known_units(draft: Draft, names: Iterable[str], path: Path, *, sites: bool) -> None:
    if not draft.scheme.units:
        return
    for at, name in enumerate(names):
        if name not in draft.names.codes and not (sites and name in draft.names.sites):
            known = {*draft.names.codes, *(draft.names.sites if sites else ())}
            what = Text(f"没有 {name} 这个单位", f"there is no unit {name!r}")
            draft.error("unit.unknown", (*path, at), what, did_you_mean(name, sorted(known)))
