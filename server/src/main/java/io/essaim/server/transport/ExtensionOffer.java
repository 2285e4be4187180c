package io.essaim.server.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One extension that a client offers, as RFC 6455 section 9.1 has it.
 *
 * @param parameters in order; a name may come twice
 */
record ExtensionOffer(String name, List<Parameter> parameters) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String SPACE = "[ \\t]*";
    private static final Pattern NAME = Pattern.compile(SPACE + "(" + TOKEN + ")" + SPACE);

    /** In quotes the value still has to be a token. */
    private static final Pattern PARAMETER = Pattern.compile(";" + SPACE + "(" + TOKEN + ")" + SPACE + "(?:=" + SPACE
            + "(?:(" + TOKEN + ")|\"(" + TOKEN + ")\")" + SPACE + ")?");

    /** @param value empty when there is none */
    record Parameter(String name, Optional<String> value) {}

    /**
     * Reads the lines of the header {@code Sec-WebSocket-Extensions}.
     *
     * @return the offers in the client's order of preference; empty when the header is malformed
     */
    static Optional<List<ExtensionOffer>> parse(List<String> lines) {
        List<ExtensionOffer> offers = new ArrayList<>();
        for (String line : lines) {
            for (String element : line.split(",", -1)) {
                if (element.isBlank()) {
                    // A list may have empty elements (RFC 2616, section 2.1).
                    continue;
                }
                Optional<ExtensionOffer> offer = parse(element);
                if (offer.isEmpty()) {
                    return Optional.empty();
                }
                offers.add(offer.get());
            }
        }
        return Optional.of(offers);
    }

    private static Optional<ExtensionOffer> parse(String element) {
        Matcher name = NAME.matcher(element);
        if (!name.lookingAt()) {
            return Optional.empty();
        }
        List<Parameter> parameters = new ArrayList<>();
        Matcher parameter = PARAMETER.matcher(element);
        int at = name.end();
        while (at < element.length()) {
            if (!parameter.region(at, element.length()).lookingAt()) {
                return Optional.empty();
            }
            String value = parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
            parameters.add(new Parameter(parameter.group(1), Optional.ofNullable(value)));
            at = parameter.end();
        }
        return Optional.of(new ExtensionOffer(name.group(1), parameters));
    }
}
