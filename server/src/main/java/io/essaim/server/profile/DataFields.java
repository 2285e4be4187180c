package io.essaim.server.profile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.essaim.protocol.events.JsonText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds some fields within the data of events, so that their bytes can be copied; one pass over the data. Not thread-safe. */
final class DataFields {
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private static final int ABSENT = -1;

    /** A word of one of the paths. */
    private static final class Word {
        final Map<String, Word> next = new HashMap<>();
        /** Among the paths; or {@link #ABSENT} when none ends here. */
        int path = ABSENT;
    }

    private final Word root = new Word();
    private final List<String> paths;
    private final int[] starts;
    private final int[] ends;
    private byte[] data = {};

    /** @param paths names with dots between them */
    DataFields(List<String> paths) {
        this.paths = new ArrayList<>(paths);
        starts = new int[paths.size()];
        ends = new int[paths.size()];
        for (int i = 0; i < paths.size(); i++) {
            Word word = root;
            for (String name : paths.get(i).split("\\.", -1)) {
                word = word.next.computeIfAbsent(name, key -> new Word());
            }
            word.path = i;
        }
    }

    /** Looks for the fields in these data. */
    void read(JsonText text) {
        data = text.utf8();
        Arrays.fill(starts, ABSENT);
        if (paths.isEmpty()) {
            return;
        }
        try (JsonParser parser = JSON.createParser(data)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                object(parser, root);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("data of an event that are no JSON", e);
        }
    }

    private void object(JsonParser parser, Word word) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            Word field = word.next.get(parser.currentName());
            JsonToken token = parser.nextToken();
            if (field == null) {
                parser.skipChildren();
                continue;
            }
            int start = (int) parser.currentTokenLocation().getByteOffset();
            if (token == JsonToken.START_OBJECT && !field.next.isEmpty()) {
                object(parser, field);
            } else {
                parser.skipChildren();
                parser.finishToken();
            }
            if (field.path != ABSENT) {
                starts[field.path] = start;
                ends[field.path] = (int) parser.currentLocation().getByteOffset();
            }
        }
    }

    /** Whether the data have the field, and it is not null. */
    boolean has(String path) {
        return names(path) && data[starts[paths.indexOf(path)]] != 'n';
    }

    /** Whether the data have the field, be it null. */
    boolean names(String path) {
        return starts[paths.indexOf(path)] != ABSENT;
    }

    /** The field's JSON. */
    byte[] value(String path) {
        int i = paths.indexOf(path);
        return Arrays.copyOfRange(data, starts[i], ends[i]);
    }

    /** Whether the field is there and has this value; texts may be written with escapes. */
    boolean isEqual(String path, JsonText value) {
        if (!has(path)) {
            return false;
        }
        byte[] found = value(path);
        if (Arrays.equals(found, value.utf8())) {
            return true;
        }
        return found[0] == '"'
                && new String(found, StandardCharsets.UTF_8).indexOf('\\') > 0
                && text(found).equals(text(value.utf8()));
    }

    private static String text(byte[] json) {
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            return parser.getText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
