package io.essaim.server.transport;

import io.essaim.server.transport.HandshakeRules.Refusal;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The form of any request (RFC 9112, RFC 3986), as far as Vert.x lets pass what two programs may read in two ways: a proxy in
 * front and this server have to agree on where a request ends, whom it is for and what its URL says. What Netty refuses by
 * itself, such as a length and chunks together, does not come this far.
 */
final class RequestRules {
    /** What is said where {@link #areNamed} does not hold. */
    static final String UNNAMED = "A header's name is a token: a letter at least, no space before the colon";

    private RequestRules() {}

    /** Whether every header has a name that is one (RFC 9112, 5.1): what has none is dropped by some, and read by others. */
    static boolean areNamed(MultiMap headers) {
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey();
            if (name.isEmpty() || HttpHeaderValidationUtil.validateToken(name) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Why this request is refused; empty when it is in order. */
    static Optional<Refusal> refusal(HttpServerRequest request) {
        MultiMap headers = request.headers();
        if (!areNamed(headers)) {
            return refuse(400, UNNAMED);
        }
        List<String> codings = headers.getAll("Transfer-Encoding");
        if (!codings.isEmpty() && !(codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked"))) {
            return refuse(501, "Transfer-Encoding may be chunked and nothing else");
        }
        List<String> hosts = headers.getAll("Host");
        if (hosts.size() > 1 || (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_1)) {
            return refuse(400, "Exactly one Host header is needed");
        }
        List<String> expected = headers.getAll("Expect");
        if (!expected.stream().allMatch("100-continue"::equalsIgnoreCase)) {
            return refuse(417, "Expect may be 100-continue and nothing else");
        }
        return urlFault(request.uri()).map(fault -> new Refusal(400, fault));
    }

    /** What is wrong with the text of a URL; empty when it can be read in one way only. */
    static Optional<String> urlFault(String url) {
        byte[] escaped = new byte[url.length() / 3];
        int count = 0;
        for (int at = 0; at < url.length(); at++) {
            char c = url.charAt(at);
            if (c <= ' ' || c > '~') {
                return Optional.of("Malformed URL: a character at " + at + " is not ASCII; percent-encode it as UTF-8");
            }
            if (c == '%') {
                int high = at + 2 < url.length() ? Character.digit(url.charAt(at + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(url.charAt(at + 2), 16);
                if (low < 0) {
                    return Optional.of("Malformed URL: the % at " + at + " needs two hexadecimal digits behind it");
                }
                escaped[count++] = (byte) (high << 4 | low);
                at += 2;
            } else if (count > 0) {
                if (!isUtf8(escaped, count)) {
                    return notUtf8(at);
                }
                count = 0;
            }
        }
        return isUtf8(escaped, count) ? Optional.empty() : notUtf8(url.length());
    }

    private static Optional<String> notUtf8(int end) {
        return Optional.of("Malformed URL: the bytes that are percent-encoded before " + end + " are not UTF-8");
    }

    /** A character of several bytes is escaped as a whole. */
    private static boolean isUtf8(byte[] bytes, int count) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, count));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static Optional<Refusal> refuse(int status, String reason) {
        return Optional.of(new Refusal(status, reason));
    }
}
