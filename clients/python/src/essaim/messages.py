"""The protocol's messages as values, the same for both encodings. See docs/PROTOCOL.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional, Sequence

from .errors import MalformedMessageError
from .view import View

SBE_SUBPROTOCOL = "essaim.v1.sbe"
JSON_SUBPROTOCOL = "essaim.v1.json"

AGENTS_MAX = 100_000
ID_MAX = 2**32 - 1
MICROS_MAX = 2**53 - 1
DECIMALS_MAX = 9
COMPONENT_NAMES = ("x", "y", "z", "frequency")


@dataclass(frozen=True)
class Component:
    """How the integers of one component become values: value = (integer + offset) / 10^decimals."""

    name: str
    decimals: int
    offset: int

    @property
    def scale(self) -> int:
        return 10**self.decimals


@dataclass(frozen=True)
class Stream:
    """The stream's description: its epoch, its rate, and the grid of its values."""

    epoch: int
    ticks_per_second: int
    value_bits: int
    components: tuple[Component, ...]


@dataclass(frozen=True)
class Connected:
    """The server's greeting."""

    frequency: int
    agent_count: int
    client_id: str
    server: str
    form: str
    stride: int
    heartbeat_ms: int
    time_us: int
    stream: Stream


@dataclass(frozen=True)
class StreamChanged:
    """The stream begins anew: another epoch, sequences from 0, perhaps other bits."""

    frequency: int
    agent_count: int
    stride: int
    time_us: int
    reason: str
    stream: Stream


class Roster:
    """Who the agents of a frame are, in the frame's order. `ids` and `spheres` are columns, one entry an agent."""

    __slots__ = ("version", "id_list", "label_list", "ids", "spheres")

    def __init__(self, version: int, ids: Sequence[int], labels: Sequence[str], columns: Any):
        self.version = version
        self.id_list = ids
        self.label_list = labels
        self.ids = columns.ids(ids)
        self.spheres = columns.labels(labels)

    def names(self, ids: Sequence[int], labels: Sequence[str]) -> bool:
        return self.id_list == ids and self.label_list == labels

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Roster)
            and self.version == other.version
            and self.names(other.id_list, other.label_list)
        )

    __hash__ = None

    def __repr__(self) -> str:
        return f"Roster(version={self.version}, {len(self.id_list)} agents)"


@dataclass(frozen=True)
class FrequencyUpdate:
    """The swarm's mean frequency, of /ws/frequency."""

    sequence: int
    time_us: int
    frequency: float
    target: int
    harmony: bool


@dataclass(frozen=True)
class Heartbeat:
    """The server lives; `connections` are the open sockets of the whole server."""

    time_us: int
    connections: int
    frequency: int


@dataclass(frozen=True)
class Subscribed:
    """What was granted: the view as the server understands it, and at which rate it comes."""

    id: str
    fps: int
    stride: int
    view: View


@dataclass(frozen=True)
class Tier:
    """The server changed this client's rate, from the frame of `sequence` on.

    `reason` is requested, slow_client, overload or restored.
    """

    sequence: int
    fps: int
    stride: int
    reason: str


@dataclass(frozen=True)
class ErrorReply:
    """An error that leaves the connection open; `id` is empty when it answers no request."""

    code: int
    message: str
    id: str


@dataclass(frozen=True)
class Authenticated:
    """Somebody is logged in by message; `expires` is when that ends unless it is renewed, None when it does not."""

    name: str
    expires: Optional[datetime]
    id: str


@dataclass(frozen=True)
class Pong:
    """The answer to a ping; `t` is None when the ping had none."""

    t: Optional[float]
    time_us: int


@dataclass(frozen=True)
class Stats:
    """What this client saw since its last report: ages in milliseconds, None while none is known."""

    skipped: int
    age_p50_ms: Optional[float]
    age_p99_ms: Optional[float]
    fps: float


@dataclass(frozen=True)
class Batch:
    """The frames of several ticks that came as one message; those that are not to be shown are left out."""

    frames: tuple[Any, ...]
    discarded: int


@dataclass(frozen=True)
class Discarded:
    """A frame of a roster that this client was never told, or one that builds on a keyframe that it was never told."""

    roster_version: int


def check_components(components: Sequence[Component]) -> tuple[Component, ...]:
    """The components, of which the first have to be the known ones."""
    names = tuple(component.name for component in components[: len(COMPONENT_NAMES)])
    if names != COMPONENT_NAMES:
        raise MalformedMessageError(f"components {names}, not {COMPONENT_NAMES}")
    for component in components:
        if component.decimals > DECIMALS_MAX:
            raise MalformedMessageError(f"{component.name} with {component.decimals} decimals, at most {DECIMALS_MAX}")
    return tuple(components)
