package io.essaim.client;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.events.EventFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a filter as a server writes it: an object whose fields are strings, numbers, booleans, or lists of such. It is all
 * the JSON that a client has to understand.
 */
final class FilterText {
    private final String text;
    private int at;

    private FilterText(String text) {
        this.text = text;
    }

    /** @param text empty: everything */
    static EventFilter read(String text) throws MalformedMessageException {
        if (text.isEmpty()) {
            return EventFilter.ALL;
        }
        FilterText reader = new FilterText(text);
        Map<String, List<Object>> conditions = new LinkedHashMap<>();
        reader.expect('{');
        while (!reader.accept('}')) {
            if (!conditions.isEmpty()) {
                reader.expect(',');
            }
            String field = reader.string();
            reader.expect(':');
            conditions.put(field, reader.values());
        }
        if (reader.at < text.length()) {
            throw reader.malformed();
        }
        return new EventFilter(conditions);
    }

    private List<Object> values() throws MalformedMessageException {
        if (!accept('[')) {
            return List.of(value());
        }
        List<Object> values = new ArrayList<>();
        do {
            values.add(value());
        } while (accept(','));
        expect(']');
        return values;
    }

    private Object value() throws MalformedMessageException {
        space();
        if (text.startsWith("\"", at)) {
            return string();
        }
        for (String literal : List.of("true", "false")) {
            if (text.startsWith(literal, at)) {
                at += literal.length();
                return literal.equals("true");
            }
        }
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        try {
            return Double.parseDouble(text.substring(start, at));
        } catch (NumberFormatException e) {
            throw malformed();
        }
    }

    private String string() throws MalformedMessageException {
        expect('"');
        StringBuilder read = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            read.append(c == '\\' ? escaped() : c);
        }
        expect('"');
        return read.toString();
    }

    private char escaped() throws MalformedMessageException {
        if (at == text.length()) {
            throw malformed();
        }
        char c = text.charAt(at++);
        int known = "bfnrt\"\\/".indexOf(c);
        if (known >= 0) {
            return "\b\f\n\r\t\"\\/".charAt(known);
        }
        if (c != 'u' || at + 4 > text.length()) {
            throw malformed();
        }
        try {
            char read = (char) Integer.parseInt(text.substring(at, at + 4), 16);
            at += 4;
            return read;
        } catch (NumberFormatException e) {
            throw malformed();
        }
    }

    private void expect(char c) throws MalformedMessageException {
        if (!accept(c)) {
            throw malformed();
        }
    }

    private boolean accept(char c) {
        space();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void space() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private MalformedMessageException malformed() {
        return new MalformedMessageException("filter is not as expected at character " + at);
    }
}
