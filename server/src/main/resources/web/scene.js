import * as THREE from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { Agents } from './agents.js';
import { Axes } from './axes.js';
import { Extent } from './extent.js';
import { onPaletteChange, palette } from './palette.js';

/** From where the whole box is seen, its labels too, in a view as wide as high. */
const HOME = new THREE.Vector3(2.75, 1.45, 3.75);
/** A little below the middle: the box seems higher than its numbers, which hang below it. */
const TARGET = new THREE.Vector3(0, -0.14, 0);
const PIXEL_RATIO_MAX = 2;
const POINT_PIXELS_MIN = 2.5;
/** Views lower than this get larger points, as a phone's would otherwise be specks. */
const VIEW_HEIGHT = 560;
const KEY_TURN = Math.PI / 36;
const KEY_ZOOM = 1.1;
const DISTANCE_MIN = 0.6;
const DISTANCE_MAX = 20;
const CALM_INTERVAL_MS = 1000;

/**
 * The swarm in three dimensions. The world's extent, whatever its scale, is mapped onto a box of side 2, so that camera
 * and precision are the same for all. Draws only when something changed.
 */
export class Scene {
  #canvas;
  #renderer;
  #camera = new THREE.PerspectiveCamera(42, 1, 0.05, 100);
  #controls;
  #scene = new THREE.Scene();
  #agents = new Agents();
  #axes;
  #extent = new Extent();
  #scale = 1;
  #dirty = true;
  #calm = false;
  #shownMs = -Infinity;

  /** @throws when there is no WebGL */
  constructor(canvas, labels) {
    this.#canvas = canvas;
    this.#renderer = new THREE.WebGLRenderer({ canvas, antialias: true, powerPreference: 'low-power' });
    this.#renderer.setPixelRatio(Math.min(devicePixelRatio, PIXEL_RATIO_MAX));
    this.#axes = new Axes(labels);
    this.#scene.add(this.#axes.object, this.#agents.object);
    this.#controls = new OrbitControls(this.#camera, canvas);
    this.#controls.enablePan = false;
    this.#controls.minDistance = DISTANCE_MIN;
    this.#controls.maxDistance = DISTANCE_MAX;
    this.#controls.autoRotateSpeed = 0.5;
    this.#controls.addEventListener('change', () => (this.#dirty = true));
    canvas.addEventListener('keydown', (event) => this.#onKey(event));
    onPaletteChange(() => this.#paint());
    new ResizeObserver(() => this.#resize()).observe(canvas.parentElement);
    this.#paint();
    this.#resize();
    this.#home();
    this.#renderer.setAnimationLoop(() => this.#draw());
  }

  /** Calm: no inertia, and agents move once a second. */
  set calm(calm) {
    this.#calm = calm;
    this.#controls.enableDamping = !calm;
  }

  set turning(turning) {
    this.#controls.autoRotate = turning;
  }

  roster(roster) {
    this.#agents.roster(roster.sphereOf);
    this.#shownMs = -Infinity;
    this.#dirty = true;
  }

  choose(sphere) {
    this.#agents.choose(sphere);
    this.#dirty = true;
  }

  /** Takes over what it needs of the frame. */
  show(frame) {
    const nowMs = performance.now();
    if (this.#calm && nowMs - this.#shownMs < CALM_INTERVAL_MS) return;
    this.#shownMs = nowMs;
    if (this.#extent.include(frame)) {
      this.#scale = 2 / this.#extent.largest;
      this.#axes.show(this.#extent, this.#scale);
    }
    this.#agents.place(frame, this.#extent, this.#scale);
    this.#dirty = true;
  }

  /** Another world begins: its extent is not the old one's. */
  newWorld() {
    this.#extent.reset();
  }

  /** Fits the view to where the agents are now. */
  fit() {
    this.#extent.reset();
    this.#home();
  }

  #home() {
    // A narrow view sees less to the sides: step back.
    this.#camera.position.copy(HOME).multiplyScalar(Math.max(1, 1.1 / this.#camera.aspect));
    this.#controls.target.copy(TARGET);
    this.#controls.update();
    this.#dirty = true;
  }

  #draw() {
    this.#controls.update();
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#renderer.render(this.#scene, this.#camera);
    this.#axes.follow(this.#camera, this.#canvas.clientWidth, this.#canvas.clientHeight);
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.#canvas.parentElement;
    if (width === 0 || height === 0) return;
    this.#renderer.setSize(width, height, false);
    this.#camera.aspect = width / height;
    this.#camera.updateProjectionMatrix();
    const halfTangent = Math.tan(THREE.MathUtils.degToRad(this.#camera.fov) / 2);
    const ratio = this.#renderer.getPixelRatio();
    const pixels = (Math.max(height, Math.min(VIEW_HEIGHT, 1.6 * height)) * ratio) / (2 * halfTangent);
    this.#agents.resize(pixels, POINT_PIXELS_MIN * ratio);
    this.#dirty = true;
  }

  #paint() {
    this.#renderer.setClearColor(palette().stage);
    this.#axes.paint();
    this.#agents.paint();
    this.#dirty = true;
  }

  #onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const turns = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const zooms = { '+': 1 / KEY_ZOOM, '=': 1 / KEY_ZOOM, '-': KEY_ZOOM, '−': KEY_ZOOM };
    const at = new THREE.Spherical().setFromVector3(this.#camera.position.clone().sub(TARGET));
    if (event.key in turns) {
      at.theta += turns[event.key][0] * KEY_TURN;
      at.phi += turns[event.key][1] * KEY_TURN;
    } else if (event.key in zooms) {
      at.radius = Math.min(DISTANCE_MAX, Math.max(DISTANCE_MIN, at.radius * zooms[event.key]));
    } else if (event.key === '0') {
      this.fit();
    } else {
      return;
    }
    event.preventDefault();
    if (event.key === '0') return;
    this.#camera.position.setFromSpherical(at.makeSafe()).add(TARGET);
    this.#dirty = true;
  }
}
