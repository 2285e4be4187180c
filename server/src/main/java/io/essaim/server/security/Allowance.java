package io.essaim.server.security;

import io.essaim.server.config.Rate;

/** @param burst how many may come at once when there were none for a while */
record Allowance(Rate rate, int burst) {}
