package io.essaim.server.config;

import java.util.Locale;

/** One thing a deployment may choose: its names, its default, its limits. The constants stand in {@link Settings}. */
public final class Setting<T> {
    private final Group group;
    private final String key;
    private final T defaultValue;
    private final Form<T> form;
    private final String description;

    Setting(Group group, String key, T defaultValue, Form<T> form, String description) {
        this.group = group;
        this.key = key;
        this.defaultValue = defaultValue;
        this.form = form;
        this.description = description;
    }

    public Group group() {
        return group;
    }

    /** As in a file: {@code max-connections}. */
    public String key() {
        return key;
    }

    /** As on the command line: {@code --max-connections}. */
    public String flag() {
        return "--" + key;
    }

    /** As in the environment: {@code ESSAIM_MAX_CONNECTIONS}. */
    public String variable() {
        return Environment.PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    public T defaultValue() {
        return defaultValue;
    }

    /** The default as one would write it. */
    public String defaultText() {
        return form.print(defaultValue);
    }

    /** What stands for a value in help. */
    public String placeholder() {
        return form.placeholder();
    }

    /** Which values are allowed, in words. */
    public String limits() {
        return form.limits();
    }

    /** One line, without a full stop. */
    public String description() {
        return description;
    }

    /** Whether the flag alone, without a value, says {@code true}. */
    public boolean isSwitch() {
        return defaultValue instanceof Boolean;
    }

    Form<T> form() {
        return form;
    }

    @Override
    public String toString() {
        return key;
    }
}
