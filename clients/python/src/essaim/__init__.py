"""Watch and publish Essaim streams of moving agents.

    async with essaim.connect("ws://localhost:8001/ws/swarm", fps=30) as swarm:
        async for frame in swarm:
            print(frame.sequence, frame.positions)

    with essaim.publish("ws://localhost:8001/ws/ingest") as swarm:
        while True:
            simulate()
            swarm.send(positions)

    async with essaim.events("ws://localhost:8001/ws/events", types=["agent.*"]) as events:
        async for event in events:
            print(event.room, event.type, event.data)
"""

from .blocking import frames
from .errors import (
    ConnectionLostError,
    EssaimError,
    MalformedMessageError,
    NothingStreamedError,
    QueueFullError,
    RefusedError,
    RequestTimeoutError,
    ServerError,
    TokenError,
)
from .event_following import events
from .event_stream import EventStream
from .event import Event, Gap, PresenceUpdate, Published, StatusSnapshot, SubscribedEvents
from .frame import Frame
from .messages import Authenticated, Component, Connected, Heartbeat, Roster, Stream, StreamChanged, Subscribed, Tier
from .publisher import AsyncPublisher, Publisher, publish, publish_async
from .statistics import Snapshot
from .view import View
from .viewer import Swarm, connect

__all__ = [
    "AsyncPublisher",
    "Authenticated",
    "Component",
    "Connected",
    "ConnectionLostError",
    "EssaimError",
    "Event",
    "EventStream",
    "Frame",
    "Gap",
    "Heartbeat",
    "MalformedMessageError",
    "NothingStreamedError",
    "PresenceUpdate",
    "Published",
    "Publisher",
    "QueueFullError",
    "RefusedError",
    "RequestTimeoutError",
    "Roster",
    "ServerError",
    "Snapshot",
    "StatusSnapshot",
    "Stream",
    "StreamChanged",
    "Subscribed",
    "SubscribedEvents",
    "Swarm",
    "Tier",
    "TokenError",
    "View",
    "connect",
    "events",
    "frames",
    "publish",
    "publish_async",
]
