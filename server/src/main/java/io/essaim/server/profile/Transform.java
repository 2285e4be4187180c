package io.essaim.server.profile;

import io.essaim.protocol.events.TypePattern;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How events of some types become a message: its type, and what its fields are made of. Immutable.
 *
 * @param when which types
 * @param type of the message
 * @param onlyRoom told only to those who are in this room, whichever the event's own is; null: to all
 */
public record Transform(
        TypePattern when, String type, @Nullable String onlyRoom, Template.Group fields) {
    /** Fields that are added at the end, unless the transform has them. */
    static final List<Source.Attribute> ADDED =
            List.of(Source.Attribute.ROOM, Source.Attribute.OFFSET, Source.Attribute.EVENT_ID);

    /** The last field of a message, which only the delivery knows. */
    static final String CURSOR = "cursor";

    /**
     * A transform for all.
     *
     * @param fields of the message, each with where it is taken from: {@code data.NAME}, {@code timestamp}, {@code 'text'},
     *     {@code data.a|data.b} for the first that is there, {@code data.a == 'b' ? 'c' : 'd'}
     * @throws IllegalArgumentException when one cannot be understood; names it
     */
    public static Transform of(String pattern, String type, Map<String, String> fields) {
        Map<String, Template> templates = new java.util.LinkedHashMap<>();
        fields.forEach((name, expression) -> templates.put(name, Expression.parse("fields." + name, expression)));
        return new Transform(new TypePattern(pattern), type, null, new Template.Group(templates));
    }

    /** @throws IllegalArgumentException when a field's name is taken; says by what */
    public Transform {
        if (fields.fields().containsKey("type") || fields.fields().containsKey(CURSOR)) {
            throw new IllegalArgumentException("fields: type and cursor are put in by the server; leave them out");
        }
    }
}
