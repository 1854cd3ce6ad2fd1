import { defineConfig } from 'rolldown';

/**
 * Job processes of the agent, bundled from dist/: they load in half the time. Left out is what has native parts or files
 * of its own, and what those import: it must be there once.
 */
const APART =
  /^(@livekit\/(rtc-node|rtc-ffi-bindings|local-inference|protocol)|@bufbuild\/protobuf|sharp|pino|soundswallower|fluent-ffmpeg)/;
/** GPL: never linked. */
const PROGRAMS = /^espeak-ng/;

export default defineConfig({
  input: {
    process: 'dist/agent/job/process.js',
    main: 'dist/agent/job/main.js',
    framework: 'node_modules/@livekit/agents/dist/ipc/job_proc_lazy_main.js',
    // What they start by its path.
    'espeak-wasm': 'dist/agent/providers/tts/espeak-wasm.js',
    worker: 'dist/agent/providers/stt/grammar/worker.js',
  },
  platform: 'node',
  external: [APART, PROGRAMS],
  // Named by their content: processes of before, which wait for a call, find theirs when they begin it.
  output: { dir: 'dist/agent/bundle', format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
});
