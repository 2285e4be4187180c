package io.essaim.server.config;

/** Amounts of memory, both limits included. */
record SizeForm(ByteSize min, ByteSize max) implements Form<ByteSize> {

    @Override
    public String placeholder() {
        return "SIZE";
    }

    @Override
    public String limits() {
        return min + " to " + max;
    }

    @Override
    public ByteSize parse(String text) throws InvalidValueException {
        ByteSize value = ByteSize.parse(text);
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new InvalidValueException("it is out of range; allowed: " + limits());
        }
        return value;
    }
}
