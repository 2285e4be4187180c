package io.essaim.client;

import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Selection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A view as the query of a socket's URL. */
final class ViewUri {
    private ViewUri() {}

    /** The URL with the view after what its query says already; unchanged when the view leaves nothing out. */
    static URI of(URI uri, int fps, Selection selection) {
        List<String> parameters = new ArrayList<>();
        if (fps != 0) {
            parameters.add("fps=" + fps);
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
        return URI.create(uri + (uri.getRawQuery() == null ? "?" : "&") + String.join("&", parameters));
    }

    /** Percent-encoded; a space too, for which a form's encoding has a plus sign. */
    private static String encoded(String label) {
        return URLEncoder.encode(label, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
