package io.essaim.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A whole number for each of some paths, as in {@code /ws/simulation=1000,/ws/events=200}, or {@code none}. */
record PathCountsForm(List<String> paths, int max) implements Form<Map<String, Integer>> {
    private static final String NONE = "none";

    @Override
    public String placeholder() {
        return "PATH=COUNT,...";
    }

    @Override
    public String limits() {
        return "1 to " + max + " each for " + String.join(", ", paths) + ", or none";
    }

    @Override
    public Map<String, Integer> parse(String text) throws InvalidValueException {
        return text.equals(NONE) ? Map.of() : parse(List.of(text.split(",", -1)));
    }

    @Override
    public Map<String, Integer> parse(Iterable<String> items) throws InvalidValueException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (String item : items) {
            String entry = item.strip();
            int end = entry.lastIndexOf('=');
            if (end < 0) {
                throw new InvalidValueException("\"" + entry + "\" is no path with its count, as in /ws/events=200");
            }
            String path = entry.substring(0, end).strip();
            if (!paths.contains(path)) {
                throw new InvalidValueException(
                        "\"" + path + "\" has no count of its own; those that may are " + String.join(", ", paths));
            }
            if (counts.put(path, count(path, entry.substring(end + 1).strip())) != null) {
                throw new InvalidValueException(path + " stands there twice");
            }
        }
        return Map.copyOf(counts);
    }

    private int count(String path, String text) throws InvalidValueException {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > max) {
            throw new InvalidValueException("the count of " + path + " is \"" + text + "\"; allowed: 1 to " + max);
        }
        return Integer.parseInt(text);
    }

    @Override
    public String print(Map<String, Integer> value) {
        return value.isEmpty() ? NONE : String.join(",", entries(value));
    }

    @Override
    public String printYaml(Map<String, Integer> value) {
        return value.isEmpty() ? NONE : YamlText.of(entries(value));
    }

    /** In the order in which the paths are known. */
    private List<String> entries(Map<String, Integer> value) {
        return paths.stream()
                .filter(value::containsKey)
                .map(path -> path + "=" + value.get(path))
                .collect(Collectors.toCollection(ArrayList::new));
    }
}
