"""The binary encoding, SBE, as docs/PROTOCOL.md has it. Blocks are read by the length they state, so newer fields are skipped."""

from __future__ import annotations

import math
import struct
from datetime import datetime, timezone
from typing import Any, Optional, Sequence

from .delta import DeltaStream
from .errors import MalformedMessageError
from .frame import Frame
from .messages import (
    AGENTS_MAX,
    Authenticated,
    Batch,
    Component,
    Connected,
    Discarded,
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
from .event import Event, EventBatch
from .sbe_bytes import GROUP, Reader, check_micros, header_of, text_of
from .sbe_events import EVENT, EVENT_READERS, SbeEventEncoder
from .view import BATCH_MAX, FORMS, View

TIER_REASONS = ("requested", "slow_client", "overload", "restored")

SWARM_FRAME_16 = 1
SWARM_FRAME_32 = 2
FREQUENCY_UPDATE = 3
DELTA_FRAME = 4
KEYFRAME = 5
REPLAY = 6
BATCH = 7
ROSTER = 10
CONNECTED = 11
HEARTBEAT = 12
SUBSCRIBED = 13
TIER = 14
ERROR = 15
PONG = 16
STREAM_CHANGED = 17
ROSTER_CHANGE = 18
AUTHENTICATED = 28
SUBSCRIBE = 30
PING = 31
STATS = 32
AUTH = 39

_FRAME = struct.Struct("<IQHHH")
_FREQUENCY = struct.Struct("<IQiHB")
_REPLAY = struct.Struct("<I")
_ROSTER = struct.Struct("<HH")
_CONNECTED = struct.Struct("<HIHBBQQHHI")
_HEARTBEAT = struct.Struct("<QIH")
_SUBSCRIBED = struct.Struct("<HHB6d")
_TIER = struct.Struct("<IHHB")
_ERROR = struct.Struct("<H")
_PONG = struct.Struct("<Qd")
_STREAM_CHANGED = struct.Struct("<HIHBQQHH")
_COMPONENT = struct.Struct("<Bi")
_SUBSCRIBE = struct.Struct("<HB6d")
_PING = struct.Struct("<d")
_STATS = struct.Struct("<4I")
_AGENT = struct.Struct("<IH")
_PLACE = struct.Struct("<I")
_AUTHENTICATED = struct.Struct("<Q")
_AUTH = struct.Struct("")

_NO_BOX = (math.nan,) * 6
_OWN_FORM = 255
_NO_AGE = 2**32 - 1
_NEVER = 2**64 - 1


class SbeDecoder:
    """Reads what the server sends on one connection; keeps the stream's grid, the roster with its labels, and what frames of
    the form delta build on. One thread at a time.
    """

    def __init__(self, columns: Any):
        self._columns = columns
        self._stream: Optional[Stream] = None
        self._roster: Optional[Roster] = None
        self._labels: list[str] = []
        self._delta = DeltaStream(columns)
        self._readers = {
            SWARM_FRAME_16: self._frame16,
            SWARM_FRAME_32: self._frame32,
            FREQUENCY_UPDATE: self._frequency_update,
            DELTA_FRAME: self._delta_frame,
            KEYFRAME: self._keyframe,
            REPLAY: self._replay,
            BATCH: self._batch,
            ROSTER: self._read_roster,
            CONNECTED: self._connected,
            HEARTBEAT: self._heartbeat,
            SUBSCRIBED: self._subscribed,
            TIER: self._tier,
            ERROR: self._error,
            PONG: self._pong,
            STREAM_CHANGED: self._stream_changed,
            ROSTER_CHANGE: self._roster_change,
            AUTHENTICATED: self._authenticated,
            **EVENT_READERS,
        }

    def decode(self, data: bytes) -> Any:
        """The message; None for what a viewer has no use of: a type that this client does not know, or what only brings the
        form delta up to date.

        Raises MalformedMessageError for everything that does not follow the protocol; no frame of the form delta can be read
        then until the next keyframe.
        """
        if not isinstance(data, bytes):
            raise MalformedMessageError("a text message on a binary connection")
        reader = Reader(data)
        length, template = reader.header()
        read = self._readers.get(template)
        try:
            return None if read is None else read(reader, length)
        except MalformedMessageError:
            self._delta.end()
            raise

    def _frame16(self, reader: Reader, length: int) -> Any:
        return self._frame(reader, length, 16)

    def _frame32(self, reader: Reader, length: int) -> Any:
        return self._frame(reader, length, 32)

    def _frame(self, reader: Reader, length: int, bits: int) -> Any:
        sequence, time_us, version, _, target = reader.block(length, _FRAME)
        stride, count = reader.group(COMPONENT_BYTES[bits])
        start = reader.skip(stride * count)
        check_micros(time_us)
        if self._stream is None:
            raise MalformedMessageError("a frame before the greeting")
        if self._roster is None or self._roster.version != version:
            return Discarded(version)
        if count != len(self._roster.id_list):
            raise MalformedMessageError(f"a frame of {count} agents, its roster has {len(self._roster.id_list)}")
        integers = self._columns.integers(reader.data, start, count, stride, bits)
        components = self._stream.components
        return Frame(sequence, time_us, target, self._stream.epoch, self._roster, self._columns, integers, components)

    def _keyframe(self, reader: Reader, length: int) -> None:
        sequence, _, version, coded = reader.coded(length)
        if self._stream is None or self._roster is None:
            raise MalformedMessageError("a keyframe before the greeting and its roster")
        self._check_roster(sequence, version)
        self._delta.begin(sequence, coded, len(self._roster.id_list), self._stream.value_bits)

    def _replay(self, reader: Reader, length: int) -> None:
        (sequence,) = reader.block(length, _REPLAY)
        self._delta.replay(sequence)

    def _delta_frame(self, reader: Reader, length: int) -> Any:
        delta = self._delta
        sequence, time_us, version, coded = reader.coded(length)
        if self._stream is None:
            raise MalformedMessageError("a frame before the greeting")
        if not delta.is_following:
            return Discarded(version)
        self._check_roster(sequence, version)
        if not delta.read(sequence, coded):
            return None
        stream = self._stream
        return Frame(
            sequence, time_us, delta.target, stream.epoch, self._roster, self._columns, delta.integers(), stream.components
        )

    def _check_roster(self, sequence: int, version: int) -> None:
        if self._roster.version != version:
            raise MalformedMessageError(f"frame {sequence} of roster {version}, but the newest is {self._roster.version}")

    def _batch(self, reader: Reader, length: int) -> Any:
        reader.skip(length)
        entry, count = reader.group(0)
        frames, ticks, discarded = [], 0, 0
        events: list[Event] = []
        for _ in range(count):
            reader.skip(entry)
            inner = Reader(reader.take_bytes())
            block, template = inner.header()
            if template == ROSTER_CHANGE:
                self._roster_change(inner, block)
            elif template == DELTA_FRAME and ticks < BATCH_MAX and not events:
                ticks += 1
                frame = self._delta_frame(inner, block)
                if isinstance(frame, Frame):
                    frames.append(frame)
                elif frame is not None:
                    discarded += 1
            elif template == EVENT and not ticks:
                events.append(EVENT_READERS[EVENT](inner, block))
            else:
                raise MalformedMessageError(
                    f"a batch with templateId={template}: at most {BATCH_MAX} DeltaFrame, and RosterChange; or Event"
                )
        if events:
            return EventBatch(tuple(events))
        return Batch(tuple(frames), discarded)

    def _roster_change(self, reader: Reader, length: int) -> Any:
        version, _ = reader.block(length, _ROSTER)
        stride, count = reader.group(_PLACE.size)
        start = reader.skip(stride * count)
        removed = [_PLACE.unpack_from(reader.data, start + stride * index)[0] for index in range(count)]
        stride, count = reader.group(_AGENT.size)
        ids, spheres = self._columns.roster(reader.data, reader.skip(stride * count), count, stride)
        if self._roster is None:
            return Discarded(version)
        expected = (self._roster.version + 1) % 65_536
        if version != expected:
            raise MalformedMessageError(f"a change to roster {version}, the next one is {expected}")
        order = list(range(len(self._roster.id_list)))
        for place in removed:
            if place >= len(order):
                raise MalformedMessageError(f"a change that removes place {place}, of {len(order)} agents")
            last = order.pop()
            if place < len(order):
                order[place] = last
        if len(order) + count > AGENTS_MAX:
            raise MalformedMessageError(f"a change to {len(order) + count} agents, at most {AGENTS_MAX}")
        labels = self._labels_of(spheres)
        if self._delta.is_following:
            self._delta.change(order, count)
        self._roster = Roster(
            version,
            [self._roster.id_list[place] for place in order] + ids,
            [self._roster.label_list[place] for place in order] + labels,
            self._columns,
        )
        return self._roster

    def _labels_of(self, spheres: Sequence[int]) -> list[str]:
        if spheres and max(spheres) >= len(self._labels):
            raise MalformedMessageError(f"an agent of label {max(spheres)}, there are {len(self._labels)}")
        return [self._labels[sphere] for sphere in spheres]

    def _frequency_update(self, reader: Reader, length: int) -> FrequencyUpdate:
        sequence, time_us, hundredths, target, harmony = reader.block(length, _FREQUENCY)
        return FrequencyUpdate(sequence, check_micros(time_us), hundredths / 100, target, harmony == 1)

    def _read_roster(self, reader: Reader, length: int) -> Roster:
        version, _ = reader.block(length, _ROSTER)
        self._delta.end()
        self._labels = reader.labels()
        stride, count = reader.group(_AGENT.size)
        start = reader.skip(stride * count)
        ids, spheres = self._columns.roster(reader.data, start, count, stride)
        self._roster = Roster(version, ids, self._labels_of(spheres), self._columns)
        return self._roster

    def _connected(self, reader: Reader, length: int) -> Connected:
        frequency, agents, _, bits, form, epoch, time_us, ticks, stride, heartbeat = reader.block(length, _CONNECTED)
        self._stream = _stream(reader, epoch, ticks, stride, bits)
        self._begin_anew()
        client, server = reader.text(), reader.text()
        return Connected(
            frequency, agents, client, server, _form(form), stride, heartbeat, check_micros(time_us), self._stream
        )

    def _stream_changed(self, reader: Reader, length: int) -> StreamChanged:
        frequency, agents, _, bits, epoch, time_us, ticks, stride = reader.block(length, _STREAM_CHANGED)
        self._stream = _stream(reader, epoch, ticks, stride, bits)
        self._begin_anew()
        return StreamChanged(frequency, agents, stride, check_micros(time_us), reader.text(), self._stream)

    def _begin_anew(self) -> None:
        """No roster and no frame of before counts any more."""
        self._roster = None
        self._delta.end()

    def _heartbeat(self, reader: Reader, length: int) -> Heartbeat:
        time_us, connections, frequency = reader.block(length, _HEARTBEAT)
        return Heartbeat(check_micros(time_us), connections, frequency)

    def _subscribed(self, reader: Reader, length: int) -> Subscribed:
        fps, stride, form, *box = reader.block(length, _SUBSCRIBED)
        labels = reader.labels()
        agents, request = reader.text(), reader.text()
        faces = None if all(map(math.isnan, box)) else tuple(box)
        view = View(fps, agents, tuple(labels), faces, _form(form))
        return Subscribed(request, fps, _check_stride(stride), view)

    def _tier(self, reader: Reader, length: int) -> Tier:
        sequence, fps, stride, reason = reader.block(length, _TIER)
        if reason >= len(TIER_REASONS):
            raise MalformedMessageError(f"tier reason={reason}, from 0 to {len(TIER_REASONS) - 1}")
        return Tier(sequence, fps, _check_stride(stride), TIER_REASONS[reason])

    def _error(self, reader: Reader, length: int) -> ErrorReply:
        (code,) = reader.block(length, _ERROR)
        request, message = reader.text(), reader.text()
        return ErrorReply(code, message, request)

    def _pong(self, reader: Reader, length: int) -> Pong:
        time_us, echo = reader.block(length, _PONG)
        if math.isinf(echo):
            raise MalformedMessageError(f"pong echo={echo}, a finite number, or NaN for none")
        return Pong(None if math.isnan(echo) else echo, check_micros(time_us))

    def _authenticated(self, reader: Reader, length: int) -> Authenticated:
        (expires_us,) = reader.block(length, _AUTHENTICATED)
        # JSON has whole seconds.
        seconds = None if expires_us == _NEVER else check_micros(expires_us) // 1_000_000
        name, request = reader.text(), reader.text()
        return Authenticated(name, None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc), request)


