"""The range coder's bits, and what was learnt about them."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import MalformedMessageError
from .tables import ABSENT, PREDICTORS, SIZE_BITS_MAX, SIZES

_AHEAD = 4
_LEAST_RANGE = 1 << 24
_WHOLE_RANGE = 0xFFFF_FFFF
_RARELY = 64
_RAW_BITS_AT_ONCE = 12
_ESCAPED_BITS_MAX = 30

_KINDS = 2
_BY_SCALE = _KINDS * SIZES * 5 * 15 * 8
_BY_RANK = _KINDS * PREDICTORS * PREDICTORS * 5 * 5 * 8
_BY_SIZE = _KINDS * SIZES * SIZE_BITS_MAX

# An entry is probability << 8 | count: how likely a bit is 1, in 65,536ths, and how often that was corrected.
_ZERO_AT_FIRST = 30_000 << 8
EVEN = 32_768 << 8
_COUNT_MAX = 127
_RATES = tuple((40_968 + 5 * count) // (10 * count + 16) for count in range(_COUNT_MAX + 1))
_NEXT = tuple(min(_COUNT_MAX, count + 1) for count in range(_COUNT_MAX + 1))


class Outlook(NamedTuple):
    """What is expected of each value of the next frame, and the contexts that its error is coded in: a list each, all of
    one component after the other.
    """

    #: By how large errors are, or FIRST or ABSENT.
    by_scale: list[int]
    #: By which predictors are the best.
    by_rank: list[int]
    #: For how large an error is.
    by_size: list[int]
    #: Low bits of an error that are told as they are.
    raw_bits: list[int]
    #: Where errors are told from.
    expected: list[int]
    #: -1 where they are told with the other sign, else 0.
    mirror: list[int]


class ErrorReader:
    """Reads one message after the other. What has been read past the end is a MalformedMessageError, and so is whatever
    cannot have been written.
    """

    def __init__(self, value_bits: int):
        self._value_bits = value_bits
        self._data = b""
        self._at = 0
        self._code = 0
        self._range = _WHOLE_RANGE
        self.forget()

    def forget(self) -> None:
        """Nothing is known any more about bits."""
        self._zero_by_scale = [_ZERO_AT_FIRST] * _BY_SCALE
        self._zero_by_rank = [_ZERO_AT_FIRST] * _BY_RANK
        self._sign_by_scale = [EVEN] * _BY_SCALE
        self._sign_by_rank = [EVEN] * _BY_RANK
        self._size = [EVEN] * _BY_SIZE

    def begin(self, coded: bytes) -> None:
        """No more zeros follow the bytes than the coder looks ahead."""
        self._data = coded + bytes(_AHEAD)
        self._at = _AHEAD
        self._code = int.from_bytes(self._data[:_AHEAD], "big")
        self._range = _WHOLE_RANGE
        if self._code >= self._range:
            raise self._damaged()

    def end(self) -> None:
        """Everything has to have been read."""
        length = len(self._data) - _AHEAD
        if self._at < length:
            raise MalformedMessageError(f"coded of {length} bytes is longer than its content")

    def rare(self) -> bool:
        """A bit that is seldom 1."""
        return self._narrow(self._range // _RARELY)

    def bit(self, entries: list[int], index: int) -> bool:
        """A bit of one context."""
        entry = entries[index]
        probability, count = entry >> 8, entry & 0xFF
        is_one = self._narrow((self._range >> 12) * (probability >> 4 or 1))
        error = (0xFFFF if is_one else 0) - probability
        entries[index] = probability + (error * _RATES[count] >> 12) << 8 | _NEXT[count]
        return is_one

    def raw(self, count: int) -> int:
        """A number of so many bits that were written as they are."""
        number = 0
        while count > 0:
            now = min(count, _RAW_BITS_AT_ONCE)
            count -= now
            self._range >>= now
            bits = self._code // self._range
            if bits >> now:
                raise self._damaged()
            self._code -= bits * self._range
            number = number << now | bits
            self._normalise()
        return number

    def _narrow(self, bound: int) -> bool:
        is_one = self._code < bound
        if is_one:
            self._range = bound
        else:
            self._code -= bound
            self._range -= bound
        self._normalise()
        return is_one

    def _normalise(self) -> None:
        while self._range < _LEAST_RANGE:
            if self._at == len(self._data):
                raise self._ended()
            self._range <<= 8
            self._code = self._code << 8 | self._data[self._at]
            self._at += 1

    def values(self, outlook: Outlook) -> list[int]:
        """A frame's values, as wide as they come; those that are not there yet are 0.

        Three bits of four are read here, so everything is in local variables and nothing is called: that halves the time.
        """
        by_scale, by_rank, by_size, raw_bits, values, mirror = outlook
        zero_by_scale, zero_by_rank = self._zero_by_scale, self._zero_by_rank
        sign_by_scale, sign_by_rank, size = self._sign_by_scale, self._sign_by_rank, self._size
        rates, following = _RATES, _NEXT
        data, at, code, extent = self._data, self._at, self._code, self._range
        try:
            for v, scale, rank in zip(range(len(values)), by_scale, by_rank):
                if scale < 0:
                    self._at, self._code, self._range = at, code, extent
                    values[v] = 0 if scale == ABSENT else self._first()
                    at, code, extent = self._at, self._code, self._range
                    continue

                # Whether there is an error.
                one = zero_by_scale[scale]
                two = zero_by_rank[rank]
                n, m = one & 0xFF, two & 0xFF
                one >>= 8
                two >>= 8
                bound = (extent >> 12) * (one + two >> 5 or 1)
                if code >= bound:
                    code -= bound
                    extent -= bound
                    zero_by_scale[scale] = one + (-one * rates[n] >> 12) << 8 | following[n]
                    zero_by_rank[rank] = two + (-two * rates[m] >> 12) << 8 | following[m]
                    while extent < 0x1000000:
                        extent <<= 8
                        code = code << 8 | data[at]
                        at += 1
                    continue
                extent = bound
                zero_by_scale[scale] = one + ((65535 - one) * rates[n] >> 12) << 8 | following[n]
                zero_by_rank[rank] = two + ((65535 - two) * rates[m] >> 12) << 8 | following[m]
                while extent < 0x1000000:
                    extent <<= 8
                    code = code << 8 | data[at]
                    at += 1

                # Whether it is below 0.
                one = sign_by_scale[scale]
                two = sign_by_rank[rank]
                n, m = one & 0xFF, two & 0xFF
                one >>= 8
                two >>= 8
                bound = (extent >> 12) * (one + two >> 5 or 1)
                is_below = code < bound
                if is_below:
                    extent = bound
                    sign_by_scale[scale] = one + ((65535 - one) * rates[n] >> 12) << 8 | following[n]
                    sign_by_rank[rank] = two + ((65535 - two) * rates[m] >> 12) << 8 | following[m]
                else:
                    code -= bound
                    extent -= bound
                    sign_by_scale[scale] = one + (-one * rates[n] >> 12) << 8 | following[n]
                    sign_by_rank[rank] = two + (-two * rates[m] >> 12) << 8 | following[m]
                while extent < 0x1000000:
                    extent <<= 8
                    code = code << 8 | data[at]
                    at += 1

                # How large it is, less 1.
                context = by_size[v]
                left = 0
                while left < 18:
                    one = size[context + left]
                    n = one & 0xFF
                    one >>= 8
                    bound = (extent >> 12) * (one >> 4 or 1)
                    if code >= bound:
                        code -= bound
                        extent -= bound
                        size[context + left] = one + (-one * rates[n] >> 12) << 8 | following[n]
                        while extent < 0x1000000:
                            extent <<= 8
                            code = code << 8 | data[at]
                            at += 1
                        break
                    extent = bound
                    size[context + left] = one + ((65535 - one) * rates[n] >> 12) << 8 | following[n]
                    while extent < 0x1000000:
                        extent <<= 8
                        code = code << 8 | data[at]
                        at += 1
                    left += 1
                bits = raw_bits[v]
                if left == 18 or bits:
                    self._at, self._code, self._range = at, code, extent
                    if left == 18:
                        left += self._escaped() - 1
                    left = left << bits | self.raw(bits)
                    at, code, extent = self._at, self._code, self._range
                if is_below:
                    left = ~left
                else:
                    left += 1
                values[v] += -left if mirror[v] else left
        except IndexError as error:
            if at < len(data):
                raise
            raise self._ended() from error
        self._at, self._code, self._range = at, code, extent
        return values

    def _first(self) -> int:
        value = self.raw(self._value_bits)
        return value - (1 << self._value_bits) if value >> (self._value_bits - 1) else value

    def _escaped(self) -> int:
        bits = 0
        while self.raw(1):
            bits += 1
            if bits > _ESCAPED_BITS_MAX:
                raise MalformedMessageError(f"coded: an error of more than {_ESCAPED_BITS_MAX} bits")
        return 1 << bits | self.raw(bits)

    def _ended(self) -> MalformedMessageError:
        return MalformedMessageError(f"coded of {len(self._data) - _AHEAD} bytes ends early")

    def _damaged(self) -> MalformedMessageError:
        return MalformedMessageError(f"coded at byte {self._at - _AHEAD}: nothing is written so")


class StepReader:
    """Reads small differences of steps: whether there is one, whether it is below 0, and how large it is less 1."""

    _SIZES = 16
    # More steps than there are.
    _MAX = 64

    def __init__(self, reader: ErrorReader, columns: int):
        self._reader = reader
        self._zero = [EVEN] * columns
        self._sign = [EVEN] * columns
        self._size = [EVEN] * (columns * self._SIZES)

    def read(self, column: int) -> int:
        bit = self._reader.bit
        if not bit(self._zero, column):
            return 0
        is_below = bit(self._sign, column)
        difference, first, last = 1, column * self._SIZES, self._SIZES - 1
        while difference < self._MAX and bit(self._size, first + min(difference - 1, last)):
            difference += 1
        return -difference if is_below else difference
