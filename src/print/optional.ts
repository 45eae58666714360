/** Packages that are installed where their machine is supported, and are missed only when they are used. */
import { UsageError } from '../errors.js';

export async function optional<T>(load: () => Promise<T>, name: string, what: string): Promise<T> {
  try {
    return await load();
  } catch {
    throw new UsageError(`${what} needs the package ${name}, which is not installed here: npm install ${name}`);
  }
}
