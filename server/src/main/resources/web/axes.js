import * as THREE from 'three';
import { tickLabel } from './format.js';
import { palette } from './palette.js';

const NAMES = ['x', 'y', 'z'];

/** The box around the agents: its edges, a grid on its floor, and the axes' names and numbers as text over the canvas. */
export class Axes {
  object = new THREE.Group();
  #layer;
  #material = new THREE.LineBasicMaterial();
  #faint = new THREE.LineBasicMaterial({ transparent: true, opacity: 0.45 });
  #labels = [];
  #point = new THREE.Vector3();

  /** @param layer the element that takes the labels, as large as the canvas */
  constructor(layer) {
    this.#layer = layer;
    this.paint();
  }

  paint() {
    this.#material.color.set(palette().line);
    this.#faint.color.set(palette().line);
  }

  /** Draws the box anew. */
  show(extent, scale) {
    for (const child of this.object.children) child.geometry.dispose();
    this.object.clear();
    const half = NAMES.map((_, axis) => (extent.size(axis) / 2) * scale);
    const box = new THREE.BoxGeometry(2 * half[0], 2 * half[1], 2 * half[2]);
    this.object.add(new THREE.LineSegments(new THREE.EdgesGeometry(box), this.#material));
    box.dispose();
    this.object.add(new THREE.LineSegments(floor(half, extent.step * scale), this.#faint));
    this.#write(extent, half);
  }

  /** Moves the labels to where the camera sees their places. */
  follow(camera, width, height) {
    for (const { element, at } of this.#labels) {
      const p = this.#point.copy(at).project(camera);
      const x = ((p.x + 1) / 2) * width;
      const y = ((1 - p.y) / 2) * height;
      element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`;
      element.hidden = p.z > 1;
    }
  }

  #write(extent, half) {
    this.#layer.replaceChildren();
    const [hx, hy, hz] = half;
    const out = 0.09;
    // x and z run along the floor's edges, y up the corner between them.
    const place = [
      (t) => new THREE.Vector3(t * hx, -hy - out, hz + out),
      (t) => new THREE.Vector3(-hx - out, t * hy, hz + out),
      (t) => new THREE.Vector3(hx + out, -hy - out, t * hz),
    ];
    this.#labels = NAMES.flatMap((name, axis) => [
      this.#label(name, place[axis](0).addScaledVector(place[axis](0).normalize(), out), 'name'),
      this.#label(tickLabel(extent.min[axis], extent.step), place[axis](-0.92)),
      this.#label(tickLabel(extent.max[axis], extent.step), place[axis](0.92)),
    ]);
  }

  #label(text, at, className = '') {
    const element = document.createElement('span');
    element.textContent = text;
    element.className = className;
    this.#layer.append(element);
    return { element, at };
  }
}

function floor([hx, hy, hz], step) {
  const points = [];
  for (let x = -hx + step; x < hx - step / 2; x += step) points.push(x, -hy, -hz, x, -hy, hz);
  for (let z = -hz + step; z < hz - step / 2; z += step) points.push(-hx, -hy, z, hx, -hy, z);
  return new THREE.BufferGeometry().setAttribute('position', new THREE.Float32BufferAttribute(points, 3));
}
