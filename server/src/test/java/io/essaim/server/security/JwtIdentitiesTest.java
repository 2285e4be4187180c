package io.essaim.server.security;

import static io.essaim.server.security.TestKey.NOW;
import static io.essaim.server.security.TestKey.claims;
import static io.essaim.server.security.TestKey.date;
import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Limits;
import io.essaim.server.security.IdentityProvider.Invalid;
import io.essaim.server.security.IdentityProvider.Known;
import io.essaim.server.security.IdentityProvider.Unknown;
import io.essaim.server.security.IdentityProvider.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens hold, which do not, and why: real ones, signed by a real library. */
class JwtIdentitiesTest {
    private static final JwtRules ANY = new JwtRules(Optional.empty(), Optional.empty(), Duration.ofSeconds(30));
    private static final TestKey RSA = TestKey.rsa("rsa");
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private Instant now = NOW;

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
    void anRsaKeySignsByEachOfItsAlgorithms(String algorithm) throws Exception {
        assertKnown(provider(RSA), RSA.sign(algorithm, claims("ann")), "ann");
    }

    @Test
    void eachCurveSignsByItsAlgorithm() throws Exception {
        TestKey p256 = TestKey.elliptic("256", EllipticCurves.P256);
        TestKey p384 = TestKey.elliptic("384", EllipticCurves.P384);
        TestKey p521 = TestKey.elliptic("521", EllipticCurves.P521);
        TestKey ed25519 = TestKey.edwards("ed", "Ed25519");
        TestKey ed448 = TestKey.edwards("ed448", "Ed448");
        IdentityProvider provider = provider(p256, p384, p521, ed25519, ed448);
        assertKnown(provider, p256.sign("ES256", claims("a")), "a");
        assertKnown(provider, p384.sign("ES384", claims("b")), "b");
        assertKnown(provider, p521.sign("ES512", claims("c")), "c");
        assertKnown(provider, ed25519.sign("EdDSA", claims("d")), "d");
        assertKnown(provider, ed448.sign("EdDSA", claims("e")), "e");
    }

    @Test
    void aSecretSignsByThoseHashesThatAreNoLongerThanItself() throws Exception {
        assertKnown(ofSecret(SECRET), TestKey.signWithSecret("HS256", SECRET, claims("ann")), "ann");
        String two = SECRET + SECRET;
        assertKnown(ofSecret(two), TestKey.signWithSecret("HS384", two, claims("ann")), "ann");
        assertKnown(ofSecret(two), TestKey.signWithSecret("HS512", two, claims("ann")), "ann");
        JsonWebSignature weak = new JsonWebSignature();
        weak.setAlgorithmHeaderValue("HS512");
        weak.setDoKeyValidation(false);
        weak.setKey(new HmacKey(SECRET.getBytes(StandardCharsets.US_ASCII)));
        weak.setPayload(claims("ann").toJson());
        assertInvalid(ofSecret(SECRET), weak.getCompactSerialization(), "no key signs by the alg");
    }

    @Test
    void anotherSecretDoesNotHold() throws Exception {
        String token = TestKey.signWithSecret("HS256", SECRET.replace('0', '1'), claims("ann"));
        assertInvalid(ofSecret(SECRET), token, "its signature does not hold");
    }

    @Test
    void anotherKeyOfTheSameNameDoesNotHold() throws Exception {
        TestKey forger = TestKey.rsa("rsa");
        assertInvalid(provider(RSA), forger.sign("RS256", claims("ann")), "its signature does not hold");
    }

    @Test
    void claimsThatWereChangedDoNotHold() throws Exception {
        String[] parts = RSA.sign("RS256", claims("ann")).split("\\.", -1);
        JwtClaims admin = claims("ann");
        admin.setClaim("admin", true);
        String payload = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(admin.toJson().getBytes(StandardCharsets.UTF_8));
        assertInvalid(provider(RSA), parts[0] + "." + payload + "." + parts[2], "its signature does not hold");
    }

    @Test
    void anUnsignedTokenDoesNotHold() throws Exception {
        JsonWebSignature token = new JsonWebSignature();
        token.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        token.setAlgorithmHeaderValue("none");
        token.setPayload(claims("ann").toJson());
        String unsigned = token.getCompactSerialization();
        assertThat(unsigned).endsWith(".");
        assertInvalid(provider(RSA), unsigned, "no key signs by the alg");
        assertInvalid(ofSecret(SECRET), unsigned, "no key signs by the alg");
    }

    @Test
    void aPublicKeyIsNoSecret() throws Exception {
        HmacKey confused = new HmacKey(RSA.key().getPublicKey().getEncoded());
        String token = TestKey.sign("HS256", confused, "rsa", claims("ann"));
        assertInvalid(provider(RSA), token, "no key signs by the alg");
    }

