package io.essaim.server.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A list of different names, none of them empty. As one text they are separated by commas; a name that has a comma in
 * it can only stand in a YAML list.
 */
record LabelsForm(int countMax, int bytesMax) implements Form<List<String>> {

    @Override
    public String placeholder() {
        return "NAME,...";
    }

    @Override
    public String limits() {
        return "1 to " + countMax + " different names, each at most " + bytesMax + " bytes";
    }

    @Override
    public List<String> parse(String text) throws InvalidValueException {
        return parse(List.of(text.split(",", -1)));
    }

    @Override
    public List<String> parse(Iterable<String> items) throws InvalidValueException {
        List<String> labels = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String item : items) {
            String label = item.strip();
            String which = "name " + (labels.size() + 1);
            if (label.isEmpty()) {
                throw new InvalidValueException(which + " is empty; remove it, or the comma too many");
            }
            int bytes = label.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > bytesMax) {
                throw new InvalidValueException(which + " has " + bytes + " bytes in UTF-8; at most " + bytesMax);
            }
            if (!seen.add(label)) {
                throw new InvalidValueException(which + " (" + label + ") stands there twice");
            }
            labels.add(label);
        }
        if (labels.isEmpty() || labels.size() > countMax) {
            throw new InvalidValueException("it has " + labels.size() + " names; allowed: 1 to " + countMax);
        }
        return List.copyOf(labels);
    }

    @Override
    public String print(List<String> value) {
        return String.join(",", value);
    }

    @Override
    public String printYaml(List<String> value) {
        return YamlText.of(value);
    }
}
