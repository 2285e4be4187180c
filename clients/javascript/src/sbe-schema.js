/** Numbers of the SBE schema essaim.xml, version 0, that reader and writer share. */
export const SCHEMA_ID = 8001;
export const SCHEMA_VERSION = 0;
export const HEADER_BYTES = 8;
export const GROUP_HEADER_BYTES = 6;
export const DATA_LENGTH_BYTES = 4;

export const Template = Object.freeze({
  SWARM_FRAME_16: 1,
  SWARM_FRAME_32: 2,
  FREQUENCY_UPDATE: 3,
  DELTA_FRAME: 4,
  KEYFRAME: 5,
  REPLAY: 6,
  BATCH: 7,
  ROSTER: 10,
  CONNECTED: 11,
  HEARTBEAT: 12,
  SUBSCRIBED: 13,
  TIER: 14,
  ERROR_REPLY: 15,
  PONG: 16,
  STREAM_CHANGED: 17,
  ROSTER_CHANGE: 18,
  EVENT: 20,
  SUBSCRIBED_EVENTS: 21,
  SUBSCRIBED_FREQUENCY: 22,
  UNSUBSCRIBED: 23,
  PUBLISHED: 24,
  GAP: 25,
  PRESENCE_UPDATE: 26,
  SNAPSHOT: 27,
  AUTHENTICATED: 28,
  SUBSCRIBE: 30,
  PING: 31,
  STATS: 32,
  SUBSCRIBE_EVENTS: 33,
  SUBSCRIBE_FREQUENCY: 34,
  UNSUBSCRIBE: 35,
  JOIN: 36,
  LEAVE: 37,
  PUBLISH: 38,
  AUTH: 39,
});

/** What a uint32 field holds where there is no value. */
export const UINT32_NULL = 0xffffffff;
export const UINT8_NULL = 0xff;
export const UINT64_NULL = 0xffffffffffffffffn;
export const INT64_NULL = -(2n ** 63n);

/** The fixed fields of a DeltaFrame and of a Keyframe. */
export const CODED_BLOCK_BYTES = 14;

/** The fixed fields of a Subscribe and of a Subscribed. */
export const SUBSCRIBE_BLOCK_BYTES = 51;
export const SUBSCRIBED_BLOCK_BYTES = 53;

export const FORMS = Object.freeze(['json', 'plain', 'delta']);
export const TIER_REASONS = Object.freeze(['requested', 'slow_client', 'overload', 'restored']);
export const PRIORITIES = Object.freeze(['critical', 'high', 'normal', 'metrics', 'low']);
