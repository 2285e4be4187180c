package io.essaim.server.config;

import java.util.Optional;

/**
 * A secret, or {@code none}. It can be read and never be printed, so {@link #print} gives no text that could be read back
 * as the same value.
 */
record SecretForm() implements Form<Optional<Secret>> {
    private static final String NONE = "none";
    private static final int LENGTH_MIN = 8;
    private static final int LENGTH_MAX = 256;

    @Override
    public String placeholder() {
        return "SECRET";
    }

    @Override
    public String limits() {
        return LENGTH_MIN + " to " + LENGTH_MAX + " characters of visible ASCII, or none";
    }

    @Override
    public Optional<Secret> parse(String text) throws InvalidValueException {
        if (text.equals(NONE)) {
            return Optional.empty();
        }
        if (text.equals(Secret.HIDDEN)) {
            throw new InvalidValueException("that stands for a secret that is not shown; write the secret itself");
        }
        Optional<Secret> secret = Optional.of(new Secret(text));
        check(secret);
        return secret;
    }

    @Override
    public void check(Optional<Secret> value) throws InvalidValueException {
        if (value.isEmpty()) {
            return;
        }
        Secret secret = value.get();
        if (!secret.isVisibleAscii()) {
            throw new InvalidValueException("it has blanks or characters beyond ASCII, which stand in no header");
        }
        if (secret.length() < LENGTH_MIN || secret.length() > LENGTH_MAX) {
            throw new InvalidValueException("it has " + secret.length() + " characters; allowed: " + limits());
        }
    }

    @Override
    public boolean isSecret() {
        return true;
    }

    @Override
    public String print(Optional<Secret> value) {
        return value.isPresent() ? Secret.HIDDEN : NONE;
    }

    @Override
    public String printYaml(Optional<Secret> value) {
        return YamlText.of(print(value));
    }
}
