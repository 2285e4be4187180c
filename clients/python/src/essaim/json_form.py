"""The JSON encoding, as docs/PROTOCOL.md has it. Fields that are not known are ignored."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Optional, Sequence

from .errors import MalformedMessageError
from .frame import Frame
from .messages import (
    AGENTS_MAX,
    COMPONENT_NAMES,
    ID_MAX,
    MICROS_MAX,
    Authenticated,
    Component,
    Connected,
    ErrorReply,
    FrequencyUpdate,
    Heartbeat,
    Pong,
    Roster,
    Stats,
    Stream,
    StreamChanged,
    Subscribed,
    Tier,
    check_components,
)
from .json_events import EVENT_READERS, JsonEventEncoder, event, is_event, subscribed
from .json_fields import NUMBERS, Fields
from .json_text import json_text, json_value
from .sbe import TIER_REASONS
from .view import BOX_FACES, FORMS, View

_UINT16_MAX = 2**16 - 1
_UINT32_MAX = 2**32 - 1


class JsonDecoder:
    """Reads what the server sends on one connection. One thread at a time."""

    def __init__(self, columns: Any):
        self._columns = columns
        self._epoch = 0
        self._roster: Optional[Roster] = None
        self._readers = {
            "swarm_update": self._frame,
            "frequency_update": self._frequency_update,
            "roster": self._read_roster,
            "connected": self._connected,
            "heartbeat": self._heartbeat,
            "subscribed": self._subscribed,
            "tier": self._tier,
            "error": self._error,
            "authenticated": self._authenticated,
            "pong": self._pong,
            "stream_changed": self._stream_changed,
            **EVENT_READERS,
        }

    def decode(self, text: str) -> Any:
        """The message; None for one of a type that this client does not know.

        Raises MalformedMessageError for everything that does not follow the protocol.
        """
        if not isinstance(text, str):
            raise MalformedMessageError("a binary message on a JSON connection")
        message = json_value(text)
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise MalformedMessageError("is no object with a type")
        fields = Fields(message)
        read = self._readers.get(message["type"])
        if read is not None:
            return read(fields)
        return event(fields) if is_event(message) else None

    def _frame(self, fields: Fields) -> Frame:
        agents = fields.list("agents", AGENTS_MAX)
        try:
            ids = [agent["id"] for agent in agents]
            labels = [agent["sphere"] for agent in agents]
            values = tuple([agent[name] for agent in agents] for name in COMPONENT_NAMES)
        except (KeyError, TypeError) as error:
            raise MalformedMessageError(f"an agent without one of id, sphere, {', '.join(COMPONENT_NAMES)}") from error
        if self._roster is None or not self._roster.names(ids, labels):
            self._roster = _roster(0, ids, labels, self._columns)
        return Frame(
            fields.whole("seq", _UINT32_MAX),
            fields.whole("time_us", MICROS_MAX),
            fields.whole("frequency", _UINT16_MAX),
            self._epoch,
            self._roster,
            self._columns,
            values=tuple(self._doubles(column) for column in values),
        )

    def _doubles(self, values: list[Any]) -> Any:
        if not NUMBERS.issuperset(map(type, values)):
            raise MalformedMessageError("an agent with a value that is no number")
        try:
            return self._columns.doubles(values)
        except OverflowError as error:
            raise MalformedMessageError("an agent with a value that no double holds") from error

    def _frequency_update(self, fields: Fields) -> FrequencyUpdate:
        return FrequencyUpdate(
            fields.whole("seq", _UINT32_MAX),
            fields.whole("time_us", MICROS_MAX),
            fields.number("frequency"),
            fields.whole("target", _UINT16_MAX),
            fields.of("harmony", bool),
        )

    def _read_roster(self, fields: Fields) -> Roster:
        agents = [Fields.of_object(agent, "an agent") for agent in fields.list("agents", AGENTS_MAX)]
        ids = [agent.whole("id", ID_MAX) for agent in agents]
        return _roster(
            fields.whole("version", _UINT16_MAX), ids, [agent.of("sphere", str) for agent in agents], self._columns
        )

    def _connected(self, fields: Fields) -> Connected:
        stream = _stream(fields)
        self._epoch = stream.epoch
        return Connected(
            fields.whole("frequency", _UINT16_MAX),
            fields.whole("agent_count", _UINT32_MAX),
            fields.of("client_id", str),
            fields.of("server", str),
            fields.choice("form", FORMS),
            fields.whole("stride", _UINT16_MAX, 1),
            fields.whole("heartbeat_ms", _UINT32_MAX),
            fields.whole("time_us", MICROS_MAX),
            stream,
        )

    def _stream_changed(self, fields: Fields) -> StreamChanged:
        stream = _stream(fields)
        self._epoch = stream.epoch
        return StreamChanged(
            fields.whole("frequency", _UINT16_MAX),
            fields.whole("agent_count", _UINT32_MAX),
            fields.whole("stride", _UINT16_MAX, 1),
            fields.whole("time_us", MICROS_MAX),
            fields.of("reason", str),
            stream,
        )

    def _heartbeat(self, fields: Fields) -> Heartbeat:
        return Heartbeat(
            fields.whole("time_us", MICROS_MAX),
            fields.whole("connections", _UINT32_MAX),
            fields.whole("frequency", _UINT16_MAX),
        )

    def _subscribed(self, fields: Fields) -> Any:
        if "swarm" not in fields.values:
            return subscribed(fields)
        swarm = fields.object("swarm")
        fps = swarm.whole("fps", _UINT16_MAX)
        view = View(
            fps,
            swarm.of("agents", str, ""),
            tuple(_labels(swarm)),
            _box(swarm),
            swarm.choice("form", FORMS),
        )
        return Subscribed(fields.of("id", str, ""), fps, swarm.whole("stride", _UINT16_MAX, 1), view)

    def _tier(self, fields: Fields) -> Tier:
        return Tier(
            fields.whole("seq", _UINT32_MAX),
            fields.whole("fps", _UINT16_MAX),
            fields.whole("stride", _UINT16_MAX, 1),
            fields.choice("reason", TIER_REASONS),
        )

    def _error(self, fields: Fields) -> ErrorReply:
        data = fields.object("data")
        return ErrorReply(data.whole("code", _UINT16_MAX), data.of("message", str), fields.of("id", str, ""))

    def _authenticated(self, fields: Fields) -> Authenticated:
        expires = None if fields.values.get("expires_at") is None else _time(fields.of("expires_at", str))
        return Authenticated(fields.of("name", str), expires, fields.of("id", str, ""))

    def _pong(self, fields: Fields) -> Pong:
        t = fields.number("t") if "t" in fields.values else None
        return Pong(t, fields.whole("time_us", MICROS_MAX))


def _roster(version: int, ids: list[Any], labels: list[Any], columns: Any) -> Roster:
    if not {int}.issuperset(map(type, ids)) or (ids and not (min(ids) >= 0 and max(ids) <= ID_MAX)):
        raise MalformedMessageError(f"an agent with an id that is no whole number from 0 to {ID_MAX}")
    if not {str}.issuperset(map(type, labels)):
        raise MalformedMessageError("an agent with a sphere that is no text")
    return Roster(version, ids, labels, columns)


def _stream(fields: Fields) -> Stream:
    stream = fields.object("stream")
    bits = stream.of("value_bits", int)
    if bits not in (16, 32):
        raise MalformedMessageError(f"value_bits={bits}, 16 or 32")
    components = []
    for value in stream.list("components", AGENTS_MAX):
        component = Fields.of_object(value, "a component")
        offset = component.whole("offset", 2**31 - 1, -(2**31))
        components.append(Component(component.of("name", str), component.whole("decimals", 255), offset))
    return Stream(
        stream.whole("epoch", MICROS_MAX),
        stream.whole("ticks_per_second", _UINT16_MAX, 1),
        bits,
        check_components(components),
    )


def _labels(swarm: Fields) -> list[str]:
    labels = swarm.of("spheres", list, [])
    if not {str}.issuperset(map(type, labels)):
        raise MalformedMessageError("spheres with a label that is no text")
    return labels


def _box(swarm: Fields) -> Optional[tuple[float, ...]]:
    if "box" not in swarm.values:
        return None
    box = swarm.of("box", list)
    if len(box) != BOX_FACES or not NUMBERS.issuperset(map(type, box)):
        raise MalformedMessageError(f"box={box!r}, {BOX_FACES} numbers")
    return tuple(Fields({"box": face}).number("box") for face in box)


def _time(text: str) -> datetime:
    try:
        # Before Python 3.11 no Z is known.
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)
    except (OverflowError, ValueError) as error:
        raise MalformedMessageError("expires_at is no time") from error


class JsonEncoder(JsonEventEncoder):
    """Writes what a viewer or a producer sends. Has no state."""

    @staticmethod
    def subscribe(request: str, view: View) -> str:
        return json_text({"type": "subscribe", "id": request, "swarm": view.to_json()})

    @staticmethod
    def auth(request: str, token: str) -> str:
        return json_text({"type": "auth", **({"id": request} if request else {}), "token": token})

    @staticmethod
    def ping(t: Optional[float]) -> str:
        return json_text({"type": "ping"} if t is None else {"type": "ping", "t": t})

    @staticmethod
    def stats(stats: Stats) -> str:
        message: dict[str, Any] = {"type": "stats", "skipped": stats.skipped}
        if stats.age_p50_ms is not None:
            message["age_ms"] = {"p50": round(stats.age_p50_ms, 3), "p99": round(stats.age_p99_ms, 3)}
        message["fps"] = round(stats.fps, 2)
        return json_text(message)

    @staticmethod
    def swarm_state(ids: Sequence[int], labels: Optional[Sequence[str]], columns: Sequence[Sequence[float]]) -> str:
        """`columns` are x, y, z, and frequency where there is one."""
        names = ("id",) + COMPONENT_NAMES[: len(columns)]
        agents = [dict(zip(names, row)) for row in zip(ids, *columns)]
        if labels is not None:
            for agent, label in zip(agents, labels):
                agent["sphere"] = label
        return json_text({"type": "swarm_state", "agents": agents})
