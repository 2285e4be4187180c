import * as THREE from 'three';
import { markOf, palette } from './palette.js';

/** Of the stage's longest side, 2, and of an agent's last step: a step larger than both is a jump, not a way. */
const JUMP_LENGTH = 0.4;
const JUMP_FACTOR = 3;

const VERTEX = `
  attribute vec3 earlier;
  attribute vec3 colour;
  attribute vec2 mark; // x: 1 for a ring; y: 0 when other spheres are chosen
  uniform float share; // of the way from earlier to position
  uniform float radius;
  uniform float pixels; // of one unit of length at distance 1
  uniform float least; // pixels across a point, however far
  varying vec3 shade;
  varying float ring;
  varying float depth;
  varying float shown;
  void main() {
    vec4 eye = modelViewMatrix * vec4(mix(earlier, position, share), 1.0);
    gl_Position = projectionMatrix * eye;
    // Behind all others, so that it hides none of those that are chosen.
    if (mark.y < 0.5) gl_Position.z = 0.9999 * gl_Position.w;
    gl_PointSize = max(least, 2.0 * radius * (0.55 + 0.45 * mark.y) * pixels / -eye.z);
    shade = colour;
    ring = mark.x;
    shown = mark.y;
    depth = -eye.z;
  }`;

// Each point is drawn as a lit ball: its normal follows from the place within the point.
const FRAGMENT = `
  uniform vec3 stage;
  varying vec3 shade;
  varying float ring;
  varying float depth;
  varying float shown;
  void main() {
    vec2 at = 2.0 * gl_PointCoord - 1.0;
    float r = dot(at, at);
    if (r > 1.0) discard;
    vec3 normal = vec3(at.x, -at.y, sqrt(1.0 - r));
    float light = 0.82 + 0.3 * max(0.0, dot(normal, normalize(vec3(-0.4, 0.6, 0.7))));
    vec3 colour = min(vec3(1.0), shade * light);
    if (ring > 0.5 && r < 0.3) colour = stage;
    float away = clamp((depth - 2.6) / 4.0, 0.0, 1.0) * 0.3;
    float edge = 1.0 - smoothstep(1.0 - fwidth(r) * 1.5, 1.0, r);
    gl_FragColor = vec4(mix(stage, colour, (1.0 - away) * (0.14 + 0.86 * shown)), edge);
  }`;

/**
 * The agents as lit points, on their way from the frame before the latest to the latest: one draw call however many they
 * are, one upload a frame of the stream, none a frame of the display. Positions come in the unit box of the view.
 */
