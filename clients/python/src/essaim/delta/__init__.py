"""The form delta: frames as what prediction leaves of them. docs/PROTOCOL.md describes it to the bit, docs/CODEC.md says why.

    DeltaStream     the frames of a connection: which can be read, and which are to be shown
    DeltaDecoder    keyframes, frames and changes of agents; what is malformed
    ErrorReader     the range coder's bits, and what was learnt about them
    PlainState      what is known of each value, and what follows from it: by lists and large integers
    NumpyState      the same by numpy, bit for bit
"""

from .decoder import DeltaDecoder
from .stream import DeltaStream

__all__ = ["DeltaDecoder", "DeltaStream"]
