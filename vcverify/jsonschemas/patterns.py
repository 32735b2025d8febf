"""How large a regular expression is, before it is compiled.

The validator's regular expressions are those of a linear engine: time grows with the text, but also
with the number of states, and `(a|b){1,2000}` has many.
"""

from __future__ import annotations

import re
from typing import Final

MAX_STATES: Final = 500_000
"""States of all regular expressions of a schema together: 0.1 s to compile."""
STATES_A_STEP: Final = 25
"""States that are passed in one step (0.1 µs), for one character."""
_CLASS_STATES: Final = 1_000
"""States of a Unicode class such as `\\p{L}`."""
_MANY: Final = 1 << 40

_REPEAT: Final = re.compile(r"\{(\d{1,6})(?:,(\d{0,6}))?\}")


def states_of(pattern: str) -> int:
    """About how many states a regular expression compiles to: one a character, repetitions multiplied."""
    sums = [0]
    last = position = 0
    while position < len(pattern):
        character = pattern[position]
        repeat = _REPEAT.match(pattern, position) if character == "{" else None
        if repeat is not None:
            times = max(int(repeat[1]), int(repeat[2] or 0))
            sums[-1] += last * max(times - 1, 0)
            last *= max(times, 1)
            position = repeat.end()
            continue
        if character == "(":
            sums.append(0)
            last = 0
        elif character == ")" and len(sums) > 1:
            last = sums.pop()
            sums[-1] += last
        else:
            width = 1
            last = 1
            if character == "[":
                width = _class_end(pattern, position) - position
            elif character == "\\":
                width = 2
            taken = pattern[position : position + width]
            if "\\p" in taken or "\\P" in taken:
                last = _CLASS_STATES
            sums[-1] += last
            position += width
            continue
        position += 1
        if sums[-1] > _MANY:
            break
    return max(1, min(sum(sums), _MANY))


def _class_end(pattern: str, start: int) -> int:
    """The position after the `]` that ends a character class."""
    position = start + 1
    while position < len(pattern) and pattern[position] != "]":
        position += 2 if pattern[position] == "\\" else 1
    return position + 1
