import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const FOLDERS = [
  'contract',
  'workflows',
  'activities',
  'calls',
  'workers',
  'agent',
  'callflow',
  'client',
  'gateway',
  'platform',
  'sdk',
  'bench',
];

/** Forbids a folder all others but those named. */
const mayImport = (folder, allowed, more = []) => {
  const others = [...FOLDERS, 'scripts', 'tests'].filter((each) => each !== folder && !allowed.includes(each));
  return {
    files: [`${folder}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(\\.\\./)+(${others.join('|')})/`,
              message: `${folder}/ may import ${allowed.join(', ') || 'nothing of ours'}: see the layout in README.md`,
            },
            ...more,
          ],
        },
      ],
    },
  };
};

const typesOnlyFrom = (folder) => ({
  regex: `^(\\.\\./)+${folder}/`,
  allowTypeImports: true,
  message: `only types of ${folder}/: its code runs elsewhere`,
});
const packagesOnly = (names, why) => ({ regex: `^(?!\\.{1,2}/|(${names.join('|') || '\\0'})$)`, message: why });
const SANDBOX =
  'workflows run in a sandbox: contract, the interpreter, @temporalio/workflow. No zod, no winston, no node:';

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', '.data/', 'client/openapi.ts'] },
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    plugins: { 'import-x': importX },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [
        createNodeResolver({ extensions: ['.ts', '.js', '.mjs'], extensionAlias: { '.js': ['.ts', '.js'] } }),
      ],
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'off',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-duplicates': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['**/*.{js,mjs}', '**/*.d.mts'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      parserOptions: { projectService: false },
      globals: Object.fromEntries(
        [
          ...['AbortSignal', 'URL', 'clearInterval', 'clearTimeout', 'console', 'fetch', 'process', 'setInterval'],
          ...['setTimeout', 'Buffer'],
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  mayImport('contract', [], [packagesOnly([], 'contract/ is pure TypeScript: everyone imports it')]),
  mayImport('callflow', ['contract']),
  mayImport('platform', []),
  mayImport('calls', ['contract', 'callflow', 'platform']),
  mayImport('sdk', ['contract']),
  mayImport('client', [], [packagesOnly(['openapi-fetch', 'eventsource'], 'client/ runs in pages, too')]),
  mayImport('activities', ['contract', 'callflow', 'calls', 'platform']),
  mayImport('agent', ['contract', 'callflow', 'platform']),
  mayImport('gateway', ['contract', 'callflow', 'calls', 'platform']),
  mayImport('gateway/web', ['contract', 'callflow', 'client']),
  mayImport('workers', ['contract', 'workflows', 'activities', 'calls', 'platform']),
  mayImport(
    'workflows',
    ['contract', 'callflow', 'activities'],
    [
      typesOnlyFrom('activities'),
      { regex: '^(\\.\\./)+callflow/(schema|validate|checks)', allowTypeImports: true, message: SANDBOX },
      packagesOnly(['@temporalio/workflow', '@temporalio/common'], SANDBOX),
    ],
  ),
  prettier,
);
