/** 5-level tables of long mode (CR4.LA57): 57-bit virtual addresses. */
import { longModeFormat } from './long-mode.js';

export const fiveLevel = longModeFormat('5level', 5);