COMPONENT_BYTES = {16: 8, 32: 16}


def _stream(reader: Reader, epoch: int, ticks_per_second: int, stride: int, bits: int) -> Stream:
    _check_stride(stride)
    if bits not in COMPONENT_BYTES:
        raise MalformedMessageError(f"valueBits={bits}, 16 or 32")
    if ticks_per_second == 0:
        raise MalformedMessageError("ticksPerSecond=0, at least 1")
    length, count = reader.group(_COMPONENT.size)
    components = []
    for _ in range(count):
        decimals, offset = reader.block(length, _COMPONENT)
        components.append(Component(reader.text(), decimals, offset))
    return Stream(check_micros(epoch), ticks_per_second, bits, check_components(components))


def _check_stride(stride: int) -> int:
    if stride == 0:
        raise MalformedMessageError("stride=0, at least 1")
    return stride


def _form(number: int) -> str:
    if number >= len(FORMS):
        raise MalformedMessageError(f"form={number}, from 0 to {len(FORMS) - 1}")
    return FORMS[number]


class SbeEncoder(SbeEventEncoder):
    """Writes what a viewer or a producer sends. Has no state."""

    @staticmethod
    def subscribe(request: str, view: View) -> bytes:
        form = _OWN_FORM if view.form is None else FORMS.index(view.form)
        block = _SUBSCRIBE.pack(view.fps, form, *(_NO_BOX if view.box is None else view.box))
        labels = b"".join(map(text_of, view.spheres))
        group = GROUP.pack(0, len(view.spheres)) + labels
        return header_of(_SUBSCRIBE, SUBSCRIBE) + block + group + text_of(view.agents) + text_of(request)

    @staticmethod
    def auth(request: str, token: str) -> bytes:
        return header_of(_AUTH, AUTH) + text_of(token) + text_of(request)

    @staticmethod
    def ping(t: Optional[float]) -> bytes:
        return header_of(_PING, PING) + _PING.pack(math.nan if t is None else t)

    @staticmethod
    def stats(stats: Stats) -> bytes:
        block = _STATS.pack(stats.skipped, _micros(stats.age_p50_ms), _micros(stats.age_p99_ms), round(stats.fps * 100))
        return header_of(_STATS, STATS) + block

    @staticmethod
    def roster(version: int, ids: Sequence[int], labels: Sequence[str]) -> bytes:
        """A label an agent; those that are equal are written once."""
        numbers = {label: number for number, label in enumerate(dict.fromkeys(labels))}
        spheres = GROUP.pack(0, len(numbers)) + b"".join(map(text_of, numbers))
        agents = b"".join(_AGENT.pack(agent, numbers[label]) for agent, label in zip(ids, labels))
        group = GROUP.pack(_AGENT.size, len(ids)) + agents
        return header_of(_ROSTER, ROSTER) + _ROSTER.pack(version, 0) + spheres + group

    @staticmethod
    def frame(sequence: int, time_us: int, version: int, target: int, bits: int, integers: bytes) -> bytes:
        """`integers` are the agents' as they go out: four of `bits` bits for each, little-endian."""
        count = len(integers) // COMPONENT_BYTES[bits]
        template = SWARM_FRAME_16 if bits == 16 else SWARM_FRAME_32
        block = _FRAME.pack(sequence, time_us, version, 0, target)
        return header_of(_FRAME, template) + block + GROUP.pack(COMPONENT_BYTES[bits], count) + integers


def _micros(milliseconds: Optional[float]) -> int:
    return _NO_AGE if milliseconds is None else round(milliseconds * 1000)
