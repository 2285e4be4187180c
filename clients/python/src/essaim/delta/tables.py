"""The numbers that every decoder of the form delta shares."""

from __future__ import annotations

from bisect import bisect_right
from typing import Sequence

COMPONENTS = 4

#: How many of the latest values each predictor looks at, and the most that one does.
WINDOWS = (1, 2, 5, 12, 20, 36, 64)
DEPTH = 64
PREDICTORS = len(WINDOWS)

#: By predictor, what each value before the newest counts for, in 65,536ths, the later ones first.
TAPS = (
    (),
    (-65536,),
    (0, -52429, -39322, 39322),
    (27803, -7944, -24493, -26479, -18535, -5296, 8606, 18535, 19859, 7944, -21845),
    (
        31733, 15637, 3666, -4653, -9793, -12228, -12431, -10875, -8035, -4383, -392, 3463, 6709, 8873, 9482, 8062,
        4139, -2759, -13107,
    ),
    (
        22886, 17378, 12566, 8411, 4873, 1914, -506, -2425, -3883, -4918, -5568, -5874, -5874, -5607, -5112, -4428,
        -3594, -2648, -1630, -579, 467, 1469, 2386, 3182, 3816, 4250, 4445, 4361, 3961, 3204, 2053, 467, -1591,
        -4161, -7282,
    ),
    (
        14434, 12609, 10906, 9323, 7854, 6496, 5247, 4101, 3057, 2109, 1254, 489, -189, -786, -1303, -1745, -2115,
        -2417, -2655, -2832, -2952, -3018, -3034, -3003, -2930, -2818, -2670, -2490, -2281, -2048, -1794, -1522,
        -1236, -940, -638, -332, -26, 275, 568, 850, 1117, 1366, 1592, 1793, 1964, 2103, 2204, 2265, 2283, 2253,
        2172, 2036, 1843, 1587, 1265, 875, 412, -127, -747, -1450, -2240, -3121, -4096,
    ),
)



def _weights(taps: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """With what the newest value counts for in front: all others, below 0."""
    return tuple((-sum(row), *row) for row in taps)


#: The same with the newest value, so that they are 0 together; and as high * 256 + low, whose sums wrap at 32 bits each.
WEIGHTS = _weights(TAPS)
WEIGHTS_HIGH = _weights([[tap >> 8 for tap in row] for row in TAPS])
WEIGHTS_LOW = _weights([[tap & 0xFF for tap in row] for row in TAPS])

#: By how many values there are, the predictor with the longest window that they fill.
LONGEST = tuple(max(0, bisect_right(WINDOWS, values) - 1) for values in range(DEPTH + 1))

# Costs are kept as cost << KEY_BITS | predictor, so that of equal ones the shorter predictor's is less.
KEY_BITS = 3
KEY_MASK = (1 << KEY_BITS) - 1
SQUARED_MAX = 4095

SCALE_AT_FIRST = 512
LAST_AT_FIRST = 2
BEFORE_AT_FIRST = 1
SMALL = 64
LARGE = 128

#: In place of a context: the value has none before it, or is not there yet.
FIRST = -1
ABSENT = -2

#: Kinds of scale, and the most bits in which an error's size is told before it is escaped.
SIZES = 10
SIZE_BITS_MAX = 18

#: Spreads what a checksum depends on over its bits.
CHECKSUM_SPREAD = 0x9E37_79B1

#: The highest step that costs and scales can be at.
COST_STEP_MAX = 47
SCALE_STEP_MAX = 60


def _middle(step: int) -> int:
    if step < 2:
        return step
    exponent = step >> 1
    least = (2 | (step & 1)) << (exponent - 1)
    return least | (1 << (exponent - 2)) if exponent > 1 else least


#: Numbers stand on a scale with two steps an octave: where each step from 1 on begins, and the number in each one's middle.
STEP_BEGINS = tuple((2 | (step & 1)) << ((step >> 1) - 1) if step > 1 else 1 for step in range(1, 62))
MIDDLES = tuple(map(_middle, range(62)))

#: By the scale's step: its kind, and how many low bits of an error are told as they are.
KINDS = tuple(min(SIZES - 1, step - 14) if step >= 16 else int(step >= 13) for step in range(62))
RAW_BITS = tuple(max(0, (step >> 1) - 9) for step in range(62))


def step_of(number: int) -> int:
    """Where a number of 0 or more stands on that scale."""
    return bisect_right(STEP_BEGINS, number)
