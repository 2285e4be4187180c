import * as THREE from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { Agents } from './agents.js';
import { Axes } from './axes.js';
import { BoxOutline } from './box-outline.js';
import { Extent } from './extent.js';
import { Marker } from './marker.js';
import { onPaletteChange, palette } from './palette.js';
import { Playback } from './playback.js';
import { Trail } from './trail.js';

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
/** From a press to its release, beyond which it is no click but a drag. */
const CLICK_PIXELS = 6;
/** How far beside an agent a click still means it. */
const PICK_PIXELS = 22;
const MARKER_PIXELS = 24;
/** No agent. */
const NONE = -1;

/**
 * The swarm in three dimensions. The world's extent, whatever its scale, is mapped onto a box of side 2, so that camera
 * and precision are the same for all. Draws only when something changed. While agents are on their way between two frames
 * of the stream, a frame of the display sets one number and allocates nothing, unless the camera moves as well.
 */
export class Scene {
  #canvas;
  #renderer;
  #camera = new THREE.PerspectiveCamera(42, 1, 0.05, 100);
  #controls;
  #scene = new THREE.Scene();
  #agents = new Agents();
  /** A roster of which no frame has come. */
  #awaited = null;
  #axes;
  #extent = new Extent();
  #scale = 1;
  #centre = [0, 0, 0];
  #playback = new Playback();
  #smooth = true;
  #marker = new Marker();
  #trail = new Trail();
  #outline = new BoxOutline();
  #followed = NONE;
  /** Of the agent that is followed, in the present roster. */
  #followedIndex = NONE;
  #onPick;
  #pressed = null;
  #place = new THREE.Vector3();
  #other = new THREE.Vector3();
  #dirty = true;
  /** The labels are elsewhere on the screen. */
  #moved = true;
  #calm = false;
  #shownMs = -Infinity;

