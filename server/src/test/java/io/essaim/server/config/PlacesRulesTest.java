package io.essaim.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins and proxies that cannot be meant are told at start, with the entry. */
class PlacesRulesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.org",
                "https://",
                "https://*",
                "https://a.*.example.org",
                "https://example.org/",
                "//example.org",
                "https://example.org:port",
                "null",
                "https://user@example.org",
                "https://exa mple.org",
                ""
            })
    void whatIsNoOriginIsNamed(String entry) {
        assertThatThrownBy(() -> OriginPattern.parse(entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + entry + "\" is no origin; write scheme://host");
    }

    @Test
    void aPortHasABound() {
        assertThatThrownBy(() -> OriginPattern.parse("http://a:65536")).hasMessageContaining("at most 65535");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "10.0.0.256",
                "10.0.0",
                "10.0.0.0.1",
                "10.0.0.0.",
                "fade.bad",
                "",
                "/8",
                "proxy.example/24",
                ":"
            })
    void whatIsNoNetworkIsNamedAndNotLookedUp(String entry) {
        assertThatThrownBy(() -> Network.parse(entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + entry + "\" is no network; write an address");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/33, 32", "10.0.0.0/-1, 32", "10.0.0.0/, 32", "10.0.0.0/8/8, 32", "2001:db8::/129, 128"})
    void thePrefixHasABound(String entry, int bits) {
        assertThatThrownBy(() -> Network.parse(entry)).hasMessageEndingWith("stand the bits that count, 0 to " + bits);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0, 8",
        "127.0.0.1, 127.0.0.1, 32",
        "::1, ::1, 128",
        "2001:db8::/32, 2001:db8::, 32",
        "0.0.0.0/0, 0.0.0.0, 0"
    })
    void networksAreRead(String entry, String address, int prefix) {
        assertThat(Network.parse(entry)).isEqualTo(new Network(address, prefix));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--allowed-origins=https://a.example,nonsense|allowed-origins: \"nonsense\" is no origin",
                "--cors-origins=http://*|cors-origins: \"http://*\" is no origin",
                "--trusted-proxies=127.0.0.1,proxy.example|trusted-proxies: \"proxy.example\" is no network",
                "--proxy-protocol=true|proxy-protocol=true: only trusted proxies are believed, and none is"
            })
    void aConfigurationWithThemIsRefused(String flag, String problem) {
        assertThat(problems(flag)).anySatisfy(text -> assertThat(text).contains(problem));
    }

    private static List<String> problems(String flag) {
        try {
            int equals = flag.indexOf('=');
            new ConfigurationLoader()
                    .flags(Map.of(flag.substring(2, equals), flag.substring(equals + 1)))
                    .load();
            return List.of();
        } catch (ConfigurationException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }
}
