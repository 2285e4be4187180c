import * as THREE from 'three';
import { markOf, palette } from './palette.js';

const VERTEX = `
  attribute vec3 colour;
  attribute vec2 mark; // x: 1 for a ring; y: 0 when another sphere is singled out
  uniform float radius;
  uniform float pixels; // of one unit of length at distance 1
  uniform float least; // pixels across a point, however far
  varying vec3 shade;
  varying float ring;
  varying float depth;
  varying float shown;
  void main() {
    vec4 eye = modelViewMatrix * vec4(position, 1.0);
    gl_Position = projectionMatrix * eye;
    // Behind all others, so that it hides none of those that are singled out.
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

/** The agents as lit points: one draw call however many they are. Positions come in the unit box of the view. */
export class Agents {
  #geometry = new THREE.BufferGeometry();
  #capacity = 0;
  #chosen = -1;
  #sphereOf = new Uint16Array(0);
  #material = new THREE.ShaderMaterial({
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    alphaToCoverage: true,
    uniforms: { radius: { value: 0.03 }, pixels: { value: 1 }, least: { value: 3 }, stage: { value: new THREE.Color() } },
  });

  constructor() {
    this.object = new THREE.Points(this.#geometry, this.#material);
    this.object.frustumCulled = false;
    this.paint();
  }

  /** @param sphereOf by agent, its label's number; kept */
  roster(sphereOf) {
    this.#sphereOf = sphereOf;
    const count = sphereOf.length;
    if (count > this.#capacity) {
      this.#capacity = count;
      this.#geometry.dispose();
      for (const [name, width] of Object.entries({ position: 3, colour: 3, mark: 2 })) {
        const attribute = new THREE.BufferAttribute(new Float32Array(count * width), width);
        if (name === 'position') attribute.setUsage(THREE.DynamicDrawUsage);
        this.#geometry.setAttribute(name, attribute);
      }
    }
    this.#geometry.setDrawRange(0, 0);
    this.#material.uniforms.radius.value = Math.min(0.034, Math.max(0.004, 0.034 * Math.cbrt(350 / Math.max(1, count))));
    this.paint();
  }

  /** Singles a sphere out; −1 for none. */
  choose(sphere) {
    this.#chosen = sphere;
    this.paint();
  }

  /** Puts the palette on. */
  paint() {
    this.#material.uniforms.stage.value.setStyle(palette().stage, THREE.LinearSRGBColorSpace);
    const { colour, mark } = this.#geometry.attributes;
    if (colour === undefined) return;
    const paint = new THREE.Color();
    for (let i = 0; i < this.#sphereOf.length; i++) {
      const sphere = this.#sphereOf[i];
      const { colour: style, ring } = markOf(sphere);
      // Colours pass through untouched: what the legend shows is what the stage shows.
      paint.setStyle(style, THREE.LinearSRGBColorSpace).toArray(colour.array, 3 * i);
      mark.array[2 * i] = ring ? 1 : 0;
      mark.array[2 * i + 1] = this.#chosen < 0 || this.#chosen === sphere ? 1 : 0;
    }
    colour.needsUpdate = true;
    mark.needsUpdate = true;
  }

  /** Places the agents; `scale` takes the extent's longest side to 2. */
  place(frame, extent, scale) {
    const { position } = this.#geometry.attributes;
    if (position === undefined) return;
    const count = Math.min(frame.agentCount, this.#sphereOf.length);
    const [cx, cy, cz] = [extent.centre(0), extent.centre(1), extent.centre(2)];
    const { array } = position;
    for (let i = 0, at = 0; i < count; i++) {
      array[at++] = (frame.x[i] - cx) * scale;
      array[at++] = (frame.y[i] - cy) * scale;
      array[at++] = (frame.z[i] - cz) * scale;
    }
    position.needsUpdate = true;
    this.#geometry.setDrawRange(0, count);
  }

  /**
   * @param pixels device pixels that one unit of length takes at distance 1
   * @param least device pixels across the smallest point
   */
  resize(pixels, least) {
    this.#material.uniforms.pixels.value = pixels;
    this.#material.uniforms.least.value = least;
  }
}
