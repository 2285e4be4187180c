"""JSON as the protocol has it: no NaN, no infinities, nothing deeper than what a reader takes."""

from __future__ import annotations

import json
from typing import Any, Union

from .errors import MalformedMessageError


def json_value(text: Union[str, bytes]) -> Any:
    """Raises MalformedMessageError for what is no JSON."""
    try:
        return json.loads(text if isinstance(text, str) else text.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedMessageError(f"is not JSON: {error}") from error


def json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")
