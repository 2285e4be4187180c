package io.essaim.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Setting;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Distribution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents hold: their examples are the golden files, their links lead somewhere, their tables are whole. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final Path GOLDEN = ROOT.resolve("protocol/golden/v0");
    private static final Pattern EXAMPLE =
            Pattern.compile("<!-- golden: (\\S+) -->\\n```(json|hex)\\n(.*?)\\n```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]+]\\((?!https?:)([^)#]+)");

    @Test
    void everyExampleOfTheProtocolIsItsGoldenFile() throws IOException {
        Matcher example = EXAMPLE.matcher(read("docs/PROTOCOL.md"));
        int examples = 0;
        while (example.find()) {
            byte[] golden = Files.readAllBytes(GOLDEN.resolve(example.group(1)));
            assertThat(example.group(2).equals("json") ? text(example.group(3)) : hex(example.group(3)))
                    .as(example.group(1))
                    .isEqualTo(golden);
            examples++;
        }
        assertThat(examples).isGreaterThan(20);
    }

    @Test
    void everyMessageHasAnExample() throws IOException {
        String protocol = read("docs/PROTOCOL.md");
        try (Stream<Path> files = Files.list(GOLDEN)) {
            // Variants of a message whose form is shown already.
            List<String> variants = List.of("error_unasked", "pong_without_t", "swarm_frame_32", "stats_without_age");
            files.map(file -> file.getFileName().toString())
                    .filter(name -> variants.stream().noneMatch(name::startsWith))
                    .forEach(name -> assertThat(protocol).contains("golden: " + name));
        }
    }

    @Test
    void linksLeadToFilesThatExist() throws IOException {
        for (String document : List.of(
                "README.md",
                "CHANGELOG.md",
                "SECURITY.md",
                "docs/ARCHITECTURE.md",
                "docs/PROTOCOL.md",
                "docs/OPERATIONS.md",
                "docs/DECISIONS.md",
                "clients/java/README.md")) {
            Matcher link = LINK.matcher(read(document));
            while (link.find()) {
                assertThat(ROOT.resolve(document).resolveSibling(link.group(1)))
                        .as("link in " + document)
                        .exists();
            }
        }
    }

    @Test
    void operationsTellsOfEverySettingCounterAndHistogram() throws IOException {
        String operations = read("docs/OPERATIONS.md");
        Settings.all().forEach(setting -> assertThat(operations).contains("`" + setting.key() + "`"));
        for (Counter counter : Counter.values()) {
            assertThat(operations).contains("`essaim_" + counter.metric() + "_total`");
        }
        for (Distribution distribution : Distribution.values()) {
            assertThat(operations).contains("`essaim_" + distribution.metric() + "_" + distribution.unit() + "`");
        }
    }

    @Test
    void securityNamesOnlySettingsThatExist() throws IOException {
        Set<String> known = Settings.all().stream().map(Setting::key).collect(Collectors.toSet());
        Matcher flag = Pattern.compile("--([a-z-]+)=").matcher(read("SECURITY.md"));
        Set<String> named = new TreeSet<>();
        while (flag.find()) {
            named.add(flag.group(1));
        }
        // The last column of what is defended.
        Matcher column =
                Pattern.compile("(?m)^\\|.*\\| ((?:`[a-z-]+`(?:, )?)+) \\|$").matcher(read("SECURITY.md"));
        while (column.find()) {
            named.addAll(List.of(column.group(1).replace("`", "").split(", ", -1)));
        }
        assertThat(named).hasSizeGreaterThan(30).isSubsetOf(known);
    }

    private static byte[] text(String example) {
        return example.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hex(String example) {
        return HexFormat.of()
                .parseHex(example.replaceAll("(?m)^[0-9a-f]{4}  ", "").replaceAll("\\s", ""));
    }

    private static String read(String document) throws IOException {
        return Files.readString(ROOT.resolve(document));
    }
}
