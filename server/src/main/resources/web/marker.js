import * as THREE from 'three';

const VERTEX = `
  uniform float size;
  void main() {
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
    gl_PointSize = size;
  }`;

const FRAGMENT = `
  uniform vec3 colour;
  void main() {
    float r = length(2.0 * gl_PointCoord - 1.0);
    float soft = fwidth(r);
    float ring = smoothstep(0.78 - soft, 0.78, r) * (1.0 - smoothstep(1.0 - soft, 1.0, r));
    if (ring < 0.01) discard;
    gl_FragColor = vec4(colour, ring);
  }`;

/** A ring around the agent that is followed, as large however far it is, and never hidden. */
export class Marker {
  #material = new THREE.ShaderMaterial({
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    transparent: true,
    depthTest: false,
    uniforms: { size: { value: 24 }, colour: { value: new THREE.Color() } },
  });

  constructor() {
    const place = new THREE.BufferAttribute(new Float32Array(3), 3);
    this.object = new THREE.Points(new THREE.BufferGeometry().setAttribute('position', place), this.#material);
    this.object.frustumCulled = false;
    this.object.renderOrder = 1;
    this.object.visible = false;
  }

  set colour(style) {
    this.#material.uniforms.colour.value.setStyle(style, THREE.LinearSRGBColorSpace);
  }

  /** In device pixels across. */
  set size(pixels) {
    this.#material.uniforms.size.value = pixels;
  }
}
