/**
 * Listening in on one object: a method, or counts, of which every use is heard from then on. The class stays as it is, so that replays
 * which nobody explains pay nothing.
 */
type ArgsOf<Method> = Method extends (...args: infer Args) => unknown ? Args : never;
type ResultOf<Method> = Method extends (...args: never[]) => infer Result ? Result : never;

export function tap<T extends object, Name extends keyof T>(
  object: T,
  name: Name,
  around: (proceed: () => ResultOf<T[Name]>, ...args: ArgsOf<T[Name]>) => ResultOf<T[Name]>,
): void {
  const method = object[name] as (this: T, ...args: ArgsOf<T[Name]>) => ResultOf<T[Name]>;
  const heard = (...args: ArgsOf<T[Name]>): ResultOf<T[Name]> => around(() => method.apply(object, args), ...args);
  object[name] = heard as T[Name];
}

/** Tells of each increase of a member. */
export function tapCounts<Name extends string>(counts: Record<Name, number>, increased: (name: Name) => void): void {
  for (const name of Object.keys(counts) as Name[]) {
    let value = counts[name];
    Object.defineProperty(counts, name, {
      enumerable: true,
      configurable: true,
      get: () => value,
      set: (next: number) => {
        const more = next > value;
        value = next;
        if (more) increased(name);
      },
    });
  }
}
