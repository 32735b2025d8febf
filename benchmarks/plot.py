"""Cost against members, as SVG: two logarithmic axes, one line a contestant."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

WIDTH: Final = 960
HEIGHT: Final = 560
LEFT, RIGHT, TOP, BOTTOM = 80, 260, 50, 60

_COLOURS: Final = (
    "#1b6ca8",
    "#c0392b",
    "#2e8b57",
    "#8e44ad",
    "#d68910",
    "#16a085",
    "#7f8c8d",
    "#2c3e50",
    "#b9770e",
    "#a93264",
    "#5d6d1e",
    "#e67e9b",
    "#6c5ce7",
)

Line = Sequence[tuple[float, float]]
"""Points: members (0 is a badge) and milliseconds, members ascending."""


def draw(lines: Mapping[str, Line], *, title: str, bold: Sequence[str] = ()) -> str:
    """An SVG document with a line for each name; those in `bold` are drawn thicker, floors ("floor ...") dashed."""
    points = [point for line in lines.values() for point in line]
    sizes = sorted({size for size, _ in points})
    low = math.floor(math.log10(min(cost for _, cost in points)))
    high = math.ceil(math.log10(max(cost for _, cost in points)))
    high = max(high, low + 1)

    def across(size: float) -> float:
        # A badge stands where a record of one member would.
        span = math.log10(max(sizes[-1], 10))
        return LEFT + math.log10(max(size, 1)) / span * (WIDTH - LEFT - RIGHT)

    def down(cost: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(cost) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        '<g font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="28" font-size="16" fill="#222222">{escape(title)}</text>',
    ]
    for power in range(low, high + 1):
        y = down(10.0**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{10.0**power:,g} ms", anchor="end"))
    for size in sizes:
        x = across(size)
        parts.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#eeeeee"/>')
        parts.append(_text(x, HEIGHT - BOTTOM + 20, f"{size:,.0f}" if size else "badge", anchor="middle"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, "signed members of a CLR", anchor="middle"))
    labels = _apart(
        [(name, down(line[-1][1])) for name, line in lines.items() if line[-1:] and line[-1][0] == sizes[-1]]
    )
    for number, (name, line) in enumerate(lines.items()):
        if not line:
            continue
        colour = _COLOURS[number % len(_COLOURS)]
        path = "L".join(f"{across(size):.1f} {down(cost):.1f}" for size, cost in line)
        style = f'stroke="{colour}" stroke-width="{3 if name in bold else 1.5}" fill="none"'
        if name.startswith("floor"):
            style += ' stroke-dasharray="6 4"'
        parts.append(f'<path d="M{path}" {style}/>')
        parts.extend(
            f'<circle cx="{across(size):.1f}" cy="{down(cost):.1f}" r="3" fill="{colour}"/>' for size, cost in line
        )
        end_x, end_y = across(line[-1][0]), down(line[-1][1])
        if line[-1][0] < sizes[-1]:
            parts.append(_text(end_x + 8, end_y - 6, name, colour=colour, bold=name in bold))
            continue
        label_x, label_y = WIDTH - RIGHT + 24, labels[name]
        parts.append(
            f'<path d="M{end_x + 5:.1f} {end_y:.1f}L{label_x - 4} {label_y:.1f}" stroke="{colour}" opacity="0.3"/>'
        )
        parts.append(_text(label_x, label_y + 4, name, colour=colour, bold=name in bold))
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _apart(labels: Sequence[tuple[str, float]], gap: float = 17) -> dict[str, float]:
    """Heights of the labels, moved so that none covers another and all are inside."""
    placed: list[tuple[str, float]] = []
    last = -math.inf
    for name, y in sorted(labels, key=lambda label: label[1]):
        last = max(y, last + gap, TOP)
        placed.append((name, last))
    over = placed[-1][1] - (HEIGHT - BOTTOM) if placed else 0
    if over > 0:
        bound = HEIGHT - BOTTOM
        for at in range(len(placed) - 1, -1, -1):
            name, y = placed[at]
            placed[at] = (name, min(y, bound))
            bound = int(placed[at][1] - gap)
    return dict(placed)


def _text(x: float, y: float, text: str, *, anchor: str = "start", colour: str = "#444444", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{weight}>{escape(text)}</text>'