export class Agents {
  #geometry = new THREE.BufferGeometry();
  #capacity = 0;
  #ids = new Uint32Array(0);
  #labelOf = new Uint16Array(0);
  /** Numbers of labels; none: all are shown alike. */
  #chosen = new Set();
  #count = 0;
  #material = new THREE.ShaderMaterial({
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    alphaToCoverage: true,
    uniforms: {
      share: { value: 1 },
      radius: { value: 0.03 },
      pixels: { value: 1 },
      least: { value: 3 },
      stage: { value: new THREE.Color() },
    },
  });

  constructor() {
    this.object = new THREE.Points(this.#geometry, this.#material);
    this.object.frustumCulled = false;
    this.paint();
  }

  /** How many are shown. */
  get count() {
    return this.#count;
  }

  get share() {
    return this.#material.uniforms.share.value;
  }

  /** How far they are on their way to the latest frame, from 0 to 1. */
  set share(share) {
    this.#material.uniforms.share.value = share;
  }

  /**
   * Others are shown from the next frame on. Who stays goes on from where it is.
   *
   * @param ids by agent; kept
   * @param labelOf by agent, its label's number; kept
   */
  roster(ids, labelOf) {
    const places = this.#placesOf(ids);
    this.#ids = ids;
    this.#labelOf = labelOf;
    this.#count = 0;
    if (ids.length > this.#capacity) this.#grow(ids.length);
    for (const [name, values] of Object.entries(places ?? {})) this.#geometry.attributes[name].array.set(values);
    this.#upload('earlier');
    this.#upload('position');
    this.#geometry.setDrawRange(0, 0);
    const { radius } = this.#material.uniforms;
    radius.value = Math.min(0.034, Math.max(0.004, 0.034 * Math.cbrt(350 / Math.max(1, ids.length))));
    this.paint();
  }

  /** Makes the agents of some labels stand out; of none: all alike. */
  choose(labels) {
    this.#chosen = labels;
    this.paint();
  }

  /** Puts the palette on. */
  paint() {
    this.#material.uniforms.stage.value.setStyle(palette().stage, THREE.LinearSRGBColorSpace);
    const { colour, mark } = this.#geometry.attributes;
    if (colour === undefined) return;
    const paints = new Map();
    const paintOf = (label) => {
      const { colour: style, ring } = markOf(label);
      // Colours pass through untouched: what the legend shows is what the stage shows.
      const { r, g, b } = new THREE.Color().setStyle(style, THREE.LinearSRGBColorSpace);
      const shown = this.#chosen.size === 0 || this.#chosen.has(label) ? 1 : 0;
      return { rgb: [r, g, b], mark: [ring ? 1 : 0, shown] };
    };
    for (let i = 0; i < this.#labelOf.length; i++) {
      const label = this.#labelOf[i];
      const paint = paints.get(label) ?? paints.set(label, paintOf(label)).get(label);
      colour.array.set(paint.rgb, 3 * i);
      mark.array.set(paint.mark, 2 * i);
    }
    colour.needsUpdate = true;
    mark.needsUpdate = true;
  }

  /** Places the agents of a frame; `scale` takes the extent's longest side to 2. */
  place(frame, extent, scale) {
    if (this.#capacity === 0) return;
    const count = Math.min(frame.agentCount, this.#labelOf.length);
    const [cx, cy, cz] = [extent.centre(0), extent.centre(1), extent.centre(2)];
    const { earlier: next, position: last } = this.#geometry.attributes;
    const to = next.array;
    const from = last.array;
    let broken = false;
    for (let i = 0, at = 0; i < count; i++, at += 3) {
      const x = (frame.x[i] - cx) * scale;
      const y = (frame.y[i] - cy) * scale;
      const z = (frame.z[i] - cz) * scale;
      const step = Math.hypot(x - from[at], y - from[at + 1], z - from[at + 2]);
      const before = Math.hypot(from[at] - to[at], from[at + 1] - to[at + 1], from[at + 2] - to[at + 2]);
      // Who has just come was nowhere: NaN.
      if (Number.isNaN(step) || (step > JUMP_LENGTH && !(step <= JUMP_FACTOR * before))) {
        from[at] = x;
        from[at + 1] = y;
        from[at + 2] = z;
        broken = true;
      }
      to[at] = x;
      to[at + 1] = y;
      to[at + 2] = z;
    }
    this.#geometry.setAttribute('earlier', last);
    this.#geometry.setAttribute('position', next);
    this.#upload('position');
    if (broken) this.#upload('earlier');
    this.#count = count;
    this.#geometry.setDrawRange(0, count);
  }

  /** The view's unit box became another: the same places, `p · factor + (dx, dy, dz)`. */
  rescale(factor, shift) {
    for (const name of ['earlier', 'position']) {
      const array = this.#geometry.attributes[name]?.array ?? [];
      for (let at = 0; at < array.length; at++) array[at] = array[at] * factor + shift[at % 3];
      this.#upload(name);
    }
  }

  /** Where an agent is drawn now, or at another share of its way, in `target`. */
  drawn(agent, target, share = this.share) {
    const from = this.#geometry.attributes.earlier.array;
    const to = this.#geometry.attributes.position.array;
    const at = 3 * agent;
    return target.set(
      from[at] + share * (to[at] - from[at]),
      from[at + 1] + share * (to[at + 1] - from[at + 1]),
      from[at + 2] + share * (to[at + 2] - from[at + 2]),
    );
  }

  /** The place in the roster of the agent of that id; −1 when it is not shown. */
  indexOf(id) {
    const index = this.#ids.indexOf(id);
    return index < this.#count ? index : -1;
  }

  idOf(agent) {
    return this.#ids[agent];
  }

  /**
   * @param pixels device pixels that one unit of length takes at distance 1
   * @param least device pixels across the smallest point
   */
  resize(pixels, least) {
    this.#material.uniforms.pixels.value = pixels;
    this.#material.uniforms.least.value = least;
  }

  /** The places of the agents that were shown, in the order of others; NaN for who was not. */
  #placesOf(ids) {
    if (this.#count === 0) return undefined;
    const old = new Map();
    for (let i = 0; i < this.#count; i++) old.set(this.#ids[i], i);
    const gathered = (name) => {
      const { array } = this.#geometry.attributes[name];
      const values = new Float32Array(3 * ids.length).fill(NaN);
      for (let i = 0; i < ids.length; i++) {
        const at = 3 * (old.get(ids[i]) ?? NaN);
        if (at >= 0) values.set(array.subarray(at, at + 3), 3 * i);
      }
      return values;
    };
    return { earlier: gathered('earlier'), position: gathered('position') };
  }

  #grow(count) {
    this.#capacity = count;
    this.#geometry.dispose();
    for (const [name, width] of Object.entries({ earlier: 3, position: 3, colour: 3, mark: 2 })) {
      const attribute = new THREE.BufferAttribute(new Float32Array(count * width), width);
      if (width === 3 && name !== 'colour') {
        attribute.array.fill(NaN);
        attribute.setUsage(THREE.DynamicDrawUsage);
      }
      this.#geometry.setAttribute(name, attribute);
    }
  }

  #upload(name) {
    const attribute = this.#geometry.attributes[name];
    if (attribute !== undefined) attribute.needsUpdate = true;
  }
}
