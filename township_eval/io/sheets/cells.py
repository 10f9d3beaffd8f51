"""One cell to one number, or to the reason why not; never a guess.

What is unmistakable is understood (full-width digits, thousands separators, ``98.5%``, ``95分``);
what has two readings is refused: ``≥95``, ``约90``, ``90-95``, ``1,23``, ``(5)``, ``1e3``, ``①``, ``无``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from township_eval.inputs.entries.numbers import YES_NO, ColumnKind
from township_eval.io.grids.grid import brief, text_of
from township_eval.language import Text

__all__ = ["Parsed", "Status", "folded", "is_unit", "parse_cell", "parse_date", "same_unit", "words"]

#: No text at all.
NOTHING: Final = Text("", "")

Status: TypeAlias = Literal["ok", "not_reported", "not_applicable", "refused"]


def words(text: str) -> frozenset[str]:
    """Return a set of words that are written with blanks between them."""
    return frozenset(text.split())


_COUNTERS: Final = words(
    "分 人 户 个 件 亩 吨 次 座 所 家 处 条 项 名 度 辆 台 套 篇 起 例 株 头 只 人次 位 "
    "名次 位次 村 期 场 批 批次 宗 笔 份 张 本 部 册 班 间 栋 幢 口 眼 组 队 对 支 门 轮 "
    "回 卷 幅 届 户次 件次"
)
_MEASURES: Final = words(
    "% ‰ 元 万元 亿元 万人 万亩 公顷 公里 千米 米 平方公里 平方米 天 日 岁 年 月 小时 "
    "百分点 个百分点 是/否 周 季 斤 公斤 千克 克 毫克 升 立方米 万立方米 千瓦 千瓦时 "
    "万千瓦时 亿千瓦时 万户 万吨 万平方米 分贝 年度"
)
_NOT_REPORTED: Final = frozenset({"", "未报", "缺报", "notreported"})
_NOT_APPLICABLE: Final = frozenset({"/", "—", "——", "不适用", "不涉及", "notapplicable"})

_DIGITS: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
# An exponent as programs write it, with a sign and two digits (1e-05); 1e3 is more likely a slip for 13.
_EXPONENT: Final = r"e[+-]\d{2,3}"
_NUMBER: Final = re.compile(rf"([+-]?)\s*({_DIGITS})({_EXPONENT})?\s*(\D*)", re.IGNORECASE)
_BRACKETED: Final = re.compile(rf"\(\s*({_DIGITS})\s*\)")
_PLACE: Final = re.compile(r"第\s*(\d{1,9})\s*[名位]")
_DATE: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?")
_FACTORS: Final = {
    ("万元", "元"): 10**4,
    ("亿元", "元"): 10**8,
    ("亿元", "万元"): 10**4,
    ("万人", "人"): 10**4,
}
_ABSURD_PERCENT: Final = 10.0  # 1000 %: somebody typed 95 into a cell that shows percent


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a cell says.

    Parameters
    ----------
    status : {"ok", "not_reported", "not_applicable", "refused"}
        What it is.
    value : float or str, optional
        The number in the unit of the column; a date as ISO text.
    plain : bool
        Whether the number stood there without any sign of what it means (only these can be in doubt
        in a percent column).
    code, what, hint : str, Text, Text
        Why it is refused.
    """

    status: Status
    value: float | str | None = None
    plain: bool = False
    code: str = ""
    what: Text = NOTHING
    hint: Text = NOTHING


def folded(text: object) -> str:
    """Return text in the one form in which words are compared: NFKC, no blanks at all, lower case.

    Examples
    --------
    >>> folded(" 自来水 普及率(%)"), folded("９５")
    ('自来水普及率(%)', '95')
    """
    return _folded(text_of(text))


# Names and headers recur in every row; parsing a sheet folds each of them many times.
@lru_cache(maxsize=1 << 16)
def _folded(text: str) -> str:
    flat = unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "")
    return re.sub(r"\s+", "", flat).casefold()


def is_unit(text: str) -> bool:
    """Return whether folded *text* is a unit of measure, also compound ones such as ``元/人``."""
    known = _COUNTERS | _MEASURES
    return text in known or ("/" in text and all(part in known for part in text.split("/")))


def same_unit(one: str, other: str) -> bool:
    """Return whether two units of measure are the same as written (nothing is converted)."""
    return _unit(one) == _unit(other)


