package io.essaim.server.transport;

import io.essaim.protocol.Message.Form;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The view that a URL's query asks for: {@code ?fps=30&agents=0-99,150&spheres=personal,work&box=-1,-1,-1,1,1,1&form=plain}.
 * Other parameters are somebody else's and ignored.
 *
 * @param fps frames a second wanted at most; 0: as many as there are
 */
record ViewQuery(int fps, Selection selection) {
    private static final List<String> ONCE = List.of("fps", "agents", "box", "form");

    /**
     * @param query decoded
     * @param subprotocol what the connection speaks, which the form has to suit
     * @throws IllegalArgumentException naming the parameter and what it may be
     */
    static ViewQuery parse(MultiMap query, Subprotocol subprotocol) {
        for (String once : ONCE) {
            if (query.getAll(once).size() > 1) {
                throw new IllegalArgumentException(once + " stands in the URL more than once");
            }
        }
        String form = query.get("form");
        if (form != null) {
            checkForm(Form.of(form).orElse(null), form, subprotocol);
        }
        return new ViewQuery(fps(query.get("fps")), selection(query));
    }

    /** The form in which a connection gets its frames. */
    static Form form(Subprotocol subprotocol) {
        return subprotocol == Subprotocol.JSON ? Form.JSON : Form.PLAIN;
    }

    /**
     * @param asked as it was read; null when there is no such form
     * @throws IllegalArgumentException when the connection cannot have it
     */
    static void checkForm(@Nullable Form asked, String text, Subprotocol subprotocol) {
        Form form = form(subprotocol);
        if (asked != form) {
            throw new IllegalArgumentException(
                    "form " + text + " is not to be had with " + subprotocol.token() + "; " + form.token() + " is");
        }
    }

    private static int fps(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        int fps = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
        if (fps < StreamDescription.TICKS_PER_SECOND_MIN || fps > StreamDescription.TICKS_PER_SECOND_MAX) {
            throw new IllegalArgumentException("fps must be a whole number from "
                    + StreamDescription.TICKS_PER_SECOND_MIN + " to " + StreamDescription.TICKS_PER_SECOND_MAX);
        }
        return fps;
    }

    private static Selection selection(MultiMap query) {
        String agents = query.get("agents");
        String box = query.get("box");
        List<String> spheres = query.getAll("spheres").stream()
                .flatMap(labels -> Arrays.stream(labels.split(",", -1)))
                .toList();
        return new Selection(
                agents == null ? null : AgentIds.parse(agents), spheres, box == null ? null : Box.parse(box));
    }
}
