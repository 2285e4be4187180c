"""Publishes over /ws/ingest with Python's websockets, in JSON and in binary, and compares what viewers see. Prints one line.

    /usr/bin/python3 websockets_producer.py http://127.0.0.1:8001/ TOKEN
"""

import asyncio
import json
import struct
import sys

import websockets

SCHEMA = 8001
AGENTS = 40
STATES = 60


def header(template, block_length):
    return struct.pack('<HHHH', block_length, template, SCHEMA, 0)


def roster(version):
    labels = ['Straße', 'bird']
    parts = [header(10, 4), struct.pack('<HH', version, 0), struct.pack('<HI', 0, len(labels))]
    for label in labels:
        encoded = label.encode()
        parts.append(struct.pack('<I', len(encoded)) + encoded)
    parts.append(struct.pack('<HI', 6, AGENTS))
    parts += [struct.pack('<IH', agent, agent % 2) for agent in range(AGENTS)]
    return b''.join(parts)


def frame(version, values):
    parts = [header(1, 18), struct.pack('<IQHHH', 0, 0, version, 0, 0), struct.pack('<HI', 8, AGENTS)]
    parts += [struct.pack('<4h', *agent) for agent in values]
    return b''.join(parts)


def state(number):
    """The integers of a state, by agent; the first one tells which state it is."""
    return [(number, agent * 7 - number, -agent, 9000 + agent) for agent in range(AGENTS)]


def seen_in(update):
    return [
        tuple(round(agent[name] * scale) for name, scale in (('x', 1e4), ('y', 1e4), ('z', 1e4), ('frequency', 10)))
        for agent in update['agents']
    ]


def json_state(values):
    names = ('x', 'y', 'z', 'frequency')
    agents = [
        {'id': agent, 'sphere': ('Straße', 'bird')[agent % 2], **dict(zip(names, (x / 1e4, y / 1e4, z / 1e4, f / 10)))}
        for agent, (x, y, z, f) in enumerate(values)
    ]
    return json.dumps({'type': 'swarm_state', 'agents': agents})


async def watch(viewer, first, last):
    """Reads until the last state of a series; every frame that has agents is a state of it, or of the series before."""
    seen = 0
    async for text in viewer:
        update = json.loads(text)
        if update['type'] != 'swarm_update' or not update['agents']:
            continue
        number = seen_in(update)[0][0]
        assert seen_in(update) == state(number), update
        assert update['agents'][0]['sphere'] == 'Straße', update
        seen += number >= first
        if number == last:
            return seen


async def main(server, token):
    base = server.replace('http', 'ws', 1)
    ingest = f'{base}ws/ingest?token={token}'
    counts = {}
    async with websockets.connect(f'{base}ws/swarm', max_size=None) as viewer:
        watching = asyncio.ensure_future(watch(viewer, 1, STATES))
        async with websockets.connect(ingest, max_size=None) as producer:
            greeting = json.loads(await producer.recv())
            assert [c['decimals'] for c in greeting['stream']['components']] == [4, 4, 4, 1], greeting
            for number in range(1, STATES + 1):
                await producer.send(json_state(state(number)))
                await asyncio.sleep(0.01)
            counts['frames of json states'] = await asyncio.wait_for(watching, 30)
            async with websockets.connect(ingest, max_size=None) as second:
                await second.recv()
                await second.send(json_state(state(1)))
                await second.wait_closed()
                counts['second'] = [second.close_code, second.close_reason.split(':')[0]]
        watching = asyncio.ensure_future(watch(viewer, STATES + 1, 2 * STATES))
        async with websockets.connect(ingest, subprotocols=['essaim.v1.sbe'], max_size=None) as producer:
            await producer.recv()
            await producer.send(roster(7))
            for number in range(STATES + 1, 2 * STATES + 1):
                await producer.send(frame(7, state(number)))
                await asyncio.sleep(0.01)
            counts['frames of binary states'] = await asyncio.wait_for(watching, 30)
    try:
        await websockets.connect(f'{base}ws/ingest?token=wrong')
    except websockets.InvalidStatusCode as refused:
        counts['refused'] = refused.status_code
    print(json.dumps({'client': f'Python websockets {websockets.__version__}', **counts}))


asyncio.run(main(sys.argv[1], sys.argv[2]))
