package io.essaim.server.transport;

import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What every answer tells a browser to hold to: types are as they are named, nobody frames or refers, and the page runs its
 * own files only, without markup or script from anywhere else. Any thread.
 */
final class SecureHeaders {
    /** Two years, as browsers' lists ask for; a browser that came by https asks for nothing else then. */
    private static final String TRANSPORT_SECURITY = "max-age=63072000";

    private static final String PAGE = "web/index.html";

    /** The one script that may not be a file: browsers read import maps inline only. It is known by its hash. */
    private static final Pattern INLINE = Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

    private final Map<String, String> headers = new LinkedHashMap<>();

    private SecureHeaders(String policy, boolean tls) {
        headers.put("Content-Security-Policy", policy);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        // Who may read an answer is for CORS to say: this one keeps pages from embedding it without being asked.
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("X-Frame-Options", "DENY");
        if (tls) {
            headers.put("Strict-Transport-Security", TRANSPORT_SECURITY);
        }
    }

    /** @param tls whether the server speaks TLS itself; a proxy that does says so itself */
    static SecureHeaders of(boolean tls) {
        return new SecureHeaders(policy(page()), tls);
    }

    /** The page speaks to the server that it came from, and makes no markup of text: where browsers can hold it to that, they do. */
    private static String policy(String page) {
        StringBuilder scripts = new StringBuilder("'self'");
        Matcher inline = INLINE.matcher(page);
        while (inline.find()) {
            scripts.append(" 'sha256-").append(hash(inline.group(1))).append('\'');
        }
        return "default-src 'none'; script-src " + scripts
                + "; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
                + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
    }

    private static String page() {
        try (InputStream in = SecureHeaders.class.getClassLoader().getResourceAsStream(PAGE)) {
            if (in == null) {
                throw new IllegalStateException("no " + PAGE);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(PAGE + " cannot be read", e);
        }
    }

    private static String hash(String script) {
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }

    void addTo(HttpServerResponse response) {
        headers.forEach(response::putHeader);
    }

    /** For an upgrade: the answer to one that succeeds is no document, and is not made of this response. */
    void addToRefusal(HttpServerResponse response) {
        response.headersEndHandler(ending -> addTo(response));
    }
}
