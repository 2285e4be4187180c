package io.essaim.server.security;

import io.essaim.protocol.events.EventScope;
import io.essaim.protocol.events.RoomPattern;
import io.essaim.protocol.events.TypePattern;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes an identity of what a token or a file says about one, claim by claim. A claim that is not there leaves what holds
 * without it: a list permits everything, {@code watch} is true, the other permissions are not given. For one thread.
 */
public final class IdentityClaims {
    /** All there are, in the order in which they are explained. */
    public static final List<String> NAMES =
            List.of("roles", "rooms", "types", "circles", "projects", "watch", "publish", "ingest", "admin");

    private static final int NAME_CHARS_MAX = 128;
    private static final int LIST_MAX = 1_000;
    private static final Pattern ROLE = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");
    /** As whom the server counts those who do not log in, and those who bring a token of the settings. */
    private static final Set<String> TAKEN_NAMES = Set.of("anonymous", "producer", "publisher");

    private final Set<Permission> permissions = EnumSet.of(Permission.WATCH);
    private Set<String> roles = Set.of();
    private Optional<List<RoomPattern>> rooms = Optional.empty();
    private Optional<List<TypePattern>> types = Optional.empty();
    private Optional<Set<Long>> circles = Optional.empty();
    private Optional<Set<Long>> projects = Optional.empty();

    /**
     * @param value as a parser of JSON or YAML gives it
     * @throws IllegalArgumentException when there is no such claim, or it has the wrong form; says which form it has
     */
    public void take(String claim, @Nullable Object value) {
        switch (claim) {
            case "roles" -> roles = Set.copyOf(list(claim, value, item -> role(text(claim, item))));
            case "rooms" -> rooms = Optional.of(list(claim, value, item -> new RoomPattern(text(claim, item))));
            case "types" -> types = Optional.of(list(claim, value, item -> new TypePattern(text(claim, item))));
            case "circles" -> circles = Optional.of(ids(claim, value));
            case "projects" -> projects = Optional.of(ids(claim, value));
            case "watch" -> permit(claim, Permission.WATCH, value);
            case "publish" -> permit(claim, Permission.PUBLISH, value);
            case "ingest" -> permit(claim, Permission.INGEST, value);
            case "admin" -> permit(claim, Permission.ADMIN, value);
            default -> throw new IllegalArgumentException(claim + " is none of " + String.join(", ", NAMES));
        }
    }

    /** @throws IllegalArgumentException when the name can be none */
    public Identity identity(String name, Optional<Instant> expires) {
        return new Identity(
                checkedName(name),
                roles,
                new Grant(permissions, new EventScope(rooms, types, circles, projects)),
                expires);
    }

    private static String checkedName(String name) {
        if (name.isBlank()
                || name.length() > NAME_CHARS_MAX
                || !name.codePoints().allMatch(IdentityClaims::isShown)) {
            throw new IllegalArgumentException(
                    "the name has to be 1 to " + NAME_CHARS_MAX + " characters, none of them invisible");
        } else if (TAKEN_NAMES.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "the name \"" + name + "\" stands for those without a name of their own; choose another");
        }
        return name;
    }

    private static boolean isShown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private void permit(String claim, Permission permission, @Nullable Object value) {
        if (!(value instanceof Boolean given)) {
            throw new IllegalArgumentException(claim + " is not true or false");
        } else if (given) {
            permissions.add(permission);
        } else {
            permissions.remove(permission);
        }
    }

    private static <T> List<T> list(String claim, @Nullable Object value, Function<@Nullable Object, T> item) {
        if (!(value instanceof List<?> items)) {
            throw new IllegalArgumentException(claim + " is no list");
        } else if (items.size() > LIST_MAX) {
            throw new IllegalArgumentException(claim + " has " + items.size() + " entries, at most " + LIST_MAX
                    + "; use patterns or a custom provider");
        }
        // Two that are written differently may be the same.
        return items.stream().<T>map(item).distinct().toList();
    }

    private static Set<Long> ids(String claim, @Nullable Object value) {
        return new LinkedHashSet<>(list(claim, value, item -> {
            if (item instanceof Long id) {
                return id;
            } else if (item instanceof Integer id) {
                return id.longValue();
            }
            throw new IllegalArgumentException(claim + " holds something else than whole numbers");
        }));
    }

    private static String text(String claim, @Nullable Object item) {
        if (item instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(claim + " holds something else than texts");
    }

    private static String role(String text) {
        if (!ROLE.matcher(text).matches()) {
            throw new IllegalArgumentException("roles holds something else than words of letters, digits and _ . : -");
        }
        return text.toLowerCase(Locale.ROOT);
    }
}
