package io.essaim.server.terminal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Takes one message apart by the schema, row by row, in the order of its bytes. What can be read of a malformed message is
 * told before the fault is. Not thread-safe.
 */
final class Dissector {
    /** Entries of a group that are shown unless all are. */
    static final int ENTRIES_SHOWN = 3;

    private static final String TIME_FIELD = "timeMicros";

    /** Data that is a message itself. */
    private static final String MESSAGE = "message";

    private static final int HEADER_BLOCK_LENGTH = 0;
    private static final int HEADER_TEMPLATE_ID = 2;
    private static final int HEADER_SCHEMA_ID = 4;

    private final MessageSchema schema;
    private final boolean all;
    private final boolean isInner;
    private final Consumer<Row> rows;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int at;

    /**
     * Some bytes and what they are.
     *
     * @param length 0: a remark about bytes that are not shown
     */
    record Row(int offset, int length, String name, String type, String value, String meaning) {}

    /** What is wrong with a message, and where. */
    static final class Fault extends Exception {
        private static final long serialVersionUID = 1L;

        private final int offset;

        Fault(int offset, String message) {
            super(message);
            this.offset = offset;
        }

        int offset() {
            return offset;
        }
    }

    /** @param all whether groups are shown whole */
    Dissector(MessageSchema schema, boolean all, Consumer<Row> rows) {
        this(schema, all, false, rows);
    }

    /** @param isInner whether what it takes apart is within another message */
    private Dissector(MessageSchema schema, boolean all, boolean isInner, Consumer<Row> rows) {
        this.schema = schema;
        this.all = all;
        this.isInner = isInner;
        this.rows = rows;
    }

    /** The name of a message's kind, before it is taken apart. */
    static String title(MessageSchema schema, byte[] message) {
        if (message.length < HEADER_TEMPLATE_ID + Short.BYTES) {
            return "no message";
        }
        int templateId = Short.toUnsignedInt(
                ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getShort(HEADER_TEMPLATE_ID));
        return schema.type(templateId)
                .map(type -> type.name() + (type.description().isEmpty() ? "" : ": " + type.description()))
                .orElse("no message of this schema");
    }

    void dissect(byte[] message) throws Fault {
        bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        at = 0;
        for (MessageSchema.Field field : schema.header()) {
            field(0, field, "");
        }
        at = schema.header().stream()
                .mapToInt(field -> field.primitive().bytes())
                .sum();
        int schemaId = Short.toUnsignedInt(bytes.getShort(HEADER_SCHEMA_ID));
        if (schemaId != schema.id()) {
            throw new Fault(HEADER_SCHEMA_ID, "schemaId " + schemaId + ", expected " + schema.id());
        }
        int templateId = Short.toUnsignedInt(bytes.getShort(HEADER_TEMPLATE_ID));
        MessageSchema.Type type = schema.messages().get(templateId);
        if (type == null) {
            throw new Fault(HEADER_TEMPLATE_ID, "templateId " + templateId + " is none that this version knows");
        }
        block(type.block(), Short.toUnsignedInt(bytes.getShort(HEADER_BLOCK_LENGTH)), "", HEADER_BLOCK_LENGTH);
        rest(bytes.capacity() - at, "after the last field: of a newer schema, or no part of it");
    }

    /** @param lengthAt where the block's length stands, which is to blame when it is too small */
    private void block(MessageSchema.Block block, int length, String path, int lengthAt) throws Fault {
        if (length < block.length()) {
            throw new Fault(lengthAt, "blockLength " + length + ", at least " + block.length());
        }
        int begin = at;
        for (MessageSchema.Field field : block.fields()) {
            field(begin, field, path);
        }
        at = begin + block.length();
        int more = length - block.length();
        require(more, path + "block");
        rest(more, "fields of a newer schema");
        for (MessageSchema.Group group : block.groups()) {
            group(group, path);
        }
        for (MessageSchema.Data data : block.data()) {
            data(data, path);
        }
    }

    private void field(int begin, MessageSchema.Field field, String path) throws Fault {
        at = begin + field.offset();
        Primitive primitive = field.primitive();
        require(primitive.bytes(), path + field.name());
        rows.accept(new Row(
                at,
                primitive.bytes(),
                path + field.name(),
                field.typeName(),
                primitive.text(bytes, at),
                meaning(field)));
        at += primitive.bytes();
    }

    private String meaning(MessageSchema.Field field) {
        Primitive primitive = field.primitive();
        if (field.optional() && primitive.isNull(bytes, at)) {
            return "none" + (field.description().isEmpty() ? "" : "; " + field.description());
        }
        Map<Long, String> choices = field.choices();
        if (!choices.isEmpty()) {
            String choice = choices.get(primitive.bits(bytes, at));
            return choice == null ? "not a " + field.typeName() : choice;
        }
        if (field.name().equals(TIME_FIELD)) {
            Instant time = Instant.EPOCH.plus(primitive.bits(bytes, at), ChronoUnit.MICROS);
            return time + (field.description().isEmpty() ? "" : ": " + field.description());
        }
        if (field.name().equals("templateId")) {
            MessageSchema.Type type = schema.messages().get((int) primitive.bits(bytes, at));
            return type == null ? "" : type.name();
        }
        return field.description();
    }

