package io.essaim.server.config;

import java.util.regex.Pattern;

/** An address or name to listen on. It is not looked up here. */
record HostForm() implements Form<String> {
    private static final Pattern NAME_OR_ADDRESS =
            Pattern.compile("[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9]+)?");
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127\\.[0-9]+\\.[0-9]+\\.[0-9]+|::1|0:0:0:0:0:0:0:1", Pattern.CASE_INSENSITIVE);

    /** Whether only this machine reaches it. Says no when in doubt: a name other than localhost is not looked up. */
    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    @Override
    public String placeholder() {
        return "HOST";
    }

    @Override
    public String limits() {
        return "an address or a name";
    }

    @Override
    public String parse(String text) throws InvalidValueException {
        if (!NAME_OR_ADDRESS.matcher(text).matches()) {
            throw new InvalidValueException(
                    "it is not an address or a name; write it alone, as in 127.0.0.1, 0.0.0.0, :: or " + "example.org");
        }
        return text;
    }

    @Override
    public String printYaml(String value) {
        return YamlText.of(value);
    }
}
