import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

// Whatever the environment says (a test runner says `test`): a build for development is a third larger, and names the folders
// of this machine.
process.env.NODE_ENV = 'production';

/** Smaller files fit into one packet as they are. In bytes. */
const WORTH_IT = 1024;

/** Writes `.br` and `.gz` beside each asset, once, so that nobody has to compress while serving (page-files.ts). */
function compressed(): Plugin {
  return {
    name: 'compressed',
    writeBundle({ dir = '' }, bundle) {
      for (const [name, file] of Object.entries(bundle)) {
        const content = Buffer.from(file.type === 'chunk' ? file.code : file.source);
        if (!name.startsWith('assets/') || content.length < WORTH_IT) continue;
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(content, quality));
        writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}

// One page, served under a strict CSP: every script and style is a file of its own, nothing inline, nothing from elsewhere.
export default defineConfig({
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [compressed()],
  build: {
    outDir: '../../../dist/page',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
