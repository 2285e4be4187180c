package io.essaim.protocol.sbe;

import io.essaim.protocol.sbe.generated.AuthDecoder;
import io.essaim.protocol.sbe.generated.AuthenticatedDecoder;
import io.essaim.protocol.sbe.generated.BatchDecoder;
import io.essaim.protocol.sbe.generated.ConnectedDecoder;
import io.essaim.protocol.sbe.generated.DeltaFrameDecoder;
import io.essaim.protocol.sbe.generated.ErrorReplyDecoder;
import io.essaim.protocol.sbe.generated.EventDecoder;
import io.essaim.protocol.sbe.generated.FrequencyUpdateDecoder;
import io.essaim.protocol.sbe.generated.GapDecoder;
import io.essaim.protocol.sbe.generated.HeartbeatDecoder;
import io.essaim.protocol.sbe.generated.JoinDecoder;
import io.essaim.protocol.sbe.generated.KeyframeDecoder;
import io.essaim.protocol.sbe.generated.LeaveDecoder;
import io.essaim.protocol.sbe.generated.PingDecoder;
import io.essaim.protocol.sbe.generated.PongDecoder;
import io.essaim.protocol.sbe.generated.PresenceUpdateDecoder;
import io.essaim.protocol.sbe.generated.PublishDecoder;
import io.essaim.protocol.sbe.generated.PublishedDecoder;
import io.essaim.protocol.sbe.generated.ReplayDecoder;
import io.essaim.protocol.sbe.generated.RosterChangeDecoder;
import io.essaim.protocol.sbe.generated.RosterDecoder;
import io.essaim.protocol.sbe.generated.SnapshotDecoder;
import io.essaim.protocol.sbe.generated.StatsDecoder;
import io.essaim.protocol.sbe.generated.StreamChangedDecoder;
import io.essaim.protocol.sbe.generated.SubscribeDecoder;
import io.essaim.protocol.sbe.generated.SubscribeEventsDecoder;
import io.essaim.protocol.sbe.generated.SubscribeFrequencyDecoder;
import io.essaim.protocol.sbe.generated.SubscribedDecoder;
import io.essaim.protocol.sbe.generated.SubscribedEventsDecoder;
import io.essaim.protocol.sbe.generated.SubscribedFrequencyDecoder;
import io.essaim.protocol.sbe.generated.SwarmFrame16Decoder;
import io.essaim.protocol.sbe.generated.SwarmFrame32Decoder;
import io.essaim.protocol.sbe.generated.TierDecoder;
import io.essaim.protocol.sbe.generated.UnsubscribeDecoder;
import io.essaim.protocol.sbe.generated.UnsubscribedDecoder;

/** How many bytes of fixed fields each message has at least: those of the schema's first version. */
final class SbeBlocks {
    private static final int[] LEAST = new int[AuthDecoder.TEMPLATE_ID + 1];

    static {
        LEAST[SwarmFrame16Decoder.TEMPLATE_ID] = SwarmFrame16Decoder.BLOCK_LENGTH;
        LEAST[SwarmFrame32Decoder.TEMPLATE_ID] = SwarmFrame32Decoder.BLOCK_LENGTH;
        LEAST[FrequencyUpdateDecoder.TEMPLATE_ID] = FrequencyUpdateDecoder.BLOCK_LENGTH;
        LEAST[DeltaFrameDecoder.TEMPLATE_ID] = DeltaFrameDecoder.BLOCK_LENGTH;
        LEAST[KeyframeDecoder.TEMPLATE_ID] = KeyframeDecoder.BLOCK_LENGTH;
        LEAST[ReplayDecoder.TEMPLATE_ID] = ReplayDecoder.BLOCK_LENGTH;
        LEAST[BatchDecoder.TEMPLATE_ID] = BatchDecoder.BLOCK_LENGTH;
        LEAST[RosterDecoder.TEMPLATE_ID] = RosterDecoder.BLOCK_LENGTH;
        LEAST[ConnectedDecoder.TEMPLATE_ID] = ConnectedDecoder.BLOCK_LENGTH;
        LEAST[HeartbeatDecoder.TEMPLATE_ID] = HeartbeatDecoder.BLOCK_LENGTH;
        LEAST[SubscribedDecoder.TEMPLATE_ID] = SubscribedDecoder.BLOCK_LENGTH;
        LEAST[TierDecoder.TEMPLATE_ID] = TierDecoder.BLOCK_LENGTH;
        LEAST[ErrorReplyDecoder.TEMPLATE_ID] = ErrorReplyDecoder.BLOCK_LENGTH;
        LEAST[PongDecoder.TEMPLATE_ID] = PongDecoder.BLOCK_LENGTH;
        LEAST[StreamChangedDecoder.TEMPLATE_ID] = StreamChangedDecoder.BLOCK_LENGTH;
        LEAST[RosterChangeDecoder.TEMPLATE_ID] = RosterChangeDecoder.BLOCK_LENGTH;
        LEAST[EventDecoder.TEMPLATE_ID] = EventDecoder.BLOCK_LENGTH;
        LEAST[SubscribedEventsDecoder.TEMPLATE_ID] = SubscribedEventsDecoder.BLOCK_LENGTH;
        LEAST[SubscribedFrequencyDecoder.TEMPLATE_ID] = SubscribedFrequencyDecoder.BLOCK_LENGTH;
        LEAST[UnsubscribedDecoder.TEMPLATE_ID] = UnsubscribedDecoder.BLOCK_LENGTH;
        LEAST[PublishedDecoder.TEMPLATE_ID] = PublishedDecoder.BLOCK_LENGTH;
        LEAST[GapDecoder.TEMPLATE_ID] = GapDecoder.BLOCK_LENGTH;
        LEAST[PresenceUpdateDecoder.TEMPLATE_ID] = PresenceUpdateDecoder.BLOCK_LENGTH;
        LEAST[SnapshotDecoder.TEMPLATE_ID] = SnapshotDecoder.BLOCK_LENGTH;
        LEAST[AuthenticatedDecoder.TEMPLATE_ID] = AuthenticatedDecoder.BLOCK_LENGTH;
        LEAST[SubscribeDecoder.TEMPLATE_ID] = SubscribeDecoder.BLOCK_LENGTH;
        LEAST[PingDecoder.TEMPLATE_ID] = PingDecoder.BLOCK_LENGTH;
        LEAST[StatsDecoder.TEMPLATE_ID] = StatsDecoder.BLOCK_LENGTH;
        LEAST[SubscribeEventsDecoder.TEMPLATE_ID] = SubscribeEventsDecoder.BLOCK_LENGTH;
        LEAST[SubscribeFrequencyDecoder.TEMPLATE_ID] = SubscribeFrequencyDecoder.BLOCK_LENGTH;
        LEAST[UnsubscribeDecoder.TEMPLATE_ID] = UnsubscribeDecoder.BLOCK_LENGTH;
        LEAST[JoinDecoder.TEMPLATE_ID] = JoinDecoder.BLOCK_LENGTH;
        LEAST[LeaveDecoder.TEMPLATE_ID] = LeaveDecoder.BLOCK_LENGTH;
        LEAST[PublishDecoder.TEMPLATE_ID] = PublishDecoder.BLOCK_LENGTH;
        LEAST[AuthDecoder.TEMPLATE_ID] = AuthDecoder.BLOCK_LENGTH;
    }

    private SbeBlocks() {}

    /** 0 for a message that nobody knows. */
    static int least(int template) {
        return template < LEAST.length ? LEAST[template] : 0;
    }
}
