package io.essaim.bench.peers;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The command line, checked as far as it can be without touching a file.
 *
 * @param name of the peer
 * @param port 0 for any
 * @param payload path of the file with the message
 */
record PeerOptions(String name, int port, int framesPerSecond, String payload) {
    private static final int PORT_MAX = 65_535;
    private static final int FRAMES_PER_SECOND_MAX = 1_000;

    /** @throws MisuseException with a line for the user */
    static PeerOptions parse(String... args) {
        if (args.length == 0) {
            throw new MisuseException("the first argument names the server");
        }
        Map<String, String> given = new HashMap<>();
        for (int i = 1; i < args.length; i += 2) {
            if (!Set.of("--port", "--fps", "--payload").contains(args[i])) {
                throw new MisuseException("unknown option " + args[i]);
            }
            if (i + 1 == args.length) {
                throw new MisuseException(args[i] + " needs a value");
            }
            given.put(args[i], args[i + 1]);
        }
        return new PeerOptions(
                args[0],
                number(given, "--port", 0, PORT_MAX),
                number(given, "--fps", 1, FRAMES_PER_SECOND_MAX),
                value(given, "--payload"));
    }

    private static int number(Map<String, String> given, String option, int min, int max) {
        String value = value(given, option);
        if (value.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw new MisuseException(option + " " + value + " is not a whole number from " + min + " to " + max);
    }

    private static String value(Map<String, String> given, String option) {
        String value = given.get(option);
        if (value == null) {
            throw new MisuseException(option + " is missing");
        }
        return value;
    }
}
