"""The fields of a JSON object, each checked as it is read."""

from __future__ import annotations

import math
from typing import Any, Sequence

from .errors import MalformedMessageError

NUMBERS = {int, float}


class Fields:
    """An object's fields, each checked as it is read."""

    __slots__ = ("values",)

    def __init__(self, values: dict[str, Any]):
        self.values = values

    @staticmethod
    def of_object(value: Any, what: str) -> Fields:
        if not isinstance(value, dict):
            raise MalformedMessageError(f"{what} is no object")
        return Fields(value)

    def of(self, name: str, kind: type, default: Any = None) -> Any:
        value = self.values.get(name, default)
        if type(value) is not kind:
            raise MalformedMessageError(f"{name}={value!r} is no {kind.__name__}")
        return value

    def whole(self, name: str, most: int, least: int = 0) -> int:
        value = self.of(name, int)
        if not least <= value <= most:
            raise MalformedMessageError(f"{name}={value}, from {least} to {most}")
        return value

    def number(self, name: str) -> float:
        value = self.values.get(name)
        if type(value) not in NUMBERS:
            raise MalformedMessageError(f"{name}={value!r} is no number")
        try:
            number = float(value)
        except OverflowError as error:
            raise MalformedMessageError(f"{name} is a number that no double holds") from error
        if not math.isfinite(number):
            # What a parser makes of too large an exponent.
            raise MalformedMessageError(f"{name} is a number that no double holds")
        return number

    def choice(self, name: str, choices: Sequence[str]) -> str:
        value = self.values.get(name)
        if value not in choices:
            raise MalformedMessageError(f"{name}={value!r}, one of {', '.join(choices)}")
        return value

    def object(self, name: str) -> Fields:
        return Fields.of_object(self.values.get(name), name)

    def texts(self, name: str, most: int, default: Any = None) -> tuple[str, ...]:
        texts = self.of(name, list, default)
        if len(texts) > most:
            raise MalformedMessageError(f"{name} has {len(texts)} entries, at most {most}")
        if not {str}.issuperset(map(type, texts)):
            raise MalformedMessageError(f"{name} with an entry that is no text")
        return tuple(texts)

    def list(self, name: str, most: int) -> Any:
        value = self.of(name, list)
        if len(value) > most:
            raise MalformedMessageError(f"{name} has {len(value)} entries, at most {most}")
        return value