def _unit(text: str) -> str:
    return folded(text).removeprefix("单位:").removeprefix("单位")


def parse_cell(
    value: object,
    *,
    unit: str = "",
    percent: bool = False,
    error: bool = False,
    accounting: bool = False,
    kind: ColumnKind = "number",
    tokens: dict[str, str | float] | None = None,
) -> Parsed:
    """Return what a cell says in a column of this unit of measure.

    Parameters
    ----------
    value : object
        The cell's value: None, number, text, boolean or date.
    unit : str
        Unit of measure of the column; in a ``%`` column numbers come out on 0-100.
    percent : bool
        Whether the cell is shown in percent, so that 0.95 means 95 %.
    error : bool
        Whether it holds an error value such as ``#DIV/0!``.
    accounting : bool
        Whether its format puts negative numbers in parentheses, so that the text ``(5)`` is -5.
    kind : {"number", "yes_no", "date"}
        What the column holds; ``yes_no`` takes 是 as 1 and 否 as 0.
    tokens : dict, optional
        Words with a meaning here (`folded`): ``not_reported``, ``not_applicable``, or a number.

    Returns
    -------
    Parsed
        The number, or why there is none.

    Examples
    --------
    >>> parse_cell("９８.５％", unit="%").value, parse_cell(0.95, unit="%", percent=True).value
    (98.5, 95.0)
    >>> parse_cell("98.5%").value, parse_cell("1,234", unit="户").value, parse_cell("/").status
    (0.985, 1234.0, 'not_applicable')
    >>> [parse_cell(text).status for text in ("≥95", "90-95", "1,23", "①", "无")]
    ['refused', 'refused', 'refused', 'refused', 'refused']
    """
    if error:
        what = Text(f"单元格是错误值 {value}", f"the cell holds the error {value}")
        return _refused("cell.error", what, Text("请改正公式", "mend the formula"))
    if kind == "date":
        return _date_cell(value)
    if isinstance(value, bool):
        return _yes_no(kind, value=value)
    if isinstance(value, (int, float)):
        return _number_cell(_as_float(value), unit, percent=percent)
    if isinstance(value, (date, datetime)):
        what = Text(
            f"应填数字,却是日期 {text_of(value)}", f"a number is wanted, this is a date: {text_of(value)}"
        )
        return _refused("cell.date", what, Text("请检查单元格格式", "check the format of the cell"))
    text = text_of(value)
    return _word(text, kind, tokens or {}) or _numeral(text, _unit(unit), accounting=accounting)


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of more than 308 digits
        return math.inf


def _refused(code: str, what: Text, hint: Text) -> Parsed:
    return Parsed("refused", None, code=code, what=what, hint=hint)


def _yes_no(kind: ColumnKind, *, value: bool) -> Parsed:
    if kind == "yes_no":
        return Parsed("ok", float(value))
    return _not_a_number(str(value))


def _not_a_number(text: str) -> Parsed:
    text = brief(text)
    return _refused(
        "cell.text",
        Text(f"应填数字,却是“{text}”", f"a number is wanted, not '{text}'"),
        Text(
            "请填一个确定的数;未报请留空,不涉及请填“/”;固定用词可在方案 tokens 里约定",
            "give one definite number; leave it blank if not reported, '/' if not applicable; "
            "the scheme can state what a word means (tokens)",
        ),
    )


def _in_parentheses(text: str) -> Parsed:
    return _refused(
        "cell.text",
        Text(
            f"“{brief(text)}”带括号,分不清是负数还是加注的数",
            f"'{brief(text)}' in parentheses may be a negative number, or a number with a remark",
        ),
        Text(
            "负数请写负号,例如 -5;正数请去掉括号",
            "write a negative number with a minus sign (-5), any other without parentheses",
        ),
    )


def _number_cell(value: float, unit: str, *, percent: bool) -> Parsed:
    if math.isnan(value):
        return Parsed("not_reported")
    if math.isinf(value):
        return _not_a_number(str(value))
    if not percent:
        return Parsed("ok", value, plain=True)
    if abs(value) >= _ABSURD_PERCENT:
        shown = f"{text_of(_times(value, 100))}%"
        what = Text(f"单元格显示为 {shown},是否多乘了 100?", f"the cell shows {shown}: 100 times too much?")
        return _refused("cell.percent", what, Text("请直接填 95%", "write 95%"))
    return Parsed("ok", _times(value, 100) if _unit(unit) == "%" else value)


