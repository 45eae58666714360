/** A YAML file as a plain value, and the line and column of each of its keys. */
import { isMap, isNode, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { ConfigError } from '../errors.js';
import type { Locate } from './validate.js';

export interface YamlFile {
  readonly value: unknown;
  readonly locate: Locate;
}

export function parseYaml(text: string, path: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const error = document.errors[0];
  if (error !== undefined)
    throw new ConfigError(
      `${at(error.pos[0])}: ${error.message.split('\n')[0]!.replace(/ at line .*|; please use .*/, '')}`,
    );
  /** Where the last of the keys stands that the file has. */
  const locate: Locate = (keys) => {
    let node: unknown = document.contents;
    let place = node;
    for (const key of keys) {
      const item = isSeq(node) ? node.items[Number(key)] : undefined;
      if (item !== undefined) {
        place = node = item;
        continue;
      }
      const pair = isMap(node) ? node.items.find((item) => String(item.key) === String(key)) : undefined;
      if (pair === undefined) break;
      place = pair.key;
      node = pair.value;
    }
    return at(isNode(place) ? (place.range?.[0] ?? 0) : 0);
  };
  return { value: plain(document, path), locate };
}

/** Aliases are resolved only here: without an anchor, or so many that they must be an attack, they are refused. */
function plain(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) throw new ConfigError(`${path}: ${error.message}`);
    throw error;
  }
}
