package io.essaim.server.security;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads the YAML list of tokens. It works on YAML's nodes and not on its objects, since a node knows its line. */
final class TokenFile {
    private static final int TOKENS_MAX = 5_000;

    private final String name;
    private final Map<ByteBuffer, Identity> identities = new HashMap<>();
    private final Map<ByteBuffer, Integer> lines = new HashMap<>();

    private TokenFile(String name) {
        this.name = name;
    }

    /**
     * @param name of the file
     * @return identities by the hash of their token
     * @throws IdentityFileException naming the line and what is wrong there
     */
    static Map<ByteBuffer, Identity> parse(String yaml, String name) throws IdentityFileException {
        TokenFile file = new TokenFile(name);
        Optional<Node> root;
        try {
            root = new Compose(LoadSettings.builder().setLabel(name).build()).composeString(yaml);
        } catch (MarkedYamlEngineException e) {
            throw new IdentityFileException(file.place(e.getProblemMark()) + ": not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new IdentityFileException(name + ": not YAML");
        }
        if (root.isEmpty() || root.get().getTag().equals(Tag.NULL)) {
            return Map.of(); // nothing but comments: nobody
        }
        if (!(root.get() instanceof SequenceNode list)) {
            throw file.problem(
                    root.get(), "a list is expected: lines of '- name: …', as './essaim token new' prints them");
        } else if (list.getValue().size() > TOKENS_MAX) {
            throw file.problem(list, "more than " + TOKENS_MAX + " tokens; for so many use JWT or a custom provider");
        }
        for (Node entry : list.getValue()) {
            file.token(entry);
        }
        return Map.copyOf(file.identities);
    }

    private void token(Node node) throws IdentityFileException {
        if (!(node instanceof MappingNode entry)) {
            throw problem(node, "a token is 'name: …', 'hash: …' and what it may do");
        }
        IdentityClaims claims = new IdentityClaims();
        Set<String> keys = new HashSet<>();
        String tokenName = null;
        ByteBuffer hash = null;
        Optional<Instant> expires = Optional.empty();
        for (NodeTuple field : entry.getValue()) {
            Node value = field.getValueNode();
            String key = field.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (!keys.add(key)) {
                throw problem(field.getKeyNode(), key + " stands here a second time; keep one");
            }
            try {
                switch (key) {
                    case "name" -> tokenName = text(key, value);
                    case "hash" -> hash = TokenHash.parse(text(key, value));
                    case "expires" -> expires = Optional.of(time(text(key, value)));
                    default -> claims.take(key, object(value));
                }
            } catch (IllegalArgumentException e) {
                throw problem(field.getKeyNode(), known(key) ? String.valueOf(e.getMessage()) : unknown(key));
            }
        }
        if (tokenName == null || hash == null) {
            throw problem(node, (tokenName == null ? "name" : "hash") + " is missing");
        }
        Integer earlier = lines.putIfAbsent(hash, line(node.getStartMark()));
        if (earlier != null) {
            throw problem(node, "the hash is that of the token of line " + earlier + " already; keep one");
        }
        try {
            identities.put(hash, claims.identity(tokenName, expires));
        } catch (IllegalArgumentException e) {
            throw problem(node, String.valueOf(e.getMessage()));
        }
    }

    private static boolean known(String key) {
        return Set.of("name", "hash", "expires").contains(key) || IdentityClaims.NAMES.contains(key);
    }

    private static String unknown(String key) {
        String shown = key.length() <= 30 ? key : key.substring(0, 30) + "…";
        return "unknown key " + shown + "; there are name, hash, expires, " + String.join(", ", IdentityClaims.NAMES);
    }

    private static String text(String key, Node value) {
        if (value instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
            return scalar.getValue();
        }
        throw new IllegalArgumentException(key + " is no text");
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("expires is no time as 2027-01-01T00:00:00Z", e);
        }
    }

    /** As JSON would have it. */
    private static @Nullable Object object(Node node) {
        if (node instanceof SequenceNode list) {
            List<@Nullable Object> items = new ArrayList<>();
            list.getValue().forEach(item -> items.add(object(item)));
            return items;
        } else if (node instanceof ScalarNode scalar) {
            Tag tag = node.getTag();
            String text = scalar.getValue();
            if (tag.equals(Tag.BOOL)) {
                return text.equals("true");
            } else if (tag.equals(Tag.INT)) {
                return number(text);
            }
            return tag.equals(Tag.NULL) ? null : text;
        }
        return null;
    }

    private static Object number(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return text; // more digits than an id has
        }
    }

    private IdentityFileException problem(Node node, String text) {
        return new IdentityFileException(place(node.getStartMark()) + ": " + text);
    }

    private String place(Optional<Mark> mark) {
        return mark.isPresent() ? name + ":" + line(mark) : name;
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(-1) + 1;
    }
}
