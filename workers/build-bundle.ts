import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { BUNDLES } from './bundles.js';

/** Bundles the workflows once, at build time. Also an architecture check: it fails when they import what is not theirs. */
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

async function build(bundlePath: string, failureConverterPath?: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: path('../workflows/index.js'),
    workflowInterceptorModules: [path('../workflows/trace.js')],
    ...(failureConverterPath && { failureConverterPath }),
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(bundlePath, code);
}

await build(BUNDLES.plain);
await build(BUNDLES.encrypted, path('../platform/encryption/failure-converter.js'));