def _times(value: float, factor: int) -> float:
    # by way of the shortest decimal: 0.985 shown as 98.5 % is 98.5, not 98.50000000000001
    return float(Decimal(repr(value)) * factor)


def _word(text: str, kind: ColumnKind, tokens: dict[str, str | float]) -> Parsed | None:
    """Return what a text says by agreement, None when it must be a numeral."""
    word = folded(text)
    if word in tokens:
        return _token(tokens[word])
    if word in _NOT_REPORTED:
        return Parsed("not_reported")
    if word in _NOT_APPLICABLE:
        return Parsed("not_applicable")
    if kind == "yes_no" and word in YES_NO:
        return Parsed("ok", YES_NO[word])
    # NFKC turns ① into 1 and ½ into 1⁄2: a list number or a fraction would pass for a value
    if any(unicodedata.category(char) in {"No", "Nl"} for char in text):
        return _not_a_number(text)
    return None


def _token(meaning: str | float) -> Parsed:
    if meaning == "not_applicable":
        return Parsed("not_applicable")
    if meaning == "not_reported":
        return Parsed("not_reported")
    return Parsed("ok", float(meaning))


def _numeral(text: str, unit: str, *, accounting: bool) -> Parsed:
    flat = unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "")
    flat = flat.replace("\u2212", "-").strip().strip("'\"‘’“”").strip()
    if place := _PLACE.fullmatch(flat):
        return (
            Parsed("ok", float(place[1])) if unit in {"", "名", "位", "名次", "位次"} else _not_a_number(text)
        )
    if bracketed := _BRACKETED.fullmatch(flat):
        if not accounting:
            return _in_parentheses(text)
        flat = f"-{bracketed[1]}"  # the accountants' way to write a negative number
    match = _NUMBER.fullmatch(flat)
    if match is None:
        return _not_a_number(text)
    sign, digits, exponent, tail = match.groups()
    number = Decimal(sign + digits.replace(",", "") + (exponent or ""))
    if math.isinf(float(number)):
        return _not_a_number(text)
    return _in_unit(number, folded(tail), unit, text)


def _in_unit(  # noqa: PLR0911  one line a way of writing
    number: Decimal, tail: str, unit: str, text: str
) -> Parsed:
    """Return the number in the column's unit; *tail* is the unit written behind it."""
    if not tail:
        return Parsed("ok", float(number), plain=True)
    if tail == unit:
        return Parsed("ok", float(number))
    if tail == "%" and not unit:
        return Parsed("ok", float(number / 100))
    if tail == "万":
        return Parsed("ok", float(number * 10**4))
    if tail in _COUNTERS and not unit:
        return Parsed("ok", float(number))
    if factor := _FACTORS.get((tail, unit)):
        return Parsed("ok", float(number * factor))
    if not is_unit(tail):
        return _not_a_number(text)
    return _refused(
        "cell.unit",
        Text(
            f"“{brief(text)}”的计量单位与本列不符",
            f"the unit of measure of '{brief(text)}' is not the column's",
        ),
        Text(f"本列单位为“{unit or '未注明'}”", f"the column is in '{unit or 'no stated unit'}'"),
    )


def parse_date(value: object) -> str | None:
    """Return a date as ISO text, None when the cell is no date; a bare number is none.

    Examples
    --------
    >>> parse_date("2018年5月10日"), parse_date("2018/5/10"), parse_date("5月上旬")
    ('2018-05-10', '2018-05-10', None)
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    match = _DATE.fullmatch(unicodedata.normalize("NFKC", text_of(value)))
    if match is None:
        return None
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None


def _date_cell(value: object) -> Parsed:
    word = folded(value)
    if word in _NOT_REPORTED:
        return Parsed("not_reported")
    if word in _NOT_APPLICABLE:
        return Parsed("not_applicable")
    if (day := parse_date(value)) is not None:
        return Parsed("ok", day)
    shown = brief(text_of(value))
    what = Text(f"应填日期,却是“{shown}”", f"a date is wanted, not '{shown}'")
    return _refused("cell.date", what, Text("请写成 2018-05-10", "write it as 2018-05-10"))
