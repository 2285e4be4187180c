package io.essaim.server.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A list of {@code NAME=VALUE}, or {@code none}. The values are for nobody to see, since there may be a secret among them. */
record OptionsForm(EntriesForm entries) implements Form<List<String>> {
    OptionsForm() {
        this(EntriesForm.of("NAME=VALUE"));
    }

    @Override
    public String placeholder() {
        return entries.placeholder();
    }

    @Override
    public String limits() {
        return entries.limits();
    }

    @Override
    public List<String> parse(String text) throws InvalidValueException {
        checkDifferent(List.of(text.split(",", -1)));
        return entries.parse(text);
    }

    @Override
    public List<String> parse(Iterable<String> items) throws InvalidValueException {
        checkDifferent(items);
        return entries.parse(items);
    }

    /** Before the error of a list says which one it is. */
    private static void checkDifferent(Iterable<String> items) throws InvalidValueException {
        Set<String> seen = new HashSet<>();
        for (String item : items) {
            if (!item.isBlank() && !seen.add(item.strip())) {
                throw new InvalidValueException("option " + (seen.size() + 1) + " stands there twice");
            }
        }
    }

    @Override
    public void check(List<String> value) throws InvalidValueException {
        parse(value);
    }

    @Override
    public boolean isSecret() {
        return true;
    }

    @Override
    public String print(List<String> value) {
        return entries.print(hidden(value));
    }

    @Override
    public String printYaml(List<String> value) {
        return entries.printYaml(hidden(value));
    }

    private static List<String> hidden(List<String> value) {
        return value.stream()
                .map(option -> option.substring(0, option.indexOf('=') + 1) + Secret.HIDDEN)
                .toList();
    }
}