    @Test
    void aKeyThatNamesItsAlgorithmSignsByNoOther() throws Exception {
        TestKey only = TestKey.rsa("only");
        only.key().setAlgorithm("PS256");
        IdentityProvider provider = provider(only);
        assertKnown(provider, only.sign("PS256", claims("ann")), "ann");
        assertInvalid(provider, only.sign("RS256", claims("ann")), "no key signs by the alg");
    }

    @Test
    void aKeyOfAnotherAlgorithmIsNotTheOneOfThatName() throws Exception {
        TestKey elliptic = TestKey.quick("ec");
        String token = TestKey.sign("RS256", RSA.key().getPrivateKey(), "ec", claims("ann"));
        assertInvalid(provider(RSA, elliptic), token, "no key has the kid");
    }

    @Test
    void theKeyIsChosenByItsName() throws Exception {
        TestKey other = TestKey.rsa("other");
        IdentityProvider provider = provider(RSA, other);
        assertKnown(provider, RSA.sign("RS256", claims("a")), "a");
        assertKnown(provider, other.sign("RS256", claims("b")), "b");
        assertInvalid(
                provider, TestKey.sign("RS256", RSA.key().getPrivateKey(), "third", claims("a")), "no key has the kid");
        assertInvalid(provider, TestKey.sign("RS256", RSA.key().getPrivateKey(), null, claims("a")), "2 keys could");
    }

    @Test
    void whereThereIsOneKeyATokenNeedNotNameIt() throws Exception {
        String token = TestKey.sign("RS256", RSA.key().getPrivateKey(), null, claims("ann"));
        assertKnown(provider(RSA), token, "ann");
    }

    @Test
    void aTokenHoldsUntilItExpiresAndTheLeewayLonger() throws Exception {
        IdentityProvider provider = provider(RSA);
        String token = RSA.sign("RS256", claims("ann"));
        Instant end = NOW.plus(Duration.ofHours(1)).plusSeconds(30);
        assertThat(known(provider, token).expires()).contains(end);
        now = end.minusMillis(1);
        assertKnown(provider, token, "ann");
        // Remembered by the one and seen for the first time by the other.
        now = end;
        assertInvalid(provider, token, "it has expired");
        assertInvalid(provider(RSA), token, "it has expired");
    }

    @Test
    void aTokenHasToEnd() throws Exception {
        JwtClaims claims = claims("ann");
        claims.unsetClaim("exp");
        assertInvalid(provider(RSA), RSA.sign("RS256", claims), "it has no exp");
        claims.setClaim("exp", "soon");
        assertInvalid(provider(RSA), RSA.sign("RS256", claims), "exp");
        claims.setClaim("exp", 1e300);
        assertInvalid(provider(RSA), RSA.sign("RS256", claims), "exp is no time");
        // In milliseconds, as some take it to be.
        claims.setClaim("exp", NOW.plusSeconds(3_600).toEpochMilli());
        assertInvalid(provider(RSA), RSA.sign("RS256", claims), "exp is no time");
        claims.setClaim("exp", Long.MAX_VALUE);
        assertInvalid(provider(RSA), RSA.sign("RS256", claims), "exp is no time");
    }

    @Test
    void aTokenHoldsNotYetBeforeItsTime() throws Exception {
        JwtClaims claims = claims("ann");
        claims.setNotBefore(date(NOW.plusSeconds(31)));
        String token = RSA.sign("RS256", claims);
        assertInvalid(provider(RSA), token, "its nbf is in the future");
        now = NOW.plusSeconds(1);
        assertKnown(provider(RSA), token, "ann");
    }

    @Test
    void aTokenIsNotMadeInTheFuture() throws Exception {
        JwtClaims claims = claims("ann");
        claims.setIssuedAt(date(NOW.plusSeconds(60)));
        assertInvalid(provider(RSA), RSA.sign("RS256", claims), "its iat is in the future");
        claims.setIssuedAt(date(NOW.minusSeconds(10_000_000)));
        assertKnown(provider(RSA), RSA.sign("RS256", claims), "ann");
    }

    @Test
    void theIssuerAndTheAudienceAreThoseThatAreSet() throws Exception {
        IdentityProvider provider = provider(
                new JwtRules(Optional.of("https://issuer.example"), Optional.of("essaim"), Duration.ZERO), RSA);
        JwtClaims claims = claims("ann");
        assertInvalid(provider, RSA.sign("RS256", claims), "it has no aud");
        claims.setAudience("essaim", "others");
        assertInvalid(provider, RSA.sign("RS256", claims), "it has no iss");
        claims.setIssuer("https://other.example");
        assertInvalid(provider, RSA.sign("RS256", claims), "its iss is another");
        claims.setIssuer("https://issuer.example");
        assertKnown(provider, RSA.sign("RS256", claims), "ann");
        claims.setAudience("others");
        assertInvalid(provider, RSA.sign("RS256", claims), "its aud does not name this server");
        // Where none is set, none is looked at.
        assertKnown(provider(RSA), RSA.sign("RS256", claims), "ann");
    }

