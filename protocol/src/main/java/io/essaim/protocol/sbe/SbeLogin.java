package io.essaim.protocol.sbe;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Auth;
import io.essaim.protocol.Message.Authenticated;
import io.essaim.protocol.sbe.generated.AuthDecoder;
import io.essaim.protocol.sbe.generated.AuthEncoder;
import io.essaim.protocol.sbe.generated.AuthenticatedDecoder;
import io.essaim.protocol.sbe.generated.AuthenticatedEncoder;
import io.essaim.protocol.sbe.generated.MessageHeaderEncoder;
import org.agrona.MutableDirectBuffer;

/** Reads and writes the two messages of a login. */
final class SbeLogin {
    static final int AUTHENTICATED = AuthenticatedDecoder.TEMPLATE_ID;
    static final int AUTH = AuthDecoder.TEMPLATE_ID;

    private SbeLogin() {}

    /** Bytes after the header. */
    static int encode(Auth message, MutableDirectBuffer buffer, MessageHeaderEncoder header) {
        AuthEncoder encoder = new AuthEncoder().wrapAndApplyHeader(buffer, 0, header);
        encoder.token(message.token()).requestId(message.requestId());
        return encoder.encodedLength();
    }

    /** Bytes after the header. */
    static int encode(Authenticated message, MutableDirectBuffer buffer, MessageHeaderEncoder header) {
        AuthenticatedEncoder encoder = new AuthenticatedEncoder().wrapAndApplyHeader(buffer, 0, header);
        encoder.expiresMicros(
                message.expiresMicros() == Authenticated.NEVER
                        ? AuthenticatedEncoder.expiresMicrosNullValue()
                        : message.expiresMicros());
        encoder.name(message.name()).requestId(message.requestId());
        return encoder.encodedLength();
    }

    /** Reads {@link #AUTH} or {@link #AUTHENTICATED}; {@link SbeDecoder} has opened the message. */
    static Message decode(int template, SbeFields in) throws MalformedMessageException {
        return template == AUTH ? auth(in) : authenticated(in);
    }

    /** A token that cannot be one is read to its end first: the refusal has to name the request. */
    private static Auth auth(SbeFields in) throws MalformedMessageException {
        AuthDecoder decoder = new AuthDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        String token = in.text(decoder.limit(), decoder.tokenLength(), Limits.VIEWER_MESSAGE_BYTES_MAX, "auth.token");
        decoder.skipToken();
        String id = in.text(decoder.limit(), decoder.requestIdLength(), Limits.REQUEST_ID_BYTES_MAX, "requestId");
        try {
            return new Auth(id, token);
        } catch (IllegalArgumentException e) {
            String reason = "auth." + e.getMessage();
            throw id.isEmpty()
                    ? new MalformedMessageException(reason, e)
                    : new MalformedMessageException(reason, id, e);
        }
    }

    private static Authenticated authenticated(SbeFields in) throws MalformedMessageException {
        AuthenticatedDecoder decoder = new AuthenticatedDecoder();
        decoder.wrap(in.buffer, SbeFields.BODY, in.header.blockLength(), in.header.version());
        long expires = decoder.expiresMicros();
        String name = in.text(decoder.limit(), decoder.nameLength(), Limits.VIEWER_MESSAGE_BYTES_MAX, "name");
        decoder.skipName();
        String id = in.text(decoder.limit(), decoder.requestIdLength(), Limits.REQUEST_ID_BYTES_MAX, "requestId");
        boolean ends = expires != AuthenticatedDecoder.expiresMicrosNullValue();
        return new Authenticated(id, name, ends ? SbeFields.whole(expires, "expiresMicros") : Authenticated.NEVER);
    }
}
