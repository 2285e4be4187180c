package io.essaim.server.security;

import java.time.Duration;
import java.util.Optional;

/**
 * What a JSON Web Token has to fulfil beside being signed.
 *
 * @param issuer what {@code iss} has to be; empty: not looked at
 * @param audience what {@code aud} has to name; empty: not looked at
 * @param leeway how far clocks may differ, in whole seconds
 */
public record JwtRules(Optional<String> issuer, Optional<String> audience, Duration leeway) {}
