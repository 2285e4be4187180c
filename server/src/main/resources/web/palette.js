/**
 * Colours of the spheres. Each stands at 3:1 or more against the stage (WCAG 1.4.11) and apart from the others in normal
 * sight and in simulated protanopia, deuteranopia and tritanopia (at least 0.11 in OKLab). Beyond seven labels they come
 * again as rings.
 */
const SCHEMES = {
  dark: {
    stage: '#0b0e14',
    line: '#39445a',
    accent: '#ffffff',
    agents: ['#5792fc', '#bdec3a', '#ee2727', '#3df4f0', '#a644a0', '#fabfa0', '#348e61'],
  },
  light: {
    stage: '#f7f8fa',
    line: '#b9c2d0',
    accent: '#161b26',
    agents: ['#2338b8', '#0a411f', '#f12b71', '#468aa5', '#b253ef', '#95521d', '#6c1f68'],
  },
};

const light = matchMedia('(prefers-color-scheme: light)');

/** The palette of the colour scheme in force. */
export function palette() {
  return light.matches ? SCHEMES.light : SCHEMES.dark;
}

/** Calls when the palette became another. */
export function onPaletteChange(listener) {
  light.addEventListener('change', listener);
}

/** How a label is marked: its colour, and whether as a ring. */
export function markOf(sphere) {
  const { agents } = palette();
  return { colour: agents[sphere % agents.length], ring: Math.floor(sphere / agents.length) % 2 === 1 };
}
