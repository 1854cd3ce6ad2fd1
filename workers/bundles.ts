import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';

/** Workflows write failures, too, and how they do so is part of their bundle. */
export const BUNDLES = { plain: bundle('workflow-bundle.js'), encrypted: bundle('workflow-bundle-encrypted.js') };

/** The bundle that the build made for this converter. */
export function builtBundle({ failureConverterPath }: DataConverter = {}): { codePath: string } {
  const codePath = failureConverterPath === undefined ? BUNDLES.plain : BUNDLES.encrypted;
  if (!existsSync(codePath)) throw new Error(`${codePath} is missing: run npm run build`);
  return { codePath };
}

function bundle(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}
