package io.essaim.server.terminal;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where a command's output goes, and what can be shown there. The JDK does not say, so the shell's own tools are asked. */
public final class Terminal {
    private static final Pattern STTY_SIZE = Pattern.compile("([1-9][0-9]{0,3}) ([1-9][0-9]{0,3})\\s*");
    private static final int COLUMNS_DEFAULT = 80;
    private static final int LINES_DEFAULT = 24;
    private static final int PROBE_SECONDS_MAX = 5;

    private final Map<String, String> environment;
    private final OutputStream output;
    private final boolean isTerminal;

    private Terminal(Map<String, String> environment, OutputStream output, boolean isTerminal) {
        this.environment = environment;
        this.output = output;
        this.isTerminal = isTerminal;
    }

    /** Columns and lines. */
    record Size(int columns, int lines) {}

    /** The process's standard output. */
    public static Terminal ofProcess(Map<String, String> environment) {
        return new Terminal(environment, new FileOutputStream(FileDescriptor.out), true);
    }

    /** A file or a pipe, where nothing can be drawn. */
    public static Terminal none(OutputStream output) {
        return new Terminal(Map.of(), output, false);
    }

    /** A terminal of which only the variables are known. */
    static Terminal of(Map<String, String> environment, OutputStream output) {
        return new Terminal(environment, output, true);
    }

    /** The variables of the process, as far as they are known. */
    Map<String, String> environment() {
        return environment;
    }

    /** Raw; what is written are UTF-8 bytes. */
    OutputStream output() {
        return output;
    }

    /** Whether a person looks at it; asks each time. */
    boolean isInteractive() {
        if (!isTerminal || "dumb".equals(environment.get("TERM"))) {
            return false;
        }
        try {
            Process test = new ProcessBuilder("sh", "-c", "test -t 1")
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return test.waitFor(PROBE_SECONDS_MAX, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            // Without a shell there is no terminal of the kind that is drawn on here.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** As it is now: windows are resized. */
    Size size() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            Matcher size = STTY_SIZE.matcher(printed);
            if (size.matches()) {
                return new Size(Integer.parseInt(size.group(2)), Integer.parseInt(size.group(1)));
            }
        } catch (IOException e) {
            // No stty, or no /dev/tty: then the variables say, or a guess has to do.
            return fromVariables();
        }
        return fromVariables();
    }

    /** https://no-color.org */
    boolean hasColours() {
        return environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** Whether the locale's encoding is UTF-8; newer Java versions do not tell. */
    boolean hasUnicode() {
        return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(locale -> !locale.isEmpty())
                .findFirst()
                .filter(locale ->
                        locale.toUpperCase(Locale.ROOT).replace("-", "").contains("UTF8"))
                .isPresent();
    }

    private Size fromVariables() {
        return new Size(variable("COLUMNS", COLUMNS_DEFAULT), variable("LINES", LINES_DEFAULT));
    }

    private int variable(String name, int otherwise) {
        String value = environment.getOrDefault(name, "");
        return value.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(value) : otherwise;
    }
}
