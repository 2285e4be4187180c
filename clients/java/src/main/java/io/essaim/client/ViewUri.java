package io.essaim.client;

import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Selection;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A view as the query of a socket's URL. */
final class ViewUri {
    private ViewUri() {}

    /**
     * The URL with the view after what its query says already; unchanged when the options ask for nothing.
     *
     * @throws IllegalArgumentException when its query says a part of the view already
     */
    static URI of(URI uri, ClientOptions options) {
        Selection selection = options.selection();
        List<String> parameters = new ArrayList<>();
        if (options.fps() != 0) {
            parameters.add("fps=" + options.fps());
        }
        Message.Form form = options.form();
        if (form != null) {
            parameters.add("form=" + form.token());
        }
        if (options.batch() > 1) {
            parameters.add("batch=" + options.batch());
        }
        if (selection.agents() != null) {
            parameters.add("agents=" + selection.agents());
        }
        for (String sphere : selection.spheres()) {
            parameters.add("spheres=" + encoded(sphere));
        }
        Box box = selection.box();
        if (box != null) {
            parameters.add("box=" + box);
        }
        if (parameters.isEmpty()) {
            return uri;
        }
        for (String parameter : parameters) {
            String name = name(parameter);
            if (names(uri.getRawQuery()).contains(name)) {
                throw new IllegalArgumentException(
                        name + " is asked for by the URL's query and by the options; say it once");
            }
        }
        return URI.create(uri + (uri.getRawQuery() == null ? "?" : "&") + String.join("&", parameters));
    }

    /** Of a query's parameters, decoded. */
    private static List<String> names(@Nullable String query) {
        return query == null
                ? List.of()
                : Stream.of(query.split("&", -1)).map(ViewUri::name).toList();
    }

    private static String name(String parameter) {
        return URLDecoder.decode(parameter.split("=", 2)[0], StandardCharsets.UTF_8);
    }

    /** Percent-encoded; a space too, for which a form's encoding has a plus sign. */
    private static String encoded(String label) {
        return URLEncoder.encode(label, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
