"""Runs the Python examples of a README as they stand, but for the address: readme_examples.py README ws://HOST:PORT WORD…

A WORD picks the examples that contain it. Each is run until it has printed three lines, or, where it prints nothing, for as
long as it takes a viewer to see three different frames of its agents.
"""

import asyncio
import re
import subprocess
import sys

import essaim

EXAMPLE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LOCAL = "ws://localhost:8001"
LINES = 3
PATIENCE_SECONDS = 60


def examples(readme, words):
    with open(readme, encoding="utf-8") as text:
        found = [example for example in EXAMPLE.findall(text.read()) if any(word in example for word in words)]
    if len(found) < len(words) or not all(LOCAL in example for example in found):
        sys.exit(f"{readme} has {len(found)} examples with {words}, all of which name {LOCAL}")
    return found


async def see_three_states(url):
    async with essaim.connect(url + "/ws/swarm") as swarm:
        seen = set()
        while len(seen) < LINES:
            frame = await asyncio.wait_for(swarm.__anext__(), PATIENCE_SECONDS)
            if len(frame):
                seen.add(tuple(frame.x))
    return [f"a viewer saw {len(seen)} states of {len(frame)} agents"]


def run(code, url):
    program = subprocess.Popen(
        [sys.executable, "-u", "-c", code.replace(LOCAL, url)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        if "print(" not in code:
            return asyncio.run(see_three_states(url))
        lines = [program.stdout.readline().rstrip("\n") for _ in range(LINES)]
        if program.poll() is not None or any("Traceback" in line for line in lines):
            sys.exit("the example failed:\n" + "\n".join(lines) + program.stdout.read())
        return lines
    finally:
        program.kill()
        program.wait()
        program.stdout.close()


if __name__ == "__main__":
    for example in examples(sys.argv[1], sys.argv[3:]):
        print("\n".join(run(example, sys.argv[2])))
