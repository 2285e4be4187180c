/** Bounds of the protocol; what exceeds them is malformed, before any memory is taken for it. */
export const AGENTS_MAX = 100_000;
export const SPHERES_MAX = 65_535;
export const COMPONENTS_MAX = 64;
export const TEXT_BYTES_MAX = 65_536;
export const DECIMALS_MAX = 9;
export const TICKS_PER_SECOND_MAX = 240;
