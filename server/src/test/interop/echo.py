"""Sends texts and bytes of many sizes through Python's websockets, compressed and not, and wants each back: echo.py URL."""

import asyncio
import json
import sys

import websockets

SIZES = [0, 1, 125, 126, 127, 1024, 65_535, 65_536, 1_000_000]


async def main(url: str) -> None:
    messages = 0
    for compression in (None, "deflate"):
        async with websockets.connect(url, compression=compression, max_size=None) as socket:
            granted = socket.response_headers.get("Sec-WebSocket-Extensions", "")
            assert granted.startswith("permessage-deflate") == (compression is not None), granted
            for size in SIZES:
                for sent in ("é☃𝄞" * (size // 3), b"bytes" * (size // 5)):
                    await socket.send(sent)
                    assert await socket.recv() == sent, size
                    messages += 1
            await socket.send(["first, ", "then ", "last"])
            assert await socket.recv() == "first, then last"
            await asyncio.wait_for(await socket.ping(b"are you there"), 10)
            await socket.close(4321, "done")
            assert socket.close_code == 4321, socket.close_code
    print(json.dumps({"messages": messages}))


asyncio.run(main(sys.argv[1]))
