package io.essaim.server.security;

import io.essaim.server.security.IdentityProvider.Invalid;
import io.essaim.server.security.IdentityProvider.Known;
import io.essaim.server.security.IdentityProvider.Verdict;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodeValidator;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;

/** Checks a token with the key that it was signed with, and makes an identity of its claims. Immutable. */
final class JwtCheck {
    /** In our own words: those of the library repeat the token. */
    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(ErrorCodes.EXPIRED, "it has expired"),
            Map.entry(ErrorCodes.EXPIRATION_MISSING, "it has no exp, and a token has to end"),
            Map.entry(ErrorCodes.NOT_YET_VALID, "its nbf is in the future"),
            Map.entry(ErrorCodes.ISSUED_AT_INVALID_FUTURE, "its iat is in the future"),
            Map.entry(ErrorCodes.AUDIENCE_MISSING, "it has no aud"),
            Map.entry(ErrorCodes.AUDIENCE_INVALID, "its aud does not name this server"),
            Map.entry(ErrorCodes.ISSUER_MISSING, "it has no iss"),
            Map.entry(ErrorCodes.ISSUER_INVALID, "its iss is another"),
            Map.entry(ErrorCodes.SUBJECT_MISSING, "it has no sub"),
            Map.entry(ErrorCodes.SIGNATURE_INVALID, "its signature does not hold"),
            Map.entry(ErrorCodes.JSON_INVALID, "what it signs is no JSON object"),
            Map.entry(ErrorCodes.MALFORMED_CLAIM, "one of exp, nbf, iat, iss, aud, sub has the wrong form"));

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final String NO_TIME = "exp is no time before the year 10000; it counts seconds since 1970";
    private static final String OTHERWISE = "it is no signed JWT";

    private final JwtRules rules;

    JwtCheck(JwtRules rules) {
        this.rules = rules;
    }

    Verdict verdict(String token, VerificationKey key, Instant now) {
        try {
            return new Known(identity(claims(token, key, now)));
        } catch (InvalidJwtException e) {
            return new Invalid(e.getErrorDetails().stream()
                    .map(ErrorCodeValidator.Error::getErrorCode)
                    .map(code -> REASONS.getOrDefault(code, OTHERWISE))
                    .findFirst()
                    .orElse(OTHERWISE));
        } catch (MalformedClaimException e) {
            return new Invalid("exp or sub has the wrong form");
        } catch (DateTimeException | ArithmeticException e) {
            return new Invalid(NO_TIME);
        } catch (IllegalArgumentException e) {
            return new Invalid(String.valueOf(e.getMessage()));
        }
    }

    private JwtClaims claims(String token, VerificationKey key, Instant now) throws InvalidJwtException {
        JwtConsumerBuilder consumer = new JwtConsumerBuilder()
                .setVerificationKey(key.key())
                .setJwsAlgorithmConstraints(
                        ConstraintType.PERMIT, key.algorithms().toArray(String[]::new))
                .setEvaluationTime(NumericDate.fromSeconds(now.getEpochSecond()))
                .setAllowedClockSkewInSeconds(leewaySeconds())
                .setIssuedAtRestrictions(0, Integer.MAX_VALUE)
                .setRequireExpirationTime()
                .setRequireSubject();
        rules.issuer().ifPresent(consumer::setExpectedIssuer);
        rules.audience().ifPresentOrElse(consumer::setExpectedAudience, consumer::setSkipDefaultAudienceValidation);
        return consumer.build().processToClaims(token);
    }

    /** The login ends when the token stops to hold by this server's clock. */
    private Identity identity(JwtClaims claims) throws MalformedClaimException {
        Instant end =
                Instant.ofEpochSecond(Math.addExact(claims.getExpirationTime().getValue(), leewaySeconds()));
        if (end.isAfter(LATEST)) {
            throw new IllegalArgumentException(NO_TIME);
        }
        Map<String, Object> given = claims.getClaimsMap();
        IdentityClaims identity = new IdentityClaims();
        for (String name : IdentityClaims.NAMES) {
            // One that is null is there, and wrong.
            if (given.containsKey(name)) {
                identity.take(name, given.get(name));
            }
        }
        return identity.identity(claims.getSubject(), Optional.of(end));
    }

    private int leewaySeconds() {
        return Math.toIntExact(rules.leeway().toSeconds());
    }
}
