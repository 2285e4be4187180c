"""Reads spoiled streams of the form delta for a time: fuzz.py [SECONDS [SEED]]

Each round spoils one golden stream. What is broken may be read, or raise a MalformedMessageError; any other exception, another
answer with numpy than without, and a good stream that is not read afterwards are findings. A round's number and the seed make
it again. Ends with 1 when there were findings.
"""

import random
import sys
import time
import traceback

from fake_server import connected
from golden_streams import Mutator, decoder, recovers, survive

from essaim import columns
from essaim.errors import MalformedMessageError

SECONDS = 60.0
SLOW_SECONDS = 10.0
FINDINGS_MAX = 20
KINDS = [columns.PlainColumns] + ([columns.NumpyColumns] if columns.numpy is not None else [])


def answers(kind, bits, stream):
    """What each message was read as; a good stream has to be read after them."""
    sbe = decoder(kind, bits)
    given = survive(sbe, stream)
    # Greeted again, it keeps nothing of that.
    sbe.decode(connected(bits=bits, form="delta")[1])
    if not recovers(sbe, bits):
        raise AssertionError("a good stream is not read any more")
    return given


def round_of(seed, number):
    """Whether a message was malformed. Raises what is a finding."""
    bits, stream = Mutator(random.Random(f"{seed}/{number}")).spoiled()
    begun = time.monotonic()
    first = answers(KINDS[0], bits, stream)
    for kind in KINDS[1:]:
        if str(answers(kind, bits, stream)) != str(first):
            raise AssertionError(f"{kind.name} and {KINDS[0].name} read different things")
    if time.monotonic() - begun > SLOW_SECONDS:
        raise AssertionError(f"took {time.monotonic() - begun:.1f} s")
    return any(isinstance(answer, MalformedMessageError) for answer in first)


def main(seconds, seed):
    end = time.monotonic() + seconds
    rounds = spoiled = findings = 0
    print(f"seed {seed}, {', '.join(kind.name for kind in KINDS)}, {seconds:.0f} s", flush=True)
    while time.monotonic() < end and findings < FINDINGS_MAX:
        try:
            spoiled += round_of(seed, rounds)
        except Exception:
            findings += 1
            print(f"seed {seed}, round {rounds}:\n{traceback.format_exc()}", flush=True)
        rounds += 1
    print(f"{rounds} rounds, {spoiled} with malformed messages, {findings} findings", flush=True)
    return 1 if findings else 0


if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**31)
    sys.exit(main(seconds, seed))
