"""A regular expression in, the same compiled when it is first used out.

A run uses few of the expressions that the program knows; compiling all of them takes longer than a check.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Pattern:
    def __init__(self, expression: str, flags: int) -> None:
        self.expression, self.expression_flags = expression, flags

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(self.expression, self.expression_flags), name)
        setattr(self, name, method)  # the next use finds it here
        return method


def lazy(expression: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, compiled when one of its methods is asked for. An expression that is none raises `re.error` then."""
    return cast("re.Pattern[str]", _Pattern(expression, flags))
