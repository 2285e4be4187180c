package io.essaim.server.terminal;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What messages are made of, as {@code sbe/essaim.xml} says. Immutable.
 *
 * @param id of the schema, in every message's header
 * @param header that begins every message
 * @param messages by templateId
 */
record MessageSchema(int id, List<Field> header, Map<Integer, Type> messages) {

    /** A kind of message. */
    record Type(int id, String name, String description, Block block) {}

    /** What a message, or an entry of a group, holds, in this order. */
    record Block(List<Field> fields, List<Group> groups, List<Data> data) {
        /** Bytes of the fields. */
        int length() {
            return fields.stream()
                    .mapToInt(field -> field.offset() + field.primitive().bytes())
                    .max()
                    .orElse(0);
        }
    }

    /**
     * A number at a fixed place. A composite is one field for each of its members.
     *
     * @param offset from the block's beginning
     * @param typeName of an enum, or the primitive's
     * @param choices by number what an enum's value means; empty: no enum
     */
    record Field(
            String name,
            int offset,
            Primitive primitive,
            String typeName,
            Map<Long, String> choices,
            boolean optional,
            String description) {}

    /**
     * A repeating group.
     *
     * @param blockLength before its entries: bytes of each one's fields
     * @param count before its entries: how many
     * @param countMax more are an error
     */
    record Group(String name, String description, Primitive blockLength, Primitive count, long countMax, Block entry) {}

    /**
     * Bytes after their length.
     *
     * @param isText whether they are UTF-8
     */
    record Data(String name, String description, Primitive length, boolean isText) {}

    Optional<Type> type(int templateId) {
        return Optional.ofNullable(messages.get(templateId));
    }
}
