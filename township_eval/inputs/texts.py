"""Identifiers in frames as text: codes and ids keep their leading zeros, numbers become text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from township_eval.language import Text

__all__ = ["Texts", "all_plain", "distinct_texts", "plain", "quoted", "text_of", "texts_of"]

Texts: TypeAlias = NDArray[np.object_]
_EXACT = 2.0**53  # from here on a float is no code any more


def text_of(value: Any) -> str:
    """Return one identifier as text, "" for a blank.

    Examples
    --------
    >>> text_of(" 007 "), text_of(640181100.0), text_of(None)
    ('007', '640181100', '')
    """
    if isinstance(value, str):
        return value.strip()
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, float | np.floating):
        number = float(value)
        if np.isnan(number):
            return ""
        whole = number.is_integer() and abs(number) < _EXACT
        return str(int(number)) if whole else repr(number)
    return str(value).strip()


def quoted(entry: Any) -> Text:
    """Return an entry as a message quotes it: as it was written, a blank said in words.

    Examples
    --------
    >>> quoted(-138.0).zh, quoted("多数").en, quoted(None).en
    ('“-138”', "'多数'", '(blank)')
    """
    text = text_of(entry)
    return Text(f"“{text}”", repr(text)) if text else Text("(空)", "(blank)")


def plain(text: str) -> str:
    """Return a text as it is compared: full-width letters, digits and brackets made half-width.

    Examples
    --------
    >>> plain("００１（街道）")
    '001(街道)'
    """
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def all_plain(texts: Sequence[str]) -> Sequence[str]:
    """Return texts as they are compared; half-width ones, already stripped, as they stand."""
    return texts if "".join(texts).isascii() else [plain(text) for text in texts]


def texts_of(values: pd.Series | pd.Index) -> Texts:
    """Return a column or index of identifiers as text, each distinct value converted once."""
    codes, distinct = distinct_texts(values)
    return distinct[codes]


def distinct_texts(values: pd.Series | pd.Index) -> tuple[NDArray[np.intp], Texts]:
    """Return (place of each row's text among the distinct ones, the distinct texts).

    Blanks are the text "". One text written in two ways (7 and "7") may stand there twice.
    """
    codes, distinct = pd.factorize(values)
    texts = np.empty(len(distinct) + 1, dtype=object)
    # as a list: iterating over pandas' own arrays of text costs ten times as much
    texts[:-1] = [
        value.strip() if value.__class__ is str else text_of(value)
        for value in np.asarray(distinct, dtype=object).tolist()
    ]
    texts[-1] = ""  # factorize gives -1 to blanks, and that is the last place
    return np.asarray(codes, dtype=np.intp), texts
