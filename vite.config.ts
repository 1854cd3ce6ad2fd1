import { defineConfig } from 'vite';

/** The page of the gateway, served from dist/web. `npx vite` serves it from its sources against a running gateway. */
export default defineConfig({
  root: 'gateway/web',
  // livekit-client is most of it, and the page comes from the machine that also runs the call.
  build: { outDir: '../../dist/web', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 800 },
  server: { proxy: { '/v1': 'http://127.0.0.1:8080', '/readyz': 'http://127.0.0.1:8080' } },
});