    @Test
    void eachClaimSaysWhatOneMayDo() throws Exception {
        assertThat(known(provider(RSA), RSA.sign("RS256", claims("ann"))).grant())
                .isEqualTo(Grant.WATCHING);
        JwtClaims claims = claims("ann");
        claims.setStringListClaim("roles", "Observer", "ops");
        claims.setStringListClaim("rooms", "general", "project.*");
        claims.setStringListClaim("types", "agent.*");
        claims.setClaim("circles", List.of(1, 2));
        claims.setClaim("projects", List.of());
        claims.setClaim("watch", false);
        claims.setClaim("publish", true);
        claims.setClaim("ingest", true);
        claims.setClaim("admin", true);
        Identity ann = known(provider(RSA), RSA.sign("RS256", claims));
        assertThat(ann.roles()).containsExactlyInAnyOrder("observer", "ops");
        assertThat(ann.grant().permissions())
                .containsExactlyInAnyOrder(Permission.PUBLISH, Permission.INGEST, Permission.ADMIN);
        assertThat(ann.grant().events().permitsRoom("project.7")).isTrue();
        assertThat(ann.grant().events().permitsRoom("secret")).isFalse();
        assertThat(ann.grant().events().permitsType("agent.moved")).isTrue();
        assertThat(ann.grant().events().permitsType("task.done")).isFalse();
        assertThat(ann.grant().events().circles().orElseThrow()).containsExactlyInAnyOrder(1L, 2L);
        assertThat(ann.grant().events().projects().orElseThrow()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'roles':'observer'}     | roles is no list",
                "{'roles':['two words']}  | roles holds something else than words",
                "{'rooms':'general'}      | rooms is no list",
                "{'rooms':null}           | rooms is no list",
                "{'rooms':['#']}          | rooms: \"#\" is no pattern",
                "{'rooms':[7]}            | rooms holds something else than texts",
                "{'types':['a..b']}       | types: \"a..b\" is no pattern",
                "{'circles':['1']}        | circles holds something else than whole numbers",
                "{'circles':[1.5]}        | circles holds something else than whole numbers",
                "{'projects':{'a':1}}     | projects is no list",
                "{'projects':[99999999999999999999]} | projects holds something else than whole numbers",
                "{'publish':'true'}       | publish is not true or false",
                "{'ingest':1}             | ingest is not true or false",
                "{'admin':null}           | admin is not true or false",
                "{'watch':[]}             | watch is not true or false",
                "{'sub':''}               | the name has to be",
                "{'sub':'a\\u202eb'}      | the name has to be",
                "{'sub':'Anonymous'}      | stands for those without a name",
                "{'sub':7}                | one of exp, nbf, iat, iss, aud, sub has the wrong form",
            })
    void aClaimOfAWrongFormMakesTheTokenInvalid(String json, String reason) throws Exception {
        String extra = json.replace('\'', '"').substring(1, json.length() - 1);
        String payload = "{" + (extra.startsWith("\"sub\"") ? "" : "\"sub\":\"ann\",") + "\"exp\":"
                + NOW.plusSeconds(60).getEpochSecond() + "," + extra + "}";
        JsonWebSignature token = new JsonWebSignature();
        token.setAlgorithmHeaderValue("RS256");
        token.setKey(RSA.key().getPrivateKey());
        token.setPayload(payload);
        assertInvalid(provider(RSA), token.getCompactSerialization(), reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'alg':1,'kid':'rsa'}             | its alg is no text",
                "{'kid':'rsa'}                     | its alg is no text",
                "{'alg':null,'kid':'rsa'}          | its alg is no text",
                "{'alg':['RS256'],'kid':'rsa'}     | its alg is no text",
                "{'alg':'RS256','kid':1}           | its kid is no text",
                "{'alg':'RS256','kid':{'a':1}}     | its kid is no text",
                "{'alg':'RS256','kid':'rsa','typ':1}        | its signature does not hold",
                "{'alg':'RS256','kid':'rsa','cty':1}        | it is no signed JWT",
                "{'alg':'RS256','kid':'rsa','crit':1}       | it is no signed JWT",
                "{'alg':'RS256','kid':'rsa','crit':[1]}     | it is no signed JWT",
                "{'alg':'RS256','kid':'rsa','b64':'no'}     | its signature does not hold",
                "{'alg':'RS256','kid':'rsa','jwk':1}        | its signature does not hold",
                "{'alg':'RS256','kid':'rsa','x5t':1}        | its signature does not hold",
                "{'alg':'RS256','kid':'rsa','zip':1}        | its signature does not hold",
                "{'alg':'RS256','kid':'rsa','enc':1}        | its signature does not hold",
            })
    void aHeaderOfAWrongFormMakesTheTokenInvalid(String json, String reason) {
        Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        String token = url.encodeToString(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)) + "."
                + url.encodeToString(claims("ann").toJson().getBytes(StandardCharsets.UTF_8)) + "." + "A".repeat(342);
        assertInvalid(provider(RSA), token, reason);
    }

    @Test
    void somebodyHasANameAlways() throws Exception {
        JwtClaims claims = claims("ann");
        claims.unsetClaim("sub");
        assertInvalid(provider(RSA), RSA.sign("RS256", claims), "it has no sub");
    }

    @Test
    void whatIsSignedIsAnObject() throws Exception {
        JsonWebSignature token = new JsonWebSignature();
        token.setAlgorithmHeaderValue("RS256");
        token.setKey(RSA.key().getPrivateKey());
        token.setPayload("hello");
        assertInvalid(provider(RSA), token.getCompactSerialization(), "what it signs is no JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2", "ess_abc", "a.b", "a.b.c", "...", "eyJhbGciOiJkaXIifQ.a.b.c.d"})
    void whatIsNoSuchTokenMayBeAnotherProviders(String token) {
        assertThat(verdict(provider(RSA), token)).isInstanceOf(Unknown.class);
    }

    @Test
    void whatIsTooLongIsNotLookedAt() throws Exception {
        JwtClaims claims = claims("ann");
        claims.setClaim("padding", "x".repeat(Limits.TOKEN_CHARS_MAX));
        assertInvalid(provider(RSA), RSA.sign("RS256", claims), "at most 4096");
    }

    @Test
    void whatWasCheckedIsRememberedAsLongAsItsKeyIsThere() throws Exception {
        TestKey next = TestKey.quick("next");
        ExchangedKeys keys = new ExchangedKeys(RSA);
        IdentityProvider provider = new JwtIdentities(keys, ANY, () -> now);
        String token = RSA.sign("RS256", claims("ann"));
        Identity first = known(provider, token);
        assertThat(known(provider, token)).isSameAs(first);
        // Another key beside it changes nothing.
        keys.set(RSA, next);
        assertThat(known(provider, token)).isSameAs(first);
        keys.set(next);
        assertInvalid(provider, token, "no key signs by the alg");
        // Another key under the same name is another key.
        keys.set(TestKey.rsa("rsa"));
        assertInvalid(provider, token, "its signature does not hold");
        keys.set(RSA);
        assertKnown(provider, token, "ann");
    }

    @Test
    void noReasonHoldsTheToken() throws Exception {
        JwtClaims claims = claims("somebody-in-particular");
        claims.setExpirationTime(date(NOW.minusSeconds(1_000)));
        String token = RSA.sign("RS256", claims);
        Verdict verdict = verdict(provider(RSA), token);
        assertThat(verdict.toString()).doesNotContain("somebody", token.substring(0, 20), "{");
    }

    private IdentityProvider provider(TestKey... keys) {
        return provider(ANY, keys);
    }

    private IdentityProvider provider(JwtRules rules, TestKey... keys) {
        return new JwtIdentities(KeySource.of(KeySet.parse(TestKey.set(keys))), rules, () -> now);
    }

    private IdentityProvider ofSecret(String secret) {
        return JwtIdentities.ofSecret(secret.getBytes(StandardCharsets.US_ASCII), ANY, () -> now);
    }

    private static void assertKnown(IdentityProvider provider, String token, String name) {
        assertThat(known(provider, token).name()).isEqualTo(name);
    }

    private static Identity known(IdentityProvider provider, String token) {
        Verdict verdict = verdict(provider, token);
        assertThat(verdict).isInstanceOf(Known.class);
        return ((Known) verdict).identity();
    }

    private static void assertInvalid(IdentityProvider provider, String token, String reason) {
        Verdict verdict = verdict(provider, token);
        assertThat(verdict).isInstanceOf(Invalid.class);
        assertThat(((Invalid) verdict).reason()).contains(reason);
    }

    private static Verdict verdict(IdentityProvider provider, String token) {
        CompletableFuture<Verdict> verdict = provider.identify(token).toCompletableFuture();
        assertThat(verdict).as("at once").isDone();
        return verdict.join();
    }

    /** What a source may be exchanged for at any time. */
    private static final class ExchangedKeys implements KeySource {
        private final AtomicReference<KeySet> keys = new AtomicReference<>();

        ExchangedKeys(TestKey... first) {
            set(first);
        }

        void set(TestKey... others) {
            keys.set(KeySet.parse(TestKey.set(others)));
        }

        @Override
        public Optional<KeySet> current() {
            return Optional.ofNullable(keys.get());
        }

        @Override
        public CompletionStage<KeySet> renewed() {
            return CompletableFuture.completedStage(keys.get());
        }
    }
}
