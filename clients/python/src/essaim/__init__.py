"""Watch and publish Essaim streams of moving agents.

    async with essaim.connect("ws://localhost:8001/ws/swarm", fps=30) as swarm:
        async for frame in swarm:
            print(frame.sequence, frame.positions)

    with essaim.publish("ws://localhost:8001/ws/ingest") as swarm:
        while True:
            simulate()
            swarm.send(positions)
"""

from .blocking import frames
from .errors import (
    ConnectionLostError,
    EssaimError,
    MalformedMessageError,
    NothingStreamedError,
    RefusedError,
    RequestTimeoutError,
    ServerError,
)
from .frame import Frame
from .messages import Component, Connected, Heartbeat, Roster, Stream, StreamChanged, Subscribed, Tier
from .publisher import AsyncPublisher, Publisher, publish, publish_async
from .statistics import Snapshot
from .view import View
from .viewer import Swarm, connect

__all__ = [
    "AsyncPublisher",
    "Component",
    "Connected",
    "ConnectionLostError",
    "EssaimError",
    "Frame",
    "Heartbeat",
    "MalformedMessageError",
    "NothingStreamedError",
    "Publisher",
    "RefusedError",
    "RequestTimeoutError",
    "Roster",
    "ServerError",
    "Snapshot",
    "Stream",
    "StreamChanged",
    "Subscribed",
    "Swarm",
    "Tier",
    "View",
    "connect",
    "frames",
    "publish",
    "publish_async",
]
