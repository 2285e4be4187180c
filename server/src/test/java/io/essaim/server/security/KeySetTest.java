package io.essaim.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.OctetSequenceJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is taken of a JSON Web Key Set, and what is said of one that is no good. */
class KeySetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello                              | it is no JSON object",
                "[]                                 | it is no JSON object",
                "{}                                 | it is no JSON Web Key Set",
                "{\"keys\":{}}                      | it is no JSON Web Key Set",
                "{\"keys\":[]}                      | it has no key that tokens can be checked with",
                "{\"keys\":[7]}                     | key 1: it is no JSON object",
                "{\"keys\":[{\"kty\":\"RSA\"}]}     | key 1: it is no JSON Web Key",
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":7,\"e\":[]}]} | key 1: it is no JSON Web Key",
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\"}]} | key 1: it is no JSON Web Key",
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"}]} | crv X25519 signs no tokens here",
                "{\"keys\":[{\"kty\":\"new\"}]}     | kty new is not RSA, EC or OKP",
            })
    void whatIsNoKeySetIsSaid(String json, String why) {
        assertThatThrownBy(() -> KeySet.parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aSetHasSoManyKeysAtMost() {
        String keys =
                IntStream.rangeClosed(0, KeySet.KEYS_MAX).mapToObj(i -> "{}").collect(Collectors.joining(","));
        assertThatThrownBy(() -> KeySet.parse("{\"keys\":[" + keys + "]}"))
                .hasMessageContaining("it has 101 keys, at most 100");
    }

    @Test
    void aWeakKeyIsRefused() throws Exception {
        String weak = RsaJwkGenerator.generateJwk(1_024).toJson(OutputControlLevel.PUBLIC_ONLY);
        assertThatThrownBy(() -> KeySet.parse("{\"keys\":[" + weak + "]}"))
                .hasMessageContaining("key 1: an RSA key of 1024 bits is too weak, at least 2048");
    }

    @Test
    void keysForOtherUsesArePassedOver() throws Exception {
        TestKey signs = TestKey.quick("signs");
        signs.key().setUse("sig");
        TestKey encrypts = TestKey.quick("encrypts");
        encrypts.key().setUse("enc");
        TestKey wraps = TestKey.quick("wraps");
        wraps.key().setKeyOps(List.of("wrapKey"));
        TestKey agrees = TestKey.elliptic("agrees", EllipticCurves.P256);
        agrees.key().setAlgorithm("ECDH-ES");
        TestKey other = TestKey.edwards("other", "X25519");
        assertThat(KeySet.parse(TestKey.set(encrypts, wraps, signs, agrees, other)))
                .hasToString("1 key: \"signs\"");
        assertThatThrownBy(() -> KeySet.parse(TestKey.set(encrypts)))
                .hasMessage("it has no key that tokens can be checked with: use is not sig");
    }

    @Test
    void aSecretIsNotTakenFromWhatIsShown() {
        String secret =
                new OctetSequenceJsonWebKey(new HmacKey(new byte[32])).toJson(OutputControlLevel.INCLUDE_SYMMETRIC);
        assertThatThrownBy(() -> KeySet.parse("{\"keys\":[" + secret + "]}"))
                .hasMessageContaining("kty oct is not RSA, EC or OKP");
    }

    @Test
    void aPrivateKeyServesAsItsPublicHalf() throws Exception {
        TestKey key = TestKey.quick("a");
        String whole = "{\"keys\":[" + key.key().toJson(OutputControlLevel.INCLUDE_PRIVATE) + "]}";
        assertThat(KeySet.parse(whole)).isEqualTo(KeySet.parse(TestKey.set(key)));
    }

    @Test
    void twoKeysOfOneNameAreRefusedUnlessTheAlgorithmTellsThem() throws Exception {
        TestKey first = TestKey.quick("a");
        TestKey second = TestKey.quick("a");
        assertThatThrownBy(() -> KeySet.parse(TestKey.set(first, second))).hasMessage("two keys have the kid \"a\"");
        KeySet keys = KeySet.parse(TestKey.set(first, TestKey.rsa("a")));
        assertThat(keys.fitting("ES256", Optional.of("a"))).hasSize(1);
        assertThat(keys.fitting("RS256", Optional.of("a"))).hasSize(1);
    }

    @Test
    void noTextShowsAKey() throws Exception {
        TestKey key = TestKey.quick("a");
        assertThat(KeySet.parse(TestKey.set(key)).toString()).isEqualTo("1 key: \"a\"");
        assertThat(KeySet.ofSecret("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII))
                        .toString())
                .isEqualTo("1 key: without kid");
    }

    /** Found by fuzzing: the JDK says so by a plain RuntimeException, which would have passed all who read keys. */
    @Test
    void aPointThatDoesNotFitItsCurveIsNoKey() {
        String set = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + "f".repeat(60)
                + "\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";
        assertThatThrownBy(() -> KeySet.parse(set))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key 1: it is no JSON Web Key");
    }
}
