package io.essaim.server.config;

/** How the values of a setting are written: from text to value, within limits, and back. */
interface Form<T> {

    /** What stands for a value in help: {@code --port=PORT}. */
    String placeholder();

    /** The values that are allowed, in words that follow "is not": {@code 0 to 65535}. */
    String limits();

    /**
     * @param text without white space at either end
     * @throws InvalidValueException if it is no such value, or one out of the limits
     */
    T parse(String text) throws InvalidValueException;

    /** As {@link #parse(String)}, of a YAML list. */
    default T parse(Iterable<String> items) throws InvalidValueException {
        throw new InvalidValueException("it is a list; write one value");
    }

    /** What {@link #parse(String)} reads as the same value. */
    default String print(T value) {
        return value.toString();
    }

    /** Whether values are for nobody to see: {@link #print} hides them, and no message may hold the text. */
    default boolean isSecret() {
        return false;
    }

    /** @throws InvalidValueException if the value is out of the limits */
    default void check(T value) throws InvalidValueException {
        parse(print(value));
    }

    /** The same as YAML on one line, quoted where need be. */
    default String printYaml(T value) {
        return print(value);
    }
}
