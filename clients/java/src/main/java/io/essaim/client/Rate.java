package io.essaim.client;

import io.essaim.protocol.Message;
import org.jspecify.annotations.Nullable;

/**
 * The rate that the server gives a client.
 *
 * @param stride of the ticks, those whose sequence it divides come
 * @param fps frames a second
 * @param tier the server's last change of the rate, and its reason; null when there was none since the stream was described
 *     or a rate was granted
 */
public record Rate(int stride, int fps, Message.@Nullable Tier tier) {}
