"""Grades: reachable, in order, with possible places, and not resting on themselves."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from township_eval.language import Text, listed
from township_eval.scheme.check.draft import Draft
from township_eval.scheme.check.judging.stated import ANY_FLAG, asks_grade, barring, check_names, parsed
from township_eval.scheme.measures import is_sanction
from township_eval.scheme.model import Grade, Quota
from township_eval.scheme.parse.refusals import Path

__all__ = ["check_grades"]


def check_grades(draft: Draft) -> None:
    """Grades stand from best to worst, each can be reached, and quotas are possible."""
    grades = draft.scheme.grades
    check_names(draft, "grades", "name")
    for at, (better, worse) in enumerate(pairwise(grades), start=1):
        _check_order(draft, better, worse, ("grades", at, "at_least"))
    for at, grade in enumerate(grades):
        _check_quota(draft, grade, at, last=at == len(grades) - 1)
        _check_circle(draft, grade, at)
    if grades:
        _check_ends(draft, grades[0], grades[-1])
    coverage = draft.scheme.minimum_coverage
    if coverage is not None and not 0 <= coverage <= 1:
        what = Text(f"数据覆盖率应在 0 到 1 之间,现为 {coverage:g}", f"coverage is 0 to 1, not {coverage:g}")
        draft.error("grades.coverage", ("minimum_coverage",), what, Text("80% 写 0.8", "write 80% as 0.8"))


def _check_order(draft: Draft, better: Grade, worse: Grade, path: Path) -> None:
    if worse.at_least > better.at_least:
        what = Text(
            f"{worse.name}({worse.at_least:g})排在 {better.name}({better.at_least:g})之后,起点却更高",
            f"{worse.name} ({worse.at_least:g}) stands below {better.name} ({better.at_least:g}) "
            "but starts higher",
        )
        draft.error("grades.order", path, what, Text("由高到低排列", "write the best first"))
    elif worse.at_least == better.at_least and better.quota is None:
        what = Text(
            f"{worse.name} 与 {better.name} 起点相同,无法评到",
            f"{worse.name} starts where {better.name} does: unreachable",
        )
        draft.error("grades.unreachable", path, what, Text("改起点分", "change a cut point"))


def _check_ends(draft: Draft, highest: Grade, lowest: Grade) -> None:
    scheme = draft.scheme
    if highest.at_least > scheme.scale:
        what = Text(
            f"{highest.name} 起点 {highest.at_least:g} 高于满分 {scheme.scale:g}",
            f"{highest.name} starts at {highest.at_least:g}, above full marks {scheme.scale:g}",
        )
        hint = Text("只有加分才能达到", "only bonus points reach it")
        draft.warn("grades.unreachable", ("grades", 0, "at_least"), what, hint)
    if lowest.at_least > 0:
        what = Text(f"低于 {lowest.at_least:g} 分没有等次", f"below {lowest.at_least:g} there is no grade")
        hint = Text("最后一等的起点写 0", "let the last grade start at 0")
        draft.warn("grades.gap", ("grades", len(scheme.grades) - 1, "at_least"), what, hint)


# ---- places --------------------------------------------------------------------------------------
def _check_quota(draft: Draft, grade: Grade, at: int, *, last: bool) -> None:
    quota, path = grade.quota, ("grades", at, "quota")
    if quota is None:
        return
    if (quota.count is None) == (quota.share is None):
        what = Text("名额写 count 或 share 中的一个", "a quota is either a count or a share")
        hint = Text("写 {count: 3},或写 {share: 0.3}", "write {count: 3} or {share: 0.3}")
        draft.error("quota.kind", path, what, hint)
    if quota.count is not None and quota.count < 0:
        what = Text(f"名额是负数:{quota.count}", f"the count is negative: {quota.count}")
        draft.error("quota.count", path, what, Text("写 0 或正整数", "write a whole number from 0 up"))
    if quota.share is not None and not 0 <= quota.share <= 1:
        what = Text(f"比例应在 0 到 1 之间,现为 {quota.share:g}", f"a share is 0 to 1, not {quota.share:g}")
        draft.error("quota.share", path, what, Text("30% 写 0.3", "write 30% as 0.3"))
    if last:
        what = Text(
            f"{grade.name} 是最后一等,超出名额的没有等次",
            f"{grade.name} is the last grade: beyond its quota there is none",
        )
        draft.warn("quota.last", path, what, Text("最后一等不设名额", "give the last grade no quota"))
    _check_places(draft, grade, quota, path)


def _check_places(draft: Draft, grade: Grade, quota: Quota, path: Path) -> None:
    """Point out more places than there are units: such a quota limits nobody."""
    units = draft.scheme.units
    if quota.count is None or not units:
        return
    sizes = Counter(unit.group for unit in units) if quota.per == "group" else Counter({"": len(units)})
    few = {group: size for group, size in sizes.items() if quota.count > size}
    if not few:
        return
    said = [f"{group} {size}".strip() for group, size in few.items()]
    what = Text(
        f"{grade.name} 的名额 {quota.count} 个,多于参评单位数({listed(said).zh}),起不到限制作用",
        f"{grade.name} has {quota.count} places, more than there are units ({listed(said).en}): "
        "the quota limits nobody",
    )
    hint = Text("改小名额,或写比例 {share: 0.3}", "state fewer places, or a share: {share: 0.3}")
    draft.warn("quota.units", path, what, hint)


# ---- circles -------------------------------------------------------------------------------------
def _check_circle(draft: Draft, grade: Grade, at: int) -> None:
    """Refuse a grade that would have to be known before it can be given."""
    hint = Text(
        "改用得分或名次,如 adjusted < 60;上期的等次可写 previous(grade, 1)",
        "ask for a score or rank instead (adjusted < 60), or for the last period's: previous(grade, 1)",
    )
    own = [("unless", barring(grade)), *((("requires", i), text) for i, text in enumerate(grade.requires))]
    for key, text in own:
        condition = parsed(text)
        if condition is not None and asks_grade(condition):
            path = ("grades", at, *((key,) if isinstance(key, str) else key))
            what = Text(
                f"{grade.name} 的条件又要看本期等次", f"{grade.name} depends on the grade of the same period"
            )
            draft.error("grades.circular", path, what, hint)
    asking = _flags_that_ask(draft) if grade.unless == ANY_FLAG else []
    if asking:
        what = Text(
            f"{grade.name} 要看有无预警,而预警 {listed(asking).zh} 又要看等次",
            f"{grade.name} depends on flags, and of these {listed(asking).en} depends on the grade",
        )
        draft.error("grades.circular", ("grades", at, "unless"), what, hint)


def _flags_that_ask(draft: Draft) -> list[str]:
    found = []
    for flag in draft.scheme.flags:
        texts = (flag.condition, flag.clear_when) if is_sanction(flag) else ()
        conditions = [condition for condition in map(parsed, texts) if condition is not None]
        if any(asks_grade(condition) for condition in conditions):
            found.append(flag.id)
    return found
