import * as THREE from 'three';

const LASTS_MS = 2000;
/** Two seconds of 240 frames a second. */
const POINTS_MAX = 480;

/** Where an agent was, fading: a line through its last frames, and on to where it is drawn. */
export class Trail {
  #geometry = new THREE.BufferGeometry();
  #material = new THREE.LineBasicMaterial({ vertexColors: true, transparent: true, depthTest: false });
  #places = new Float32Array(3 * (POINTS_MAX + 1));
  #colours = new Float32Array(4 * (POINTS_MAX + 1)).fill(1);
  #timesMs = new Float64Array(POINTS_MAX);
  #count = 0;

  constructor() {
    this.#geometry.setAttribute('position', new THREE.BufferAttribute(this.#places, 3).setUsage(THREE.DynamicDrawUsage));
    this.#geometry.setAttribute('color', new THREE.BufferAttribute(this.#colours, 4).setUsage(THREE.DynamicDrawUsage));
    this.object = new THREE.Line(this.#geometry, this.#material);
    this.object.frustumCulled = false;
    this.clear();
  }

  set colour(style) {
    this.#material.color.set(style);
  }

  clear() {
    this.#count = 0;
    this.#geometry.setDrawRange(0, 0);
  }

  /** The agent was there in a frame. */
  add({ x, y, z }, frameMs) {
    let old = 0;
    while (old < this.#count && (this.#count - old >= POINTS_MAX || frameMs - this.#timesMs[old] > LASTS_MS)) old++;
    this.#places.copyWithin(0, 3 * old, 3 * this.#count);
    this.#timesMs.copyWithin(0, old, this.#count);
    this.#count -= old;
    this.#timesMs[this.#count] = frameMs;
    this.#put(this.#count++, x, y, z);
    for (let i = 0; i <= this.#count; i++) this.#colours[4 * i + 3] = i / this.#count;
    this.#geometry.attributes.color.needsUpdate = true;
  }

  /** The agent is drawn there. */
  lead({ x, y, z }) {
    this.#put(this.#count, x, y, z);
    this.#geometry.setDrawRange(0, this.#count + 1);
    this.#geometry.attributes.position.needsUpdate = true;
  }

  /** As Agents.rescale. */
  rescale(factor, shift) {
    for (let at = 0; at < 3 * this.#count; at++) this.#places[at] = this.#places[at] * factor + shift[at % 3];
  }

  #put(point, x, y, z) {
    this.#places[3 * point] = x;
    this.#places[3 * point + 1] = y;
    this.#places[3 * point + 2] = z;
  }
}
