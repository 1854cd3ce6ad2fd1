import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));

/** Bundles the workflows as they are in the sources now, so that no test runs a stale build. */
export async function bundleWorkflows(path: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [fileURLToPath(new URL('../../workflows/trace.ts', import.meta.url))],
    logger: new DefaultLogger('ERROR'),
  });
  await writeFile(path, code);
  return path;
}
