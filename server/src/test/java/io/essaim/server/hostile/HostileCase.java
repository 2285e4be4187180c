package io.essaim.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;

/**
 * One thing that an attacker tries.
 *
 * @param name group and what it is
 * @param expected what has to become of it, where {@code *} is any text
 * @param attack does it, and tells what became of it
 */
record HostileCase(String name, String expected, Attack attack) {
    /** Does it to servers, each over connections of its own, and says in a line what became of it. */
    @FunctionalInterface
    interface Attack {
        String on(Targets targets) throws Exception;
    }

    /** Does it and compares. */
    void check(Targets targets) throws Exception {
        assertThat(attack.on(targets)).as(name).matches(pattern());
    }

    private Pattern pattern() {
        StringBuilder pattern = new StringBuilder();
        int from = 0;
        for (int star = expected.indexOf('*'); star >= 0; star = expected.indexOf('*', from)) {
            pattern.append(Pattern.quote(expected.substring(from, star))).append(".*");
            from = star + 1;
        }
        return Pattern.compile(
                pattern.append(Pattern.quote(expected.substring(from))).toString(), Pattern.DOTALL);
    }

    @Override
    public String toString() {
        return name;
    }
}
