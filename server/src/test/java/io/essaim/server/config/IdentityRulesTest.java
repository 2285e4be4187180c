package io.essaim.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the settings of who somebody is have to fulfil together. */
class IdentityRulesTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @Test
    void whoHasToLogInHasAWay() {
        assertThat(problems(Map.of("auth-required", "true")))
                .containsExactly(
                        "flag --auth-required: auth-required=true: nobody could log in; set tokens (a file that"
                                + " './essaim token new' makes entries for), jwt-keys, jwt-secret or identity-provider");
    }

    @ParameterizedTest
    @CsvSource({
        "tokens, tokens.yaml",
        "jwt-keys, keys.json",
        "jwt-keys, https://issuer.example/keys",
        "jwt-secret, " + SECRET,
        "identity-provider, sessions"
    })
    void eachWayIsOne(String setting, String value) throws Exception {
        Configuration configuration = new ConfigurationLoader()
                .flags(Map.of("auth-required", "true", "host", "0.0.0.0", setting, value))
                .load();
        assertThat(configuration.get(SecuritySettings.AUTH_REQUIRED)).isTrue();
    }

    @Test
    void aWayThatIsWrongByItselfIsToldOfOnce() {
        assertThat(problems(Map.of("auth-required", "true", "jwt-secret", "short")))
                .singleElement()
                .asString()
                .startsWith("--jwt-secret: jwt-secret=***: it has 5 characters");
    }

    @Test
    void aSecretIsAsLongAsItsHash() {
        assertThat(problems(Map.of("jwt-secret", SECRET.substring(1))))
                .containsExactly("flag --jwt-secret: jwt-secret=***: it has 31 characters, at least 32 are needed;"
                        + " './essaim token key --type=secret' makes one");
    }

    @Test
    void keysAreEitherSharedOrPublic() {
        assertThat(problems(Map.of("jwt-secret", SECRET, "jwt-keys", "keys.json")))
                .containsExactly("flag --jwt-secret: jwt-secret=***: tokens are checked already with"
                        + " jwt-keys=keys.json (flag --jwt-keys); remove one of them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://issuer.example/keys", "ftp://127.0.0.1/keys", "http://127.0.0.1.example/keys"})
    void keysComeByHttpsFromOtherMachines(String url) {
        assertThat(problems(Map.of("jwt-keys", url)))
                .containsExactly("flag --jwt-keys: jwt-keys=" + url
                        + ": keys come by https only, or by http from this machine itself; whoever stands between could"
                        + " put in keys of his own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8080/keys", "http://[::1]/keys", "http://localhost/keys", "HTTPS://a/b"})
    void orByHttpFromThisOne(String url) throws Exception {
        assertThat(new ConfigurationLoader()
                        .flags(Map.of("jwt-keys", url))
                        .load()
                        .get(SecuritySettings.JWT_KEYS))
                .contains(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https:///keys", "https://ann:word@issuer.example/keys", "https://issuer.example/#keys"})
    void aUrlNamesAPlaceAndNothingElse(String url) {
        assertThat(problems(Map.of("jwt-keys", url)))
                .singleElement()
                .asString()
                .endsWith(": write a URL with a host, without user and without #");
    }

    @Test
    void aUrlIsOne() {
        assertThat(problems(Map.of("jwt-keys", "https://a b/")))
                .containsExactly("flag --jwt-keys: jwt-keys=https://a b/: it is no URL; correct it");
    }

    @Test
    void whatATokenHasToSayNeedsTokens() {
        assertThat(problems(Map.of("jwt-issuer", "https://issuer.example")))
                .containsExactly("flag --jwt-issuer: jwt-issuer=https://issuer.example: no JSON Web Token is taken; set"
                        + " jwt-keys or jwt-secret, or remove jwt-issuer");
        assertThat(problems(Map.of("jwt-audience", "essaim"))).hasSize(1);
    }

    @Test
    void optionsHaveAProviderAndNames() {
        assertThat(problems(Map.of("identity-options", "url=http://127.0.0.1/")))
                .containsExactly("flag --identity-options: identity-options are given, and no provider; set"
                        + " identity-provider, or remove them");
        assertThat(problems(Map.of("identity-options", "http://127.0.0.1/", "identity-provider", "sessions")))
                .containsExactly("flag --identity-options: identity-options: an entry has no name; write name=value");
    }

    @Test
    void whatOptionsAreIsShownNowhere() throws Exception {
        Configuration configuration = new ConfigurationLoader()
                .flags(Map.of("identity-provider", "sessions", "identity-options", "url=http://a/,password=sw0rdfish"))
                .load();
        assertThat(configuration.get(SecuritySettings.IDENTITY_OPTIONS)).contains("password=sw0rdfish");
        assertThat(configuration.toYaml())
                .contains("# identity-options: [url=***, password=***]")
                .doesNotContain("sw0rdfish");
        assertThat(configuration.written(SecuritySettings.IDENTITY_OPTIONS))
                .isEqualTo("identity-options=url=***,password=***");
        assertThat(problems(Map.of("identity-options", "a=sw0rdfish,a=sw0rdfish")))
                .containsExactly("--identity-options: identity-options=***: option 2 stands there twice");
        assertThat(configuration
                        .with(SecuritySettings.IDENTITY_OPTIONS, List.of("a=b"))
                        .get(SecuritySettings.IDENTITY_OPTIONS))
                .containsExactly("a=b");
    }

    @Test
    void ofTheUrlOfKeysOnlyThePlaceIsShown() {
        assertThat(SecuritySettings.shown("https://id.example:8443/keys?code=sw0rdfish"))
                .isEqualTo("https://id.example:8443/keys");
        assertThat(SecuritySettings.shown("/etc/essaim/keys.json")).isEqualTo("/etc/essaim/keys.json");
    }

    private static List<String> problems(Map<String, String> flags) {
        ConfigurationException e = catchThrowableOfType(
                ConfigurationException.class,
                () -> new ConfigurationLoader().flags(flags).load());
        return e.problems().stream().map(Problem::toString).toList();
    }
}
