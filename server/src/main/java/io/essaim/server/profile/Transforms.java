package io.essaim.server.profile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which transform an event goes by: the first that its type matches. There is always one. Immutable. */
public final class Transforms {
    private static final String BUILT_IN = "seneca-transforms.json";

    private final List<Transform> inOrder;

    private Transforms(List<Transform> inOrder) {
        this.inOrder = List.copyOf(inOrder);
    }

    /** Those that come with the server. */
    public static Transforms builtIn() {
        try (InputStream in = Transforms.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw new IllegalStateException(BUILT_IN + " is not in the jar");
            }
            return new Transforms(TransformFile.read(in, BUILT_IN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TransformException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Those of a file before these. @throws TransformException naming the file, the entry and the field */
    public Transforms with(Path file) throws TransformException {
        return with(TransformFile.read(file));
    }

    /** Others before these: they replace what they match as well. */
    public Transforms with(List<Transform> first) {
        List<Transform> all = new ArrayList<>(first);
        all.addAll(inOrder);
        return new Transforms(all);
    }

    List<Transform> inOrder() {
        return inOrder;
    }

    /** The one for a type; the last that is built in matches every type. */
    Transform of(String eventType) {
        for (Transform transform : inOrder) {
            if (transform.when().matches(eventType)) {
                return transform;
            }
        }
        throw new IllegalStateException("no transform matches " + eventType);
    }
}
