package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.ErrorCode;
import io.essaim.server.events.EventFanOut.Refused;
import io.essaim.server.transport.HandshakeRules.Refusal;

/** What those are told who are not granted the events that they ask for. */
final class EventRefusals {
    private EventRefusals() {}

    static ErrorCode errorCode(Refused refused) {
        return switch (refused.fault()) {
            case MALFORMED -> ErrorCode.INVALID_MESSAGE;
            case NOT_PERMITTED -> ErrorCode.AUTHENTICATION_FAILED;
            case FULL -> ErrorCode.RATE_LIMITED;
        };
    }

    /** Of a connection that was made for these events. */
    static CloseCode closeCode(Refused refused) {
        return switch (refused.fault()) {
            case MALFORMED, NOT_PERMITTED -> CloseCode.POLICY_VIOLATION;
            case FULL -> CloseCode.TRY_AGAIN_LATER;
        };
    }

    /** Over plain HTTP. */
    static Refusal answer(Refused refused) {
        return switch (refused.fault()) {
            case MALFORMED -> new Refusal(400, refused.reason());
            case NOT_PERMITTED -> new Refusal(403, refused.reason());
            case FULL -> Refusal.later(refused.reason());
        };
    }
}
