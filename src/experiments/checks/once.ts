/** Several checks ask for the same replay: it is made once for each choice of arguments. */
export function once<A extends readonly (string | number)[], R>(make: (...of: A) => R): (...of: A) => R {
  const made = new Map<string, R>();
  return (...of) => {
    const key = JSON.stringify(of);
    if (!made.has(key)) made.set(key, make(...of));
    return made.get(key)!;
  };
}
