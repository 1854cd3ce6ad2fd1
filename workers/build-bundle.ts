import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** Bundles the workflows once, at build time. Also an architecture check: it fails when they import what is not theirs. */
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const { code } = await bundleWorkflowCode({
  workflowsPath: path('../workflows/index.js'),
  workflowInterceptorModules: [path('../workflows/trace.js')],
  logger: new DefaultLogger('WARN'),
});
await writeFile(path('../workflow-bundle.js'), code);
