package io.essaim.server.profile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.TypePattern;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads transforms from JSON: a list of {@code {"when":…,"type":…,"room":…,"fields":{…}}}. */
final class TransformFile {
    private static final int TRANSFORMS_MAX = 1_000;
    private static final int FIELDS_MAX = 100;
    private static final int NESTING_MAX = 8;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonParser parser;

    private TransformFile(JsonParser parser) {
        this.parser = parser;
    }

    /** @throws TransformException naming the file, the entry and the field */
    static List<Transform> read(Path file) throws TransformException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        } catch (NoSuchFileException e) {
            throw new TransformException(file + ": no such file");
        } catch (IOException e) {
            throw new TransformException(file + " cannot be read: " + e.getMessage());
        }
    }

    /** @param name of the file, for what is said about it */
    static List<Transform> read(InputStream in, String name) throws IOException, TransformException {
        List<Transform> transforms = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(in)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IllegalArgumentException(
                        "a list of transforms is expected: [{\"when\":…,\"type\":…,\"fields\":{…}}]");
            }
            TransformFile file = new TransformFile(parser);
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (transforms.size() == TRANSFORMS_MAX) {
                    throw new IllegalArgumentException("more than " + TRANSFORMS_MAX + " transforms");
                }
                transforms.add(file.transform());
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("nothing is expected after the list");
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new TransformException(
                    name + (at == null ? "" : ", line " + at.getLineNr()) + ": " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            throw new TransformException(name + ", entry " + (transforms.size() + 1) + ": " + e.getMessage());
        }
        return transforms;
    }

    private Transform transform() throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("an object is expected");
        }
        TypePattern when = null;
        String type = null;
        String room = null;
        Template.Group fields = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "when" -> when = new TypePattern(text(name));
                case "type" -> type = type(text(name));
                case "room" -> room = EventNames.room(text(name));
                case "fields" -> fields = group(name, 1);
                default ->
                    throw new IllegalArgumentException(
                            "\"" + name + "\" is no field of a transform; fields are when, type, room, fields");
            }
        }
        return new Transform(present("when", when), present("type", type), room, present("fields", fields));
    }

    private static <T> T present(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static String type(String text) {
        if (text.isEmpty() || text.length() > EventNames.TYPE_CHARS_MAX) {
            throw new IllegalArgumentException("type has 1 to " + EventNames.TYPE_CHARS_MAX + " characters");
        }
        return text;
    }

    private String text(String name) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException(name + " is a text in quotes");
        }
        return parser.getText();
    }

    private Template.Group group(String path, int depth) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException(path + " is an object: {\"order_id\":\"data.id\"}");
        }
        if (depth > NESTING_MAX) {
            throw new IllegalArgumentException(path + " is nested deeper than " + NESTING_MAX);
        }
        Map<String, Template> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, field(path + "." + name, depth));
            if (fields.size() > FIELDS_MAX) {
                throw new IllegalArgumentException(path + " has more than " + FIELDS_MAX + " fields");
            }
        }
        return new Template.Group(fields);
    }

    private Template field(String path, int depth) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> group(path, depth + 1);
            case VALUE_STRING -> Expression.parse(path, parser.getText());
            case VALUE_TRUE, VALUE_FALSE, VALUE_NULL, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                new Template.FirstOf(List.of(new Source.Literal(JsonText.of(parser.getText()))));
            default -> throw new IllegalArgumentException(path + " is a text, a number, true, false or an object");
        };
    }
}
