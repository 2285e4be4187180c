package io.essaim.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/**
 * Reads a YAML file of {@code key: value} lines, the keys being those of {@link Settings}. It works on YAML's nodes and
 * not on its objects: a node knows its line, and a value stays the text that was written.
 */
final class ConfigurationFile {
    private static final int BYTES_MAX = 1 << 20;

    private final String name;
    private final Layer layer = new Layer();
    private final Map<String, Integer> lineOfKey = new HashMap<>();

    private ConfigurationFile(String name) {
        this.name = name;
    }

    static Layer read(Path path) {
        ConfigurationFile file = new ConfigurationFile(path.toString());
        file.text(path).ifPresent(file::settings);
        return file.layer;
    }

    private Optional<String> text(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                layer.problem(name, "larger than " + new ByteSize(BYTES_MAX) + "; this is no configuration of Essaim");
                return Optional.empty();
            }
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (NoSuchFileException e) {
            layer.problem(
                    name,
                    path.isAbsolute()
                            ? "no such file"
                            : "no such file in " + Path.of("").toAbsolutePath());
        } catch (CharacterCodingException e) {
            layer.problem(name, "not UTF-8; save it in that encoding");
        } catch (IOException e) {
            String why = Files.isDirectory(path) ? "it is a directory" : e.toString();
            layer.problem(name, "cannot be read: " + why);
        }
        return Optional.empty();
    }

    private void settings(String yaml) {
        Optional<Node> root;
        try {
            root = new Compose(LoadSettings.builder().setLabel(name).build()).composeString(yaml);
        } catch (MarkedYamlEngineException e) {
            layer.problem(place(e.getProblemMark()), "not YAML: " + e.getProblem());
            return;
        } catch (YamlEngineException e) {
            layer.problem(name, "not YAML: " + e.getMessage());
            return;
        }
        if (root.isEmpty() || isNull(root.get())) {
            return; // nothing but comments: every default holds
        }
        if (root.get() instanceof MappingNode mapping) {
            mapping.getValue().forEach(this::setting);
        } else {
            layer.problem(place(root.get()), "expected lines of the form 'key: value', as 'essaim config' prints them");
        }
    }

    private void setting(NodeTuple entry) {
        Node keyNode = entry.getKeyNode();
        String place = place(keyNode);
        if (!(keyNode instanceof ScalarNode scalar)) {
            layer.problem(place, "expected the name of a setting");
            return;
        }
        String key = scalar.getValue();
        Integer earlier = lineOfKey.putIfAbsent(key, line(keyNode.getStartMark()));
        Setting<?> setting = Settings.find(key).orElse(null);
        if (setting == null) {
            layer.unknown(
                    place, "key", key, Settings.all().stream().map(Setting::key).toList());
        } else if (earlier != null) {
            layer.problem(place, key + " stands here a second time, after line " + earlier + "; keep one");
        } else {
            value(setting, entry.getValueNode(), new Origin(Origin.Kind.FILE, place));
        }
    }

    private void value(Setting<?> setting, Node node, Origin origin) {
        if (isNull(node)) {
            layer.problem(origin.place(), setting.key() + " has no value; write one, or remove the line");
        } else if (node instanceof ScalarNode scalar) {
            layer.put(setting, scalar.getValue(), origin);
        } else if (node instanceof SequenceNode list
                && list.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
            List<String> items = list.getValue().stream()
                    .map(item -> ((ScalarNode) item).getValue())
                    .toList();
            layer.put(setting, items, origin);
        } else {
            layer.problem(
                    origin.place(), setting.key() + " has settings below it; settings are flat, as in 'key: value'");
        }
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private String place(Node node) {
        return place(node.getStartMark());
    }

    private String place(Optional<Mark> mark) {
        return mark.isPresent() ? name + ":" + line(mark) : name;
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(-1) + 1;
    }
}
