package io.essaim.server.config;

/** A line of text for people. */
record TextForm(int charactersMax) implements Form<String> {
    @Override
    public String placeholder() {
        return "TEXT";
    }

    @Override
    public String limits() {
        return "one line of at most " + charactersMax + " characters";
    }

    @Override
    public String parse(String text) throws InvalidValueException {
        if (text.length() > charactersMax || text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException("it is too long or has control characters; allowed: " + limits());
        }
        return text;
    }

    @Override
    public String print(String value) {
        return value;
    }
}
