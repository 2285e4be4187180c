package io.essaim.bench.events;

import io.essaim.bench.load.MessageStream.ProtocolException;
import io.essaim.protocol.events.Priority;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds in a JSON message of Essaim's the events of a {@link Publisher}, without making objects: ten thousands of them come
 * in a second. One thread.
 */
final class EventScanner {
    /** Hears what is in a message, in its order. */
    interface Ear {
        /**
         * @param number of the publisher's events in that room, from 0
         * @param timeMicros by the server's clock
         */
        void onEvent(int publisher, long number, Priority priority, long timeMicros);

        /** Where to resume after this message. */
        void onCursor(byte[] bytes, int offset, int length);

        /**
         * The first message of a subscription.
         *
         * @param recovered whether nothing was lost, as the server says
         */
        void onSubscribed(boolean recovered);

        /** So many events do not come, as the server says. */
        void onGap(long count);
    }

    private static final byte[] DATA = ascii("\"data\":{\"p\":");
    private static final byte[] NUMBER = ascii(",\"n\":");
    private static final byte[] PRIORITY = ascii("\"priority\":\"");
    private static final byte[] TIME = ascii("\"time_us\":");
    private static final byte[] CURSOR = ascii("\"cursor\":\"");
    private static final byte[] COUNT = ascii("\"count\":");
    private static final byte[] SUBSCRIBED = ascii("{\"type\":\"subscribed\"");
    private static final byte[] GAP = ascii("{\"type\":\"gap\"");
    private static final byte[] LOST = ascii("\"recovered\":false");

    private byte[] bytes = new byte[64 << 10];
    private int end;
    private int at;

    /** The bytes that begin every event of a publisher's, up to its number. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void scan(ByteBuffer buffer, int offset, int length, Ear ear) throws ProtocolException {
        if (bytes.length < length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
        buffer.get(offset, bytes, 0, length);
        end = length;
        at = 0;
        if (startsWith(SUBSCRIBED)) {
            cursor(ear);
            at = 0;
            ear.onSubscribed(!find(LOST));
        } else if (startsWith(GAP)) {
            require(COUNT);
            ear.onGap(number());
        } else {
            events(ear);
        }
    }

    private void events(Ear ear) throws ProtocolException {
        int last = 0;
        while (find(DATA)) {
            int publisher = (int) number();
            require(NUMBER);
            long number = number();
            require(PRIORITY);
            Priority priority = priority();
            require(TIME);
            ear.onEvent(publisher, number, priority, number());
            last = at;
        }
        at = last;
        cursor(ear);
    }

    private void cursor(Ear ear) {
        if (find(CURSOR)) {
            int from = at;
            while (at < end && bytes[at] != '"') {
                at++;
            }
            ear.onCursor(bytes, from, at - from);
        }
    }

    private Priority priority() throws ProtocolException {
        return switch (bytes[at]) {
            case 'c' -> Priority.CRITICAL;
            case 'h' -> Priority.HIGH;
            case 'n' -> Priority.NORMAL;
            case 'm' -> Priority.METRICS;
            case 'l' -> Priority.LOW;
            default -> throw new ProtocolException("a priority begins with '" + (char) bytes[at] + "'");
        };
    }

    private long number() {
        long number = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            number = 10 * number + bytes[at++] - '0';
        }
        return number;
    }

    private boolean startsWith(byte[] prefix) {
        return end >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    private void require(byte[] pattern) throws ProtocolException {
        if (!find(pattern)) {
            throw new ProtocolException("an event has no " + new String(pattern, StandardCharsets.US_ASCII));
        }
    }

    /** Goes on behind the next occurrence, or stays. */
    private boolean find(byte[] pattern) {
        int limit = end - pattern.length;
        byte first = pattern[0];
        byte second = pattern[1];
        for (int i = at; i <= limit; i++) {
            if (bytes[i] == first
                    && bytes[i + 1] == second
                    && Arrays.equals(bytes, i + 2, i + pattern.length, pattern, 2, pattern.length)) {
                at = i + pattern.length;
                return true;
            }
        }
        return false;
    }
}
