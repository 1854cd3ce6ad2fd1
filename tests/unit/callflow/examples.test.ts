import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mermaid, mermaidId } from '../../../callflow/graph.js';
import { firstWords } from '../../../callflow/greeting.js';
import { flowHash } from '../../../callflow/hash.js';
import { flowJsonSchema, remoteFlowJsonSchema } from '../../../callflow/json-schema.js';
import { simulateLines } from '../../../callflow/simulate.js';
import { checkVariables, validateFlow, validateRemoteFlow } from '../../../callflow/validate.js';
import type { Flow } from '../../../contract/flow.js';
import { flowOf } from './flows.js';

const folder = fileURLToPath(new URL('../../../flows/', import.meta.url));
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

function example(name: string): Flow {
  const checked = validateFlow(read(`${name}.json`));
  if (!checked.ok) throw new Error(JSON.stringify(checked.errors));
  return checked.flow;
}

/** What was heard and done, for lines that the caller and the world say. */
async function played(name: string, lines: string[]) {
  const flow = example(name);
  const variables = checkVariables(flow, {});
  if (!variables.ok) throw new Error(JSON.stringify(variables.errors));
  const { transcript, end, state } = await simulateLines(flow, variables.variables, lines);
  return { nodes: transcript.filter(({ who }) => who !== 'caller').map(({ node }) => node), end, vars: state.vars };
}

describe('the example flows', () => {
  it.each(files)('%s validates under its file name', (file) => {
    expect(validateFlow(read(file))).toMatchObject({ ok: true, flow: { id: file.replace('.json', '') } });
  });

  it('include a remote one', () => expect(validateRemoteFlow(read('remote/clinic.json'))).toMatchObject({ ok: true }));

  it('greet, and end', async () => {
    expect(await played('greeting', [])).toMatchObject({ end: { outcome: 'done', reason: 'completed' } });
    expect(firstWords(example('greeting'), { name: 'Ann' })).toContain('Ann');
    expect(example('greeting').resume).toBeTruthy();
  });

  it('book an appointment', async () => {
    const booked = await played('appointment', ['perhaps', '1', '200 {"appointment": {"reference": "A7"}}']);
    expect(booked.vars).toMatchObject({ confirmed: true, reference: 'A7' });
    expect(booked.end).toMatchObject({ outcome: 'done' });
    expect((await played('appointment', ['no'])).nodes).toContain('declined');
    expect((await played('appointment', ['yes', '503', 'connected'])).end).toMatchObject({ reason: 'transferred' });
    expect((await played('appointment', ['', '', ''])).nodes).toContain('bye');
  });

  it('take a survey', async () => {
    expect((await played('survey', ['7', '2', '1', 'the queue'])).vars).toMatchObject({
      total: 3,
      comment: 'the queue',
    });
    expect((await played('survey', ['5', '4'])).nodes).not.toContain('why');
  });

  it('talk by a language model, or without one', async () => {
    const { vars, end } = await played('receptionist', ['person {"caller": "Bob"}', 'busy']);
    expect(vars).toMatchObject({ caller: 'Bob' });
    expect(end).toMatchObject({ outcome: 'done' });
    expect((await played('receptionist', ['unavailable', 'yes', 'connected'])).end).toMatchObject({
      reason: 'transferred',
    });
  });
});

describe('the published schema', () => {
  it('is current (else: npm run flow -- schema > flows/schema/callflow-v1.schema.json)', () => {
    expect(read('schema/callflow-v1.schema.json')).toEqual(JSON.parse(JSON.stringify(flowJsonSchema())));
  });

  it('of remote flows is current (else: … schema --remote > flows/schema/callflow-remote-v1.schema.json)', () => {
    expect(read('schema/callflow-remote-v1.schema.json')).toEqual(JSON.parse(JSON.stringify(remoteFlowJsonSchema())));
  });
});

describe('flowHash', () => {
  it('tells contents apart, not the order of fields', () => {
    const flow = example('greeting');
    const turned = Object.fromEntries(Object.entries(flow).reverse()) as unknown as Flow;
    expect(flowHash(turned)).toBe(flowHash(flow));
    expect(flowHash(flow)).toMatch(/^[0-9a-f]{64}$/);
    expect(flowHash({ ...flow, resume: 'other' })).not.toBe(flowHash(flow));
  });
});

describe('mermaid', () => {
  it('draws every node and way once, and no words that would break it', () => {
    const flow = flowOf({
      'a-b': { type: 'say', text: 'say "x"; {{text}} [y] | <b>', next: 'a_0b' },
      a_0b: { type: 'branch', cases: [{ when: 'sure', goto: null }], else: 'end' },
      end: { type: 'hangup' },
    });
    const drawn = mermaid(flow).split('\n');
    expect(drawn[0]).toBe('flowchart TD');
    expect(new Set(Object.keys(flow.nodes).map(mermaidId)).size).toBe(3);
    expect(drawn).toContain('  n_a_0b --> n_a__0b');
    expect(drawn).toContain('  n_a__0b -->|"sure"| over');
    expect(drawn).toContain('  n_a__0b -->|"else"| n_end');
    const label = /^ {2}n_a_0b\["(.*)"\]$/.exec(drawn[2] ?? '')?.[1];
    expect(label).toMatch(/^[^"[\]{}<>|]+$/);
  });

  it('draws all examples', () => {
    for (const file of files) expect(mermaid(example(file.replace('.json', '')))).toContain('begin((start)) -->');
  });
});
