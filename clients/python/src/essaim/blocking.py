"""Watching without an event loop of one's own."""

from __future__ import annotations

from typing import Any, Iterator

from .frame import Frame
from .transport import LoopThread
from .viewer import connect


def frames(url: str, **options: Any) -> Iterator[Frame]:
    """The frames of a stream, for scripts: `for frame in essaim.frames(url, fps=10): …`

    Takes what `connect` takes. The connection is read on a thread of its own, so that the newest frame is what the loop
    gets, however long its body takes; it is closed when the loop ends. Raises what iterating over `connect` raises.
    """
    thread = LoopThread("essaim-frames")
    try:
        swarm = connect(url, **options)
        thread.call(swarm.__aenter__())
        try:
            while True:
                frame = thread.call(_next(swarm))
                if frame is None:
                    return
                yield frame
        finally:
            thread.call(swarm.close())
    finally:
        thread.close()


async def _next(swarm: Any) -> Any:
    # A StopAsyncIteration would not pass through a future.
    try:
        return await swarm.__anext__()
    except StopAsyncIteration:
        return None
