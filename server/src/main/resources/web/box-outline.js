import * as THREE from 'three';

/** A box that reaches far beyond the stage is drawn just outside of it: of the stage's side. */
const OUTSIDE = 0.02;

/** The box of the view, as edges. */
export class BoxOutline {
  // Over all else: its edges often lie in those of the stage.
  #material = new THREE.LineBasicMaterial({ transparent: true, opacity: 0.8, depthTest: false });
  #box;

  constructor() {
    this.object = new THREE.LineSegments(new THREE.EdgesGeometry(new THREE.BoxGeometry(1, 1, 1)), this.#material);
    this.object.renderOrder = 1;
    this.object.visible = false;
  }

  set colour(style) {
    this.#material.color.set(style);
  }

  /** @param box six numbers, or undefined for none */
  set box(box) {
    this.#box = box;
  }

  get box() {
    return this.#box;
  }

  /** Draws it within the extent; `scale` as in Agents.place. */
  place(extent, scale) {
    this.object.visible = this.#box !== undefined;
    if (this.#box === undefined) return;
    for (let axis = 0; axis < 3; axis++) {
      const beyond = OUTSIDE * extent.largest;
      const inside = (value) => Math.min(extent.max[axis] + beyond, Math.max(extent.min[axis] - beyond, value));
      const [min, max] = [inside(this.#box[axis]), inside(this.#box[axis + 3])];
      this.object.position.setComponent(axis, ((min + max) / 2 - extent.centre(axis)) * scale);
      // A flat box still has edges.
      this.object.scale.setComponent(axis, Math.max((max - min) * scale, 1e-6));
    }
  }
}
