/** 4-level tables of long mode: 48-bit virtual addresses; pages of 4 KiB, 2 MiB and 1 GiB. */
import { longModeFormat } from './long-mode.js';

export const fourLevel = longModeFormat('4level', 4);
