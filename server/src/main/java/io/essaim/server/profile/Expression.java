package io.essaim.server.profile;

import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.json.JsonBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads where a field is taken from:
 *
 * <pre>
 *  expression   = alternatives | data.PATH "==" literal "?" alternatives ":" alternatives
 *  alternatives = source { "|" source }        the first that the event has
 *  source       = name | data.PATH | literal
 *  literal      = 'text' | number | true | false | null
 * </pre>
 */
final class Expression {
    private static final Pattern TOKEN = Pattern.compile("\\s*('[^']*'|==|[|?:]|[^\\s'|?:=]+)\\s*");
    private static final Pattern CONSTANT =
            Pattern.compile("true|false|null|-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?");

    private final String field;
    private final String text;
    private final List<String> tokens = new ArrayList<>();
    private int next;

    private Expression(String field, String text) {
        this.field = field;
        this.text = text;
    }

    /** @throws IllegalArgumentException naming the field and what was expected */
    static Template parse(String field, String text) {
        return new Expression(field, text).parse();
    }

    private Template parse() {
        Matcher token = TOKEN.matcher(text);
        int end = 0;
        while (token.lookingAt()) {
            tokens.add(token.group(1));
            end = token.end();
            token.region(end, text.length());
        }
        if (end < text.length()) {
            throw wrong("a text in '' is not closed, or one = stands alone");
        }
        Template.FirstOf first = alternatives();
        if (next == tokens.size()) {
            return first;
        }
        take("==");
        if (first.sources().size() != 1 || !(first.sources().get(0) instanceof Source.DataPath path)) {
            throw wrong("before == stands a field of the data, as data.status");
        }
        if (!(source() instanceof Source.Literal value)) {
            throw wrong("after == stands a text in '', a number, true or false");
        }
        take("?");
        Template.FirstOf same = alternatives();
        take(":");
        Template.FirstOf other = alternatives();
        if (next < tokens.size()) {
            throw wrong("nothing is expected from \"" + tokens.get(next) + "\" on");
        }
        return new Template.Choice(path.path(), value.value(), same, other);
    }

    private Template.FirstOf alternatives() {
        List<Source> sources = new ArrayList<>(List.of(source()));
        while (next < tokens.size() && tokens.get(next).equals("|")) {
            next++;
            sources.add(source());
        }
        return new Template.FirstOf(sources);
    }

    private void take(String expected) {
        if (next == tokens.size() || !tokens.get(next).equals(expected)) {
            throw wrong("\"" + expected + "\" is expected "
                    + (next == tokens.size() ? "at the end" : "before \"" + tokens.get(next) + "\""));
        }
        next++;
    }

    private Source source() {
        if (next == tokens.size()) {
            throw wrong("a value is expected at the end");
        }
        String token = tokens.get(next++);
        if (token.startsWith("'")) {
            JsonBuffer quoted = new JsonBuffer(64).string(token.substring(1, token.length() - 1));
            return new Source.Literal(JsonText.of(quoted.toByteArray()));
        }
        if (CONSTANT.matcher(token).matches()) {
            return new Source.Literal(JsonText.of(token));
        }
        if (token.startsWith(EventFilter.DATA_PREFIX)) {
            return path(token.substring(EventFilter.DATA_PREFIX.length()));
        }
        return Source.Attribute.of(token)
                .orElseThrow(() -> wrong("\"" + token + "\" is none of " + String.join(", ", Source.Attribute.tokens())
                        + ", data.NAME, or a text in ''"));
    }

    private Source path(String path) {
        List<String> words = List.of(path.split("\\.", -1));
        if (words.contains("") || words.size() > EventFilter.PATH_WORDS_MAX) {
            throw wrong("data." + path + " is 1 to " + EventFilter.PATH_WORDS_MAX + " names with dots between them");
        }
        return new Source.DataPath(path);
    }

    private IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException(field + ": \"" + text + "\": " + why);
    }
}
