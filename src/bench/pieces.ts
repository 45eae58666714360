/** Pieces of input as other tools write it, about a MiB each: repeated they are a capture of any length. */

export interface Piece {
  readonly bytes: Uint8Array;
  readonly records: number;
}

const BYTES = 1 << 20;
const CODE = 0x401_0000;
const HEAP = 0x1f_0000_0000;
const CODE_PAGES = 100;
const DATA_PAGES = 4000;

/**
 * Text of Valgrind's lackey: instructions stay on a page for 20, data as given; every third instruction loads or stores.
 * @param sameData loads and stores to one page before the next
 */
export function lackeyPiece(sameData = 3): Piece {
  const lines: string[] = [];
  for (let bytes = 0, at = 0; bytes < BYTES; at++) {
    const line = at % 4 === 3 ? dataLine(at >> 2, sameData) : `I  ${hex(codeAddress(at - (at >> 2)))},3\n`;
    lines.push(line);
    bytes += line.length;
  }
  return { bytes: Buffer.from(lines.join('')), records: lines.length };
}

/** Records of ChampSim, 64 bytes: the address of an instruction at 0, of a store at 16, of a load at 32; others are 0. */
export function champsimPiece(): Piece {
  const records = BYTES / 64;
  const bytes = Buffer.alloc(BYTES);
  for (let at = 0; at < records; at++) {
    bytes.writeBigUInt64LE(BigInt(codeAddress(at)), at * 64);
    if (at % 3 === 0) bytes.writeBigUInt64LE(BigInt(dataAddress(at, 3)), at * 64 + (at % 2 === 0 ? 16 : 32));
  }
  return { bytes, records };
}

function dataLine(at: number, same: number): string {
  return ` ${at % 3 === 2 ? 'S' : 'L'} ${hex(dataAddress(at, same))},8\n`;
}

const codeAddress = (at: number): number => CODE + (Math.floor(at / 20) % CODE_PAGES) * 4096 + (at % 20) * 3;

const dataAddress = (at: number, same: number): number =>
  HEAP + ((Math.floor(at / same) * 7) % DATA_PAGES) * 4096 + (at % 500) * 8;

const hex = (address: number): string => address.toString(16).padStart(8, '0');
