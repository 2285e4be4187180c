package io.essaim.server.security;

import io.essaim.server.config.OriginPattern;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which pages a browser may ask for. It says so by the header Origin, which a page cannot forge; other programs send none,
 * or whatever they like. Immutable.
 *
 * @param allowed beside the server's own
 * @param local whether pages of this machine are taken, whatever their port: nobody else reaches the server
 * @param takesHidden whether a page is taken that hides where it is from, by the Origin {@code null}
 * @param takesMissing whether who names none is taken
 */
public record OriginPolicy(List<OriginPattern> allowed, boolean local, boolean takesHidden, boolean takesMissing) {
    private static final String HIDDEN = "null";
    private static final Pattern PORT = Pattern.compile(":[0-9]*$");

    /**
     * What of a request says which pages are the server's own.
     *
     * @param host what Host says, or nothing
     * @param forwarded whether a trusted proxy passes it on, which others may reach by any name
     */
    public record Target(String host, boolean secure, boolean forwarded) {}

    public OriginPolicy {
        allowed = List.copyOf(allowed);
    }

    /**
     * Whether a request is taken.
     *
     * @param origins each that it names: one, or none
     * @param target what it is for
     */
    public boolean permits(List<String> origins, Target target) {
        if (origins.isEmpty()) {
            return takesMissing;
        } else if (origins.size() > 1) {
            return false;
        }
        String origin = origins.get(0).strip();
        if (origin.equals(HIDDEN)) {
            return takesHidden;
        }
        return isOwn(origin, target) || allowed.stream().anyMatch(pattern -> pattern.matches(origin));
    }

    /**
     * Whether a server for this machine only is asked for by another name, which is not allowed either. Anybody may point
     * a name at 127.0.0.1; to a browser, a page that came from there is then the server's own.
     */
    public boolean isMisnamed(Target target) {
        return local
                && !target.forwarded
                && !target.host.isEmpty()
                && !isLocalName(PORT.matcher(target.host).replaceFirst(""))
                && allowed.stream()
                        .noneMatch(pattern ->
                                pattern.matches("http://" + target.host) || pattern.matches("https://" + target.host));
    }

    private boolean isOwn(String origin, Target target) {
        Optional<URI> parsed = parse(origin);
        if (parsed.isEmpty()) {
            return false;
        }
        URI page = parsed.get();
        if (local && isLocalName(page.getHost())) {
            return true;
        } else if (isMisnamed(target)) {
            return false;
        }
        // A page that came encrypted may ask a server that does not: it stands behind a proxy that does.
        // Not the other way round: whoever is on the line may have written that page.
        boolean secure = "https".equals(page.getScheme());
        if (!secure && (target.secure || !"http".equals(page.getScheme()))) {
            return false;
        }
        Optional<URI> own = parse(page.getScheme() + "://" + target.host);
        return own.isPresent()
                && own.get().getHost().equals(page.getHost())
                && OriginPattern.portOf(own.get()) == OriginPattern.portOf(page);
    }

    private static Optional<URI> parse(String origin) {
        try {
            URI uri = new URI(origin.toLowerCase(Locale.ROOT));
            return uri.getHost() == null ? Optional.empty() : Optional.of(uri);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Names that no other machine answers to. */
    public static boolean isLocalName(String host) {
        return host.equalsIgnoreCase("localhost") || host.matches("127(\\.[0-9]{1,3}){3}") || host.equals("[::1]");
    }
}
