/**
 * The only bit arithmetic on addresses and page numbers.
 *
 * Both are plain numbers. A virtual page number has up to 52 bits, a physical address fewer than 52; a 64-bit linear address
 * does not fit a number, so translations take page numbers. Shifts are 32-bit in JavaScript: a page number is split at bit 27,
 * where an index field begins in every x86 format, and each part is shifted alone. `&` is exact on the low bits below 2^53.
 */

const PAGE_SHIFT = 12;
const PAGE_BYTES = 4096;
/** Canonical addresses whose top bit is set belong to the kernel, in every 64-bit system. */
export const FIRST_KERNEL_PAGE = 2 ** 51;
/** 32-bit Linux keeps the last of four GiB for its kernel (`CONFIG_VMSPLIT_3G`). */
const FIRST_KERNEL_PAGE_32 = 0xc_0000;
/** 4 KiB pages in a 2 MiB page: what one table of 8-byte entries maps at level 1. */
export const REGION_PAGES = 512;
/** log2 of its bytes. A shadow table that splits a guest page splits one of this size, or a larger one. */
export const REGION_SHIFT = 21;
/** Page numbers of a 64-bit linear address space. */
export const LINEAR_PAGES = 2 ** 52;

const SPLIT = 27;
const SPLIT_PAGES = 2 ** SPLIT;
const LOWER_MASK = SPLIT_PAGES - 1;

/** The first page of the kernel's half, by the bits of linear addresses. */
export function firstKernelPage(linearBits: number): number {
  return linearBits === 32 ? FIRST_KERNEL_PAGE_32 : FIRST_KERNEL_PAGE;
}

export function pageOf(address: number): number {
  return address < 0x8000_0000 ? address >> PAGE_SHIFT : Math.floor(address / PAGE_BYTES);
}

export function offsetOf(address: number): number {
  return address & (PAGE_BYTES - 1);
}

export function addressOf(page: number): number {
  return page * PAGE_BYTES;
}

/** Bits 0..26 of a page number. */
export function lowerPart(page: number): number {
  return page & LOWER_MASK;
}

/** Bits 27..51 of a page number. */
export function upperPart(page: number): number {
  return page < SPLIT_PAGES ? 0 : Math.floor(page / SPLIT_PAGES);
}

/** The index field that begins at bit `shift` of a page number whose parts are given; no field crosses bit 27. */
export function indexAt(lower: number, upper: number, shift: number, mask: number): number {
  return (shift < SPLIT ? lower >> shift : upper >> (shift - SPLIT)) & mask;
}

/** Pages of 4 KiB in a page of 2^pageShift bytes, less one: the mask of page-number bits inside it. */
export function innerPageMask(pageShift: number): number {
  return pageShift <= PAGE_SHIFT ? 0 : 2 ** (pageShift - PAGE_SHIFT) - 1;
}
