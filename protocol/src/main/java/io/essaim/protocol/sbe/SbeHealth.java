package io.essaim.protocol.sbe;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.generated.HeartbeatDecoder;
import io.essaim.protocol.sbe.generated.PingDecoder;
import io.essaim.protocol.sbe.generated.PongDecoder;
import io.essaim.protocol.sbe.generated.StatsDecoder;

/** Reads by what server and clients know of each other that they are there, and how they fare. */
final class SbeHealth {
    static final int HEARTBEAT = HeartbeatDecoder.TEMPLATE_ID;
    static final int PONG = PongDecoder.TEMPLATE_ID;
    static final int PING = PingDecoder.TEMPLATE_ID;
    static final int STATS = StatsDecoder.TEMPLATE_ID;

    private SbeHealth() {}

    /** Reads one of these four; {@link SbeDecoder} has opened the message. */
    static Message decode(int template, SbeFields in) throws MalformedMessageException {
        return switch (template) {
            case HEARTBEAT -> heartbeat(in);
            case PONG -> pong(in);
            case PING -> ping(in);
            default -> stats(in);
        };
    }

    private static Message.Heartbeat heartbeat(SbeFields in) throws MalformedMessageException {
        HeartbeatDecoder decoder = new HeartbeatDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        long timeMicros = SbeFields.whole(decoder.timeMicros(), "timeMicros");
        return new Message.Heartbeat(decoder.frequency(), (int) decoder.connections(), timeMicros);
    }

    private static Message.Pong pong(SbeFields in) throws MalformedMessageException {
        PongDecoder decoder = new PongDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        return new Message.Pong(echo(decoder.echo(), "pong"), SbeFields.whole(decoder.timeMicros(), "timeMicros"));
    }

    private static Message.Ping ping(SbeFields in) throws MalformedMessageException {
        PingDecoder decoder = new PingDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        return new Message.Ping(echo(decoder.echo(), "ping"));
    }

    /** JSON has no infinite number to send back. */
    private static double echo(double echo, String message) throws MalformedMessageException {
        if (Double.isInfinite(echo)) {
            throw new MalformedMessageException(message + ".echo is " + echo + ", a finite number, or NaN for none");
        }
        return echo;
    }

    private static Message.Stats stats(SbeFields in) throws MalformedMessageException {
        StatsDecoder decoder = new StatsDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        long skipped = decoder.skipped();
        long p50Micros = decoder.ageP50Micros();
        long p99Micros = decoder.ageP99Micros();
        // As a signed int, what is out of range above stays out of range.
        int fpsHundredths = (int) decoder.fpsHundredths();
        boolean withoutP50 = p50Micros == StatsDecoder.ageP50MicrosNullValue();
        boolean withoutP99 = p99Micros == StatsDecoder.ageP99MicrosNullValue();
        if (withoutP50 != withoutP99) {
            throw new MalformedMessageException(
                    "stats.age_ms." + (withoutP50 ? "p50" : "p99") + " is missing; the other is there");
        }
        return new Message.Stats(skipped, withoutP50 ? null : new Message.Ages(p50Micros, p99Micros), fpsHundredths);
    }
}
