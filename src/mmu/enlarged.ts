/** Typed arrays that grow. */

/** A copy with room for at least `size` elements, at least doubled; the new ones are 0. */
export function enlarged<T extends Uint8Array | Int32Array | Float64Array>(array: T, size: number): T {
  const Type = array.constructor as new (length: number) => T;
  const larger = new Type(Math.max(size, 2 * array.length));
  larger.set(array);
  return larger;
}
