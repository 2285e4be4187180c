package io.essaim.server.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one file, environment or command line says: values that are right, and problems. Made by one thread. */
final class Layer {
    private final Map<Setting<?>, Configuration.Value<?>> values = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Set<Setting<?>> unreadable = new HashSet<>();

    Map<Setting<?>, Configuration.Value<?>> values() {
        return values;
    }

    List<Problem> problems() {
        return problems;
    }

    /** The settings of those problems that are about a value. */
    Set<Setting<?>> unreadable() {
        return unreadable;
    }

    <T> void put(Setting<T> setting, String text, Origin origin) {
        String stripped = text.strip();
        try {
            if (stripped.isEmpty()) {
                throw new InvalidValueException("it is empty; write a value, or leave the setting out");
            }
            values.put(setting, new Configuration.Value<>(setting.form().parse(stripped), origin));
        } catch (InvalidValueException e) {
            refuse(setting, stripped, origin, e);
        }
    }

    <T> void put(Setting<T> setting, List<String> items, Origin origin) {
        try {
            values.put(setting, new Configuration.Value<>(setting.form().parse(items), origin));
        } catch (InvalidValueException e) {
            refuse(setting, items.toString(), origin, e);
        }
    }

    void problem(String place, String text) {
        problems.add(new Problem(place, text));
    }

    private void refuse(Setting<?> setting, String text, Origin origin, InvalidValueException why) {
        unreadable.add(setting);
        String shown = setting.form().isSecret() ? Secret.HIDDEN : abridged(text);
        problem(origin.place(), setting.key() + "=" + shown + ": " + why.getMessage());
    }

    /**
     * @param kind what the name should have been
     * @param known every name that could have stood there
     */
    void unknown(String place, String kind, String name, Collection<String> known) {
        String hint = Nearest.to(name, known)
                .map(nearest -> "did you mean " + nearest + "?")
                .orElse("'essaim config' prints every setting");
        problem(place, "unknown " + kind + " " + abridged(name) + "; " + hint);
    }

    /** An error is a line, whatever was pasted into the value. */
    private static String abridged(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= 60 ? line : line.substring(0, 57) + "…";
    }
}
