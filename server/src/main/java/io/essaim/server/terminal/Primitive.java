package io.essaim.server.terminal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The schema's primitive types: how wide they are, and how they are read from little-endian bytes. */
enum Primitive {
    UINT8("uint8", 1),
    UINT16("uint16", 2),
    UINT32("uint32", 4),
    UINT64("uint64", 8),
    INT8("int8", 1),
    INT16("int16", 2),
    INT32("int32", 4),
    INT64("int64", 8),
    FLOAT("float", 4),
    DOUBLE("double", 8);

    private final String token;
    private final int bytes;

    Primitive(String token, int bytes) {
        this.token = token;
        this.bytes = bytes;
    }

    static Primitive of(String token) {
        return Arrays.stream(values())
                .filter(primitive -> primitive.token.equals(token))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the schema has a primitive type " + token));
    }

    String token() {
        return token;
    }

    int bytes() {
        return bytes;
    }

    /** A whole number's bits: a uint64 above 2^63 is negative. */
    long bits(ByteBuffer from, int at) {
        return switch (this) {
            case UINT8 -> Byte.toUnsignedLong(from.get(at));
            case UINT16 -> Short.toUnsignedLong(from.getShort(at));
            case UINT32 -> Integer.toUnsignedLong(from.getInt(at));
            case INT8 -> from.get(at);
            case INT16 -> from.getShort(at);
            case INT32, FLOAT -> from.getInt(at);
            case UINT64, INT64, DOUBLE -> from.getLong(at);
        };
    }

    String text(ByteBuffer from, int at) {
        return switch (this) {
            case FLOAT -> Float.toString(from.getFloat(at));
            case DOUBLE -> Double.toString(from.getDouble(at));
            case UINT64 -> Long.toUnsignedString(from.getLong(at));
            default -> Long.toString(bits(from, at));
        };
    }

    /** Whether an optional field is absent: SBE reserves the largest of the unsigned, the smallest of the signed, NaN. */
    boolean isNull(ByteBuffer from, int at) {
        return switch (this) {
            case UINT8 -> bits(from, at) == 0xFF;
            case UINT16 -> bits(from, at) == 0xFFFF;
            case UINT32 -> bits(from, at) == 0xFFFF_FFFFL;
            case UINT64 -> bits(from, at) == -1;
            case INT8 -> bits(from, at) == Byte.MIN_VALUE;
            case INT16 -> bits(from, at) == Short.MIN_VALUE;
            case INT32 -> bits(from, at) == Integer.MIN_VALUE;
            case INT64 -> bits(from, at) == Long.MIN_VALUE;
            case FLOAT -> Float.isNaN(from.getFloat(at));
            case DOUBLE -> Double.isNaN(from.getDouble(at));
        };
    }
}