    private void group(MessageSchema.Group group, String path) throws Fault {
        String name = path + group.name();
        int lengthAt = at;
        int blockLength = (int) number(group.blockLength(), name + ".blockLength", "bytes of an entry's fields");
        int countAt = at;
        long count = number(group.count(), name + ".numInGroup", group.description());
        if (count > group.countMax()) {
            throw new Fault(countAt, name + ".numInGroup is " + count + ", at most " + group.countMax());
        }
        for (int i = 0; i < count; i++) {
            boolean isFlat =
                    group.entry().groups().isEmpty() && group.entry().data().isEmpty();
            if (i == ENTRIES_SHOWN && !all && count > ENTRIES_SHOWN + 1) {
                skip(group, blockLength, (int) count - i, name, isFlat, lengthAt);
                return;
            }
            block(group.entry(), blockLength, name + "[" + i + "].", lengthAt);
        }
    }

    /** Steps over entries, with one row for them all. */
    private void skip(MessageSchema.Group group, int blockLength, int count, String name, boolean isFlat, int lengthAt)
            throws Fault {
        int begin = at;
        if (isFlat) {
            long length = (long) blockLength * count;
            if (length > bytes.capacity() - at) {
                throw cutOff(length, count + " more entries of " + name);
            }
            at += (int) length;
        } else {
            Dissector silent = new Dissector(schema, true, isInner, row -> {});
            silent.bytes = bytes;
            silent.at = at;
            for (int i = 0; i < count; i++) {
                silent.block(group.entry(), blockLength, name + "[" + (ENTRIES_SHOWN + i) + "].", lengthAt);
            }
            at = silent.at;
        }
        rows.accept(
                new Row(begin, 0, name, "", "", count + " entries more, to byte " + (at - 1) + "; --all shows them"));
    }

    private long number(Primitive primitive, String name, String meaning) throws Fault {
        require(primitive.bytes(), name);
        long value = primitive.bits(bytes, at);
        rows.accept(new Row(at, primitive.bytes(), name, primitive.token(), Long.toString(value), meaning));
        at += primitive.bytes();
        return value;
    }

    private void data(MessageSchema.Data data, String path) throws Fault {
        String name = path + data.name();
        int lengthAt = at;
        long length = number(data.length(), "(length)", "bytes " + (data.isText() ? "of UTF-8 " : "") + "that follow");
        if (length > bytes.capacity() - at) {
            throw new Fault(
                    lengthAt, name + " of " + length + " bytes, but only " + (bytes.capacity() - at) + " are left");
        }
        if (length == 0) {
            return;
        }
        if (data.isText()) {
            text(data, name, (int) length);
        } else if (data.name().equals(MESSAGE)) {
            message(path, (int) length);
        } else {
            rows.accept(new Row(at, (int) length, name, "bytes", length + " bytes", data.description()));
        }
        at += (int) length;
    }

    /** A message within this one. */
    private void message(String path, int length) throws Fault {
        int begin = at;
        if (isInner) {
            throw new Fault(begin, "a message in a message that is in a message itself");
        }
        Dissector inner = new Dissector(
                schema,
                all,
                true,
                row -> rows.accept(new Row(
                        begin + row.offset(),
                        row.length(),
                        path + row.name(),
                        row.type(),
                        row.value(),
                        row.meaning())));
        byte[] message = new byte[length];
        bytes.get(begin, message);
        try {
            inner.dissect(message);
        } catch (Fault e) {
            throw new Fault(begin + e.offset(), path + " " + e.getMessage());
        }
    }

    private void text(MessageSchema.Data text, String name, int length) throws Fault {
        try {
            String value = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.slice(at, length))
                    .toString();
            rows.accept(new Row(at, length, name, "UTF-8", quoted(value), text.description()));
        } catch (CharacterCodingException e) {
            throw new Fault(at, name + " is not UTF-8");
        }
    }

    /** Control characters would play tricks on the terminal. */
    private String quoted(String value) {
        String shown = all || value.length() <= 64 ? value : value.substring(0, 61) + "...";
        StringBuilder quoted = new StringBuilder("\"");
        shown.codePoints().forEach(c -> {
            int kind = Character.getType(c);
            if (kind == Character.CONTROL || kind == Character.FORMAT) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }

    private void rest(int length, String meaning) {
        if (length > 0) {
            rows.accept(new Row(at, length, "(unknown)", "", length + " bytes", meaning));
            at += length;
        }
    }

    private void require(int length, String what) throws Fault {
        if (length > bytes.capacity() - at) {
            throw cutOff(length, what);
        }
    }

    private Fault cutOff(long length, String what) {
        int left = bytes.capacity() - at;
        int begin = at;
        rest(left, "the beginning of " + what);
        return new Fault(begin, "cut off: " + what + " takes " + length + " bytes, but only " + left + " are left");
    }
}
