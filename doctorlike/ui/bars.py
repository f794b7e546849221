"""Columns of amounts by month or kind, computed here and drawn by `ui/parts/bar_chart.html`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

FEW = 8


@dataclass(frozen=True, slots=True)
class _Bar:
    label: str
    text: str
    current: bool
    x: float
    y: float
    height: float
    middle: float
    text_at: float


def bar_chart(bars: Iterable[Any], label: str) -> dict[str, Any]:
    """Columns with a table for screen readers. Each bar has `.label`, `.value` (Money, Decimal or int, not negative),
    `.text` and `.current`; objects or mappings."""
    given = [_Given.of(bar) for bar in bars]
    most = max((bar.value for bar in given), default=Decimal(0)) or Decimal(1)
    # A year of months must stay readable in a phone's width.
    step, thick, tall = (46.0, 30.0, 110.0) if len(given) <= FEW else (27.0, 18.0, 110.0)
    width = max(len(given) * step, step)
    drawn = []
    for place, bar in enumerate(given):
        height = round(float(bar.value / most) * tall, 1)
        height = max(height, 3.0) if bar.value else 0.0
        x = (step - thick) / 2 + place * step
        drawn.append(
            _Bar(
                bar.label,
                bar.text,
                bar.current,
                x,
                24 + tall - height,
                height,
                x + thick / 2,
                _kept_inside(x + thick / 2, len(bar.text), width),
            )
        )
    return {"bars": drawn, "label": label, "width": width, "thick": thick, "base": 24 + tall}


def _kept_inside(middle: float, letters: int, width: float) -> float:
    """The centre of a text that should stand at `middle` but must not be cut; a figure takes some 6.5 units."""
    half = min(letters * 3.3, width / 2)
    return round(min(max(middle, half), width - half), 1)


@dataclass(frozen=True, slots=True)
class _Given:
    label: str
    value: Decimal
    text: str
    current: bool

    @classmethod
    def of(cls, bar: Any) -> _Given:
        def read(name: str, default: Any = "") -> Any:
            return bar.get(name, default) if isinstance(bar, Mapping) else getattr(bar, name, default)

        value = read("value")
        return cls(
            str(read("label")),
            Decimal(getattr(value, "amount", value)),
            str(read("text") or value),
            bool(read("current", False)),
        )
