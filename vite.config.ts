/** Bundles src/page, with the parts of the simulator that it uses, into one HTML file that needs no network: dist/page/index.html. */
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

/** The page uses the simulator's core, which does no input or output; what does would be bundled as nothing, and fail late. */
const noNode: Plugin = {
  name: 'no-node',
  enforce: 'pre',
  resolveId(source, importer) {
    if (source.startsWith('node:')) throw new Error(`${importer ?? 'the page'} imports ${source}; a browser has none`);
  },
};

export default defineConfig({
  root: fileURLToPath(new URL('./src/page', import.meta.url)),
  // Its other form needs Node's buffers.
  resolve: { alias: { 'csv-stringify/sync': 'csv-stringify/browser/esm/sync' } },
  plugins: [noNode, viteSingleFile()],
  build: { outDir: '../../dist/page', emptyOutDir: true, chunkSizeWarningLimit: 2000, reportCompressedSize: false },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
