package io.essaim.server.terminal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object of JSON whose fields are read when they are asked for; what it is made of stays as it was written. Immutable. */
final class JsonFields {
    private static final JsonFactory JSON = new JsonFactory();

    private final byte[] json;
    private final Map<String, byte[]> fields;

    private JsonFields(byte[] json, Map<String, byte[]> fields) {
        this.json = json;
        this.fields = fields;
    }

    /** @throws IOException when that is no object of JSON */
    static JsonFields read(byte[] json) throws IOException {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object of JSON");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                fields.put(name, value(parser, json));
            }
            if (parser.nextToken() != null) {
                throw new IOException("more than an object of JSON");
            }
        }
        return new JsonFields(json, fields);
    }

    private static byte[] value(JsonParser parser, byte[] json) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        return Arrays.copyOfRange(json, start, (int) parser.currentLocation().getByteOffset());
    }

    /** All of it, as it was written. */
    String raw() {
        return new String(json, StandardCharsets.UTF_8);
    }

    /** The field as it was written; empty when there is none. */
    String raw(String name) {
        byte[] value = fields.get(name);
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    /** A text; empty when there is none. */
    String text(String name) throws IOException {
        byte[] value = fields.get(name);
        if (value == null || value[0] != '"') {
            return "";
        }
        try (JsonParser parser = JSON.createParser(value)) {
            parser.nextToken();
            return parser.getText();
        }
    }

    /** A whole number; null when there is none. */
    @Nullable
    Long number(String name) throws IOException {
        byte[] value = fields.get(name);
        if (value == null) {
            return null;
        }
        try (JsonParser parser = JSON.createParser(value)) {
            return parser.nextToken() == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() : null;
        }
    }

    boolean isTrue(String name) {
        return raw(name).equals("true");
    }

    /** The elements of a list, each as it was written; none when there is no list. */
    List<byte[]> elements(String name) throws IOException {
        List<byte[]> elements = new ArrayList<>();
        byte[] value = fields.get(name);
        if (value == null || value[0] != '[') {
            return elements;
        }
        try (JsonParser parser = JSON.createParser(value)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(value(parser, value));
            }
        }
        return elements;
    }

    /** The texts of a list. */
    List<String> texts(String name) throws IOException {
        List<String> texts = new ArrayList<>();
        for (byte[] element : elements(name)) {
            try (JsonParser parser = JSON.createParser(element)) {
                parser.nextToken();
                texts.add(parser.getText());
            }
        }
        return texts;
    }
}
