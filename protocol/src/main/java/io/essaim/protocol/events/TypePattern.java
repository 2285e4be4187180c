package io.essaim.protocol.events;

import java.util.regex.Pattern;

/**
 * Which types of events are wanted: words with dots between them, where {@code *} stands for one word and, at the end, for
 * one or more. {@code *} alone matches every type. A type with two names is matched by either.
 *
 * @param text as it was written, other names of the same type resolved
 */
public record TypePattern(String text) {
    private static final Pattern SYNTAX = Pattern.compile("(\\*|[A-Za-z0-9_-]+)(\\.(\\*|[A-Za-z0-9_-]+)){0,7}");

    /** Matches every type. */
    public static final TypePattern ANY = new TypePattern("*");

    /** @throws IllegalArgumentException when it is no pattern; says what one is */
    public TypePattern {
        if (text.length() > EventNames.TYPE_CHARS_MAX || !SYNTAX.matcher(text).matches()) {
            throw new IllegalArgumentException("types: \"" + EventNames.abridged(text)
                    + "\" is no pattern: 1 to 8 words with dots between them, * for any one word or, at the end, for one"
                    + " or more");
        }
        text = EventNames.canonical(text);
    }

    /** @param type by the name that {@link EventNames#type} gives it */
    public boolean matches(String type) {
        if (matchesName(type)) {
            return true;
        }
        // What is written out goes by its one name already.
        String other = text.indexOf('*') < 0 ? null : EventNames.otherName(type);
        return other != null && matchesName(other);
    }

    private boolean matchesName(String type) {
        int at = 0;
        int in = 0;
        while (true) {
            int patternEnd = end(text, at);
            int typeEnd = end(type, in);
            boolean any = patternEnd == at + 1 && text.charAt(at) == '*';
            if (any && patternEnd == text.length()) {
                return true;
            }
            if (!any && !text.regionMatches(at, type, in, Math.max(patternEnd - at, typeEnd - in))) {
                return false;
            }
            if (patternEnd == text.length() || typeEnd == type.length()) {
                return patternEnd == text.length() && typeEnd == type.length();
            }
            at = patternEnd + 1;
            in = typeEnd + 1;
        }
    }

    private static int end(String words, int from) {
        int dot = words.indexOf('.', from);
        return dot < 0 ? words.length() : dot;
    }

    @Override
    public String toString() {
        return text;
    }
}
