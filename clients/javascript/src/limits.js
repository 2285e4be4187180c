/** Bounds of the protocol; what exceeds them is malformed, before any memory is taken for it. */
export const AGENTS_MAX = 100_000;
export const SPHERES_MAX = 65_535;
export const COMPONENTS_MAX = 64;
export const TEXT_BYTES_MAX = 65_536;
export const DECIMALS_MAX = 9;
export const TICKS_PER_SECOND_MAX = 240;
export const BATCH_MAX = 60;
export const BATCH_MESSAGES_MAX = 100_000;
export const AGENT_ID_MAX = 0xffffffff;
export const LABEL_BYTES_MAX = 255;
export const VIEW_RANGES_MAX = 1_000;
export const VIEW_SPHERES_MAX = 100;
export const ROOMS_MAX = 100;
export const TYPES_MAX = 100;
export const GAP_RANGES_MAX = 100_000;
export const PRESENCE_NAMES_MAX = 100_000;
export const EVENT_DATA_BYTES_MAX = 60_000;
