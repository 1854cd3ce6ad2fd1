import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { testGateway } from '../gateway/fakes.js';

const FILE = fileURLToPath(new URL('../../../client/openapi.ts', import.meta.url));
const HEADER = `/** What the gateway's OpenAPI document says, as types. Made by \`npm run client\`: do not edit. */\n`;

it('client/openapi.ts is what the gateway describes: npm run client makes it anew', async () => {
  const { app } = await testGateway();
  const document = (await app.inject('/openapi.json')).body;
  const types = await openapiTS(document, {
    alphabetize: true,
    defaultNonNullable: false,
    inject: "import type { Json } from './json.js';\n",
    transform: (_schema, { path }) =>
      /\/schemas\/Json(Input)?$/.test(path ?? '') ? ts.factory.createTypeReferenceNode('Json') : undefined,
  });
  await expect(HEADER + astToString(types)).toMatchFileSnapshot(FILE);
});