  /**
   * @param onPick gets the id of the agent that was clicked on
   * @throws when there is no WebGL
   */
  constructor(canvas, labels, onPick) {
    this.#canvas = canvas;
    this.#onPick = onPick;
    this.#renderer = new THREE.WebGLRenderer({ canvas, antialias: true, powerPreference: 'low-power' });
    this.#renderer.setPixelRatio(Math.min(devicePixelRatio, PIXEL_RATIO_MAX));
    this.#axes = new Axes(labels);
    this.#scene.add(this.#axes.object, this.#agents.object, this.#outline.object);
    this.#scene.add(this.#trail.object, this.#marker.object);
    this.#controls = new OrbitControls(this.#camera, canvas);
    this.#controls.enablePan = false;
    this.#controls.minDistance = DISTANCE_MIN;
    this.#controls.maxDistance = DISTANCE_MAX;
    this.#controls.autoRotateSpeed = 0.5;
    this.#controls.addEventListener('change', () => this.#cameraMoved());
    canvas.addEventListener('keydown', (event) => this.#onKey(event));
    canvas.addEventListener('pointerdown', (event) => (this.#pressed = event));
    canvas.addEventListener('pointerup', (event) => this.#onRelease(event));
    onPaletteChange(() => this.#paint());
    new ResizeObserver(() => this.#resize()).observe(canvas.parentElement);
    this.#paint();
    this.#resize();
    this.#home();
    this.#renderer.setAnimationLoop((nowMs) => this.#draw(nowMs));
  }

  /** Calm: no inertia, and agents move once a second. */
  set calm(calm) {
    this.#calm = calm;
    this.#controls.enableDamping = !calm;
  }

  set turning(turning) {
    this.#controls.autoRotate = turning;
  }

  /** Whether agents are drawn on their way between two frames, a frame's interval late, or where the latest has them. */
  set smooth(smooth) {
    this.#smooth = smooth;
    this.#dirty = true;
  }

  /**
   * Who the agents are from the next frame on; until then the others are drawn.
   *
   * @param labelOf by agent, its label's number; kept
   */
  roster({ ids }, labelOf) {
    this.#awaited = { ids, labelOf };
    this.#shownMs = -Infinity;
  }

  /** @param labels a set of labels' numbers; empty for all */
  choose(labels) {
    this.#agents.choose(labels);
    this.#dirty = true;
  }

  /** Draws the box of the view: six numbers, or undefined. */
  set box(box) {
    this.#outline.box = box;
    if (box !== undefined && this.#extent.suppose(box)) this.#rescale();
    this.#outline.place(this.#extent, this.#scale);
    this.#dirty = true;
  }

  /** Where agents were seen: least and greatest by axis, and the step between ticks. */
  get extent() {
    return this.#extent;
  }

  /** Marks an agent, wherever it goes; undefined for none. */
  follow(id) {
    this.#followed = id ?? NONE;
    this.#trail.clear();
    this.#find();
    this.#dirty = true;
  }

  /** Takes over what it needs of the frame. */
  show(frame) {
    const nowMs = performance.now();
    if (this.#calm && nowMs - this.#shownMs < CALM_INTERVAL_MS) return;
    this.#shownMs = nowMs;
    if (this.#awaited !== null) this.#agents.roster(this.#awaited.ids, this.#awaited.labelOf);
    this.#awaited = null;
    if (this.#extent.include(frame)) this.#rescale();
    this.#agents.place(frame, this.#extent, this.#scale);
    this.#playback.arrived(frame.timeMicros / 1000, nowMs);
    this.#find();
    if (this.#followedIndex !== NONE) this.#leaveTrail(frame.timeMicros / 1000);
    this.#dirty = true;
  }

  /** Another world begins: its extent is not the old one's, and its agents are not where the old one's were. */
  newWorld() {
    this.#extent.reset();
    this.#playback.reset();
    this.#trail.clear();
  }

  /** Fits the view to where the agents are now. */
  fit() {
    this.#extent.reset();
    this.#home();
  }

  #find() {
    this.#followedIndex = this.#followed === NONE ? NONE : this.#agents.indexOf(this.#followed);
    if (this.#followedIndex === NONE) this.#trail.clear();
    this.#marker.object.visible = this.#trail.object.visible = this.#followedIndex !== NONE;
  }

  /** The way so far ends where the agent is drawn, not where the latest frame has it. */
  #leaveTrail(frameMs) {
    const from = this.#agents.drawn(this.#followedIndex, this.#place, 0);
    const jumped = from.equals(this.#agents.drawn(this.#followedIndex, this.#other, 1));
    if (jumped) this.#trail.clear();
    this.#trail.add(from, frameMs);
  }

  #rescale() {
    const scale = 2 / this.#extent.largest;
    const factor = scale / this.#scale;
    const shift = [0, 1, 2].map((axis) => (this.#centre[axis] - this.#extent.centre(axis)) * scale);
    this.#agents.rescale(factor, shift);
    this.#trail.rescale(factor, shift);
    this.#scale = scale;
    this.#centre = [0, 1, 2].map((axis) => this.#extent.centre(axis));
    this.#axes.show(this.#extent, scale);
    this.#outline.place(this.#extent, scale);
    this.#moved = true;
  }

  #cameraMoved() {
    this.#dirty = this.#moved = true;
  }

  #home() {
    // A narrow view sees less to the sides: step back.
    this.#camera.position.copy(HOME).multiplyScalar(Math.max(1, 1.1 / this.#camera.aspect));
    this.#controls.target.copy(TARGET);
    this.#controls.update();
    this.#cameraMoved();
  }

  #draw(nowMs) {
    this.#controls.update();
    const share = this.#smooth && !this.#calm ? this.#playback.shareAt(nowMs) : 1;
    if (share !== this.#agents.share) {
      this.#agents.share = share;
      this.#dirty = true;
    }
    if (!this.#dirty) return;
    this.#dirty = false;
    if (this.#followedIndex !== NONE) {
      this.#agents.drawn(this.#followedIndex, this.#marker.object.position);
      this.#trail.lead(this.#marker.object.position);
    }
    this.#renderer.render(this.#scene, this.#camera);
    if (!this.#moved) return;
    this.#moved = false;
    this.#axes.follow(this.#camera, this.#canvas.clientWidth, this.#canvas.clientHeight);
  }

  #onRelease(event) {
    const pressed = this.#pressed;
    this.#pressed = null;
    if (pressed === null || !event.isPrimary || event.button !== 0) return;
    if (Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) > CLICK_PIXELS) return;
    const agent = this.#nearest(event.offsetX, event.offsetY);
    if (agent !== NONE) this.#onPick(this.#agents.idOf(agent));
  }

  /** The agent that is drawn nearest to a place on the canvas; none when all are too far away from it. */
  #nearest(x, y) {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    let nearest = NONE;
    let least = PICK_PIXELS;
    for (let agent = 0; agent < this.#agents.count; agent++) {
      const p = this.#agents.drawn(agent, this.#place).project(this.#camera);
      if (p.z > 1) continue;
      const pixels = Math.hypot(((p.x + 1) / 2) * width - x, ((1 - p.y) / 2) * height - y);
      if (pixels < least) {
        least = pixels;
        nearest = agent;
      }
    }
    return nearest;
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
    this.#marker.size = MARKER_PIXELS * ratio;
    this.#cameraMoved();
  }

  #paint() {
    this.#renderer.setClearColor(palette().stage);
    this.#axes.paint();
    this.#agents.paint();
    const { accent } = palette();
    this.#outline.colour = this.#marker.colour = this.#trail.colour = accent;
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
    this.#cameraMoved();
  }
}
