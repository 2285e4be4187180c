package io.essaim.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private static final byte[] R1 = {1};
    private static final byte[] R2 = {2};
    private static final byte[] S1 = {3};
    private static final byte[] S2 = {4};

    private final Mailbox mailbox = new Mailbox();

    @Test
    void theNewestStateReplacesTheOneThatWaitsAndKeepsItsRoster() {
        mailbox.putRoster(R1);
        assertThat(mailbox.putState(S1)).isFalse();
        assertThat(mailbox.putState(S2)).isTrue();
        expect(R1, S2, null);
        expect(null, null, null);
    }

    @Test
    void aRosterDoesNotTakeTheStateBeforeItAway() {
        mailbox.putRoster(R1);
        mailbox.putState(S1);
        mailbox.putRoster(R2);
        expect(R1, S1, R2);
        mailbox.putState(S2);
        expect(null, S2, null);
    }

    @Test
    void aStateOfANewerRosterReplacesBoth() {
        mailbox.putRoster(R1);
        mailbox.putState(S1);
        mailbox.putRoster(R2);
        assertThat(mailbox.putState(S2)).isTrue();
        expect(R2, S2, null);
    }

    private void expect(byte @Nullable [] roster, byte @Nullable [] state, byte @Nullable [] nextRoster) {
        Mailbox.Contents contents = mailbox.take();
        assertThat(contents.roster).isSameAs(roster);
        assertThat(contents.state).isSameAs(state);
        assertThat(contents.nextRoster).isSameAs(nextRoster);
    }
}
