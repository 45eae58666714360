/** The fonts that come with vmmu: the same letters, and so the same bytes, on every machine. */
import { fileURLToPath } from 'node:url';

export const FONT_FOLDER = fileURLToPath(new URL('../../fonts/', import.meta.url));
export const FONT_FAMILY = 'Liberation Sans';
export const FONT_FILES = ['LiberationSans-Regular.ttf', 'LiberationSans-Bold.ttf'].map((file) => FONT_FOLDER + file);
