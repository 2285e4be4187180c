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
 * @param form that it gets
 * @param batch so many frames are sent as one
 */
record ViewQuery(int fps, Selection selection, Form form, int batch) {
    /** The most frames that are sent as one: a second's, at 60 a second. */
    static final int BATCH_MAX = 60;

    /** What {@code essaim.v1.sbe} gets that names no form. */
    private static final Form BINARY_FORM = Form.DELTA;

    private static final List<String> ONCE = List.of("fps", "agents", "box", "form", "batch");

    /**
     * @param query decoded
     * @param subprotocol what the connection speaks, which the form has to suit
     * @throws IllegalArgumentException naming the parameter and what it may be
     */
    static ViewQuery parse(MultiMap query, Subprotocol subprotocol) {
        return parse(query, form(query.get("form"), subprotocol));
    }

    /**
     * Likewise for who polls, and gets one frame at a time.
     *
     * @throws IllegalArgumentException likewise
     */
    static ViewQuery parsePoll(MultiMap query, Subprotocol subprotocol) {
        String form = query.get("form");
        if (Form.DELTA.token().equals(form)) {
            throw new IllegalArgumentException("form delta is not to be had by polling: its frames build on each other;"
                    + " open a WebSocket at /ws/swarm");
        }
        Form whole = subprotocol == Subprotocol.JSON ? Form.JSON : Form.PLAIN;
        return parse(query, form == null ? whole : form(form, subprotocol));
    }

    private static ViewQuery parse(MultiMap query, Form form) {
        for (String once : ONCE) {
            if (query.getAll(once).size() > 1) {
                throw new IllegalArgumentException(once + " stands in the URL more than once");
            }
        }
        return new ViewQuery(fps(query.get("fps")), selection(query), form, batch(query.get("batch"), form));
    }

    private static Form form(@Nullable String text, Subprotocol subprotocol) {
        if (text == null) {
            return subprotocol == Subprotocol.JSON ? Form.JSON : BINARY_FORM;
        }
        Form form = Form.of(text).orElse(null);
        checkForm(form, text, subprotocol);
        return form == null ? BINARY_FORM : form;
    }

    /**
     * @param asked as it was read; null when there is no such form
     * @throws IllegalArgumentException when the connection cannot have it
     */
    static void checkForm(@Nullable Form asked, String text, Subprotocol subprotocol) {
        boolean suits = switch (subprotocol) {
            case JSON -> asked == Form.JSON;
            case SBE -> asked == Form.PLAIN || asked == Form.DELTA;
        };
        if (!suits) {
            throw new IllegalArgumentException("form " + text + " is not to be had with " + subprotocol.token() + "; "
                    + (subprotocol == Subprotocol.JSON ? "json is" : "plain and delta are"));
        }
    }

    private static int batch(@Nullable String text, Form form) {
        if (text == null) {
            return 1;
        }
        if (form == Form.JSON && (text.equals("0") || text.equals("1"))) {
            // Says of events whether they come several at once; a frame is alone.
            return 1;
        }
        if (form != Form.DELTA) {
            throw new IllegalArgumentException("batch is for the form delta only, not for " + form.token());
        }
        int batch = text.matches("[0-9]{1,2}") ? Integer.parseInt(text) : -1;
        if (batch < 1 || batch > BATCH_MAX) {
            throw new IllegalArgumentException("batch must be a whole number from 1 to " + BATCH_MAX);
        }
        return batch;
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
