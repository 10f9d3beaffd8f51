"""`Coherence`: diagnostics of an index, frozen."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from township_eval.evaluation import Evaluation
from township_eval.language import Text

__all__ = ["Coherence"]

_FRAMES = ("correlations", "importance", "alpha", "components", "loadings", "weights", "findings")


@dataclass(frozen=True, eq=False, repr=False)
class Coherence:
    """How the parts of a result hang together; obtain one with `township_eval.coherence`."""

    evaluation: Evaluation
    correlation_rows: pd.DataFrame
    importance_rows: pd.DataFrame
    alpha_rows: pd.DataFrame
    component_rows: pd.DataFrame
    loading_rows: pd.DataFrame
    weight_rows: pd.DataFrame
    finding_rows: pd.DataFrame
    notes: tuple[Text, ...]

    @property
    def correlations(self) -> pd.DataFrame:
        """Of nodes with the index, with their parent, and among siblings: pearson, spearman, n."""
        return self.correlation_rows.copy()

    @property
    def importance(self) -> pd.DataFrame:
        """Per node what its weight promises and what it does: nominal, of_index, importance, share, ratio."""
        return self.importance_rows.copy()

    @property
    def alpha(self) -> pd.DataFrame:
        """Cronbach's alpha of each dimension's children, and of all indicators."""
        return self.alpha_rows.copy()

    @property
    def components(self) -> pd.DataFrame:
        """Eigenvalues of each dimension's children, largest first."""
        return self.component_rows.copy()

    @property
    def loadings(self) -> pd.DataFrame:
        """Loadings of the components; a component's sign means nothing."""
        return self.loading_rows.copy()

    @property
    def weights(self) -> pd.DataFrame:
        """The scheme's weights beside entropy, CRITIC and CV weights and their leave-one-out range."""
        return self.weight_rows.copy()

    @property
    def findings(self) -> pd.DataFrame:
        """What deserves a look: kind, node, other, value, what, what_en."""
        return self.finding_rows.copy()

    def say(self, lang: str = "zh") -> str:
        """Return what deserves a look as text."""
        return "\n".join(text.say(lang) for text in self._sentences())

    def _sentences(self) -> Iterator[Text]:
        scheme, period = self.evaluation.scheme, self.evaluation.period
        yield Text(f"{scheme.name} {period} 指标一致性", f"Coherence of {scheme.name} {period}")
        yield from self.notes
        for _, row in self.finding_rows.iterrows():
            yield Text(str(row["what"]), str(row["what_en"]))
        if self.finding_rows.empty:
            yield Text(
                "没有发现重复、抵消或与权重明显不符的指标",
                "no indicator repeats, counteracts or belies its weight",
            )
        unstable = self._widest()
        if unstable is not None:
            yield unstable

    def _widest(self) -> Text | None:
        """Say how far data-driven weights move when one unit is left out."""
        rows = self.weight_rows
        spread = {
            name: (rows[f"{name}_high"] - rows[f"{name}_low"]).max() for name in ("entropy", "critic", "cv")
        }
        known = {name: wide for name, wide in spread.items() if wide == wide}  # noqa: PLR0124  NaN is not itself
        if not known:
            return None
        said = [f"{name} {wide:.1%}" for name, wide in known.items()]
        return Text(
            f"数据赋权只供对照:去掉一个单位,权重最多变动 {'、'.join(said)}",
            f"weights from data are a question only: without one unit they move by up to {', '.join(said)}",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON; what is not there is None."""
        found: dict[str, Any] = {
            "period": self.evaluation.period,
            "scheme": self.evaluation.scheme.fingerprint,
            "notes": [{"zh": note.zh, "en": note.en} for note in self.notes],
        }
        for name in _FRAMES:
            frame = getattr(self, name)
            found[name] = frame.astype(object).where(frame.notna(), None).to_dict("records")
        return found

    def __str__(self) -> str:
        return self.say()

    def __repr__(self) -> str:
        return f"<Coherence {self.evaluation.period}: {len(self.finding_rows)} findings>"

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{html.escape(line)}</p>" for line in self.say().splitlines())
        return said + str(self.importance_rows.to_html())
