package io.essaim.server.config;

import java.util.List;

/** A list of different entries, or {@code none}. Otherwise as {@link LabelsForm}. */
record EntriesForm(String placeholder, LabelsForm entries) implements Form<List<String>> {
    private static final String NONE = "none";

    /** @param placeholder of one entry */
    static EntriesForm of(String placeholder) {
        return new EntriesForm(placeholder + ",...", new LabelsForm(1_000, 255));
    }

    @Override
    public String limits() {
        return entries.limits() + ", or none";
    }

    @Override
    public List<String> parse(String text) throws InvalidValueException {
        return text.isEmpty() || text.equals(NONE) ? List.of() : entries.parse(text);
    }

    @Override
    public List<String> parse(Iterable<String> items) throws InvalidValueException {
        return items.iterator().hasNext() ? entries.parse(items) : List.of();
    }

    @Override
    public String print(List<String> value) {
        return value.isEmpty() ? NONE : entries.print(value);
    }

    @Override
    public String printYaml(List<String> value) {
        return entries.printYaml(value);
    }
}
