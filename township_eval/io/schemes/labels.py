"""Chinese labels of the choices in a scheme's workbook: 完成率 stands for ``target``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from township_eval.language import Text
from township_eval.scheme.fields import CHOICES, choice_of

__all__ = ["YES_NO", "as_labels", "as_words", "choices", "meanings"]

#: key of `CHOICES`, word -> what stands in its place
_Change: TypeAlias = Callable[[str, str], Any]

YES_NO: Final = Text("是,否", "yes,no")
# column, or field of an override -> (key of CHOICES, key of the record that holds the word)
_RECORDS: Final = {
    **dict.fromkeys(("method", "scoring"), ("method", "method")),
    **dict.fromkeys(("kind", "source"), ("kind", "kind")),
    "aggregation": ("aggregation", "method"),
}
_POLICIES: Final = ("not_applicable", "missing")
_PARTIAL: Final = "partial"
_PERCENT: Final = re.compile(
    r"按(?:满分的?)?比例\s*(\d{1,3}(?:\.\d{1,12})?)\s*%|按满分的\s*(\d{1,3}(?:\.\d{1,12})?)\s*%"
)


def as_words(key: str, value: Any) -> Any:
    """Return what a cell of a column states in the words of the file.

    Parameters
    ----------
    key : str
        The column's key, outside the tree behind that of its table (``flags.kind``); columns without
        choices are left alone.
    value : object
        The cell's content.

    Examples
    --------
    >>> as_words("method", "完成率"), as_words("missing", {"一类": "零分", "default": "沿用上期"})
    ('target', {'一类': 'zero', 'default': 'previous'})
    >>> as_words("not_applicable", "按比例60%")
    {'partial': 0.6}
    """
    return _changed(key, value, _word)


def as_labels(key: str, value: Any) -> Any:
    """Return plain data of the file with the labels a Chinese sheet shows; `as_words` gives it back.

    Examples
    --------
    >>> as_labels("aggregation", {"method": "power", "p": 2}), as_labels("not_applicable", {"partial": 0.6})
    ({'method': '幂平均', 'p': 2}, '按比例60%')
    """
    return _changed(key, value, _label)


def choices(key: str, lang: str) -> list[str]:
    """Return what the drop-down list of a column offers."""
    if key not in CHOICES:
        return YES_NO.say(lang).split(",")
    if lang == "zh":
        return [choice.label for choice in CHOICES[key].values()]
    return [word if word != _PARTIAL else "{partial: 0.5}" for word in CHOICES[key]]


def meanings(key: str, lang: str) -> str:
    """Return every choice of a column with its meaning, one a line."""
    shown = zip(choices(key, lang), CHOICES[key].values(), strict=True)
    return "\n".join(
        f"{name}:{choice.meaning.zh}" if lang == "zh" else f"{name}: {choice.meaning.en}"
        for name, choice in shown
    )


def _word(key: str, name: str) -> Any:
    percent = (
        _PERCENT.fullmatch(unicodedata.normalize("NFKC", name).strip()) if key == "not_applicable" else None
    )
    return {_PARTIAL: float(percent[1] or percent[2]) / 100} if percent else choice_of(key, name)


def _label(key: str, word: str) -> str:
    known = CHOICES[key].get(word)
    return word if known is None or word == _PARTIAL else known.label


def _changed(key: str, value: Any, change: _Change) -> Any:
    """Return a column's content with every word of a choice changed."""
    if key in _RECORDS:
        family, word = _RECORDS[key]
        if isinstance(value, str):
            return change(family, value)
        named = isinstance(value, Mapping) and isinstance(value.get(word), str)
        return {**value, word: change(family, value[word])} if named else value
    if key in _POLICIES:
        return _policy(key, value, change)
    if key in CHOICES and isinstance(value, str):
        return change(key, value)
    return _nested(key, value, change) if isinstance(value, Mapping) else value


def _nested(key: str, value: Mapping[str, Any], change: _Change) -> Any:
    """Return a cell in flow notation with the words inside it changed."""
    if key == "overrides":
        return {who: _override(given, change) for who, given in value.items()}
    if key == "disclosure":
        return {name: _changed(f"{key}.{name}", one, change) for name, one in value.items()}
    return value


def _override(given: Any, change: _Change) -> Any:
    if not isinstance(given, Mapping):
        return given
    return {field: _changed(field, content, change) for field, content in given.items()}


def _policy(key: str, value: Any, change: _Change) -> Any:
    """Return a policy, or policies by period, class or unit."""
    if isinstance(value, str):
        return change(key, value)
    if not isinstance(value, Mapping):
        return value
    ((first, share),) = value.items() if len(value) == 1 else (("", None),)
    if (
        key == "not_applicable"
        and choice_of(key, str(first)) == _PARTIAL
        and not isinstance(share, str | Mapping)
    ):
        return _partial(share, change)
    return {name: _policy(key, one, change) for name, one in value.items()}


def _partial(share: Any, change: _Change) -> Any:
    """Return a part of full marks: as a percentage where that says the very number, else as it is."""
    stated = {_PARTIAL: share}
    if change is not _label or isinstance(share, bool) or not isinstance(share, int | float):
        return stated
    text = f"按比例{100 * share:.10g}%"
    return text if _word("not_applicable", text) == stated else stated
