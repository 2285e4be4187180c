package io.essaim.server.config;

/** The settings as documentation. */
public final class SettingsTable {
    private SettingsTable() {}

    /** A heading and a table for each group. */
    public static String markdown() {
        StringBuilder markdown = new StringBuilder();
        for (Group group : Group.values()) {
            markdown.append(markdown.isEmpty() ? "### " : "\n### ").append(group.title());
            markdown.append("\n\n| Setting | Default | Values | Meaning |\n| --- | --- | --- | --- |\n");
            for (Setting<?> setting : Settings.in(group)) {
                markdown.append("| `%s` | `%s` | %s | %s |\n"
                        .formatted(
                                setting.key(),
                                setting.defaultText(),
                                cell(setting.limits()),
                                cell(setting.description())));
            }
        }
        return markdown.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
