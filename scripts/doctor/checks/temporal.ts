import { Client, Connection, ScheduleNotFoundError } from '@temporalio/client';
import { CALLS_TASK_QUEUE, RECONCILE, SEARCH_ATTRIBUTES } from '../../../contract/index.js';
import { dataConverterOf, EncryptionError } from '../../../platform/encryption/index.js';
import { ANSWER_MS, type Check, counted, type Patient, seconds, Unwell } from '../check.js';

/** Workers ask for work at least once a minute. Milliseconds. */
const POLLED_WITHIN_MS = 90_000;
/** Beyond the janitor's own pace: a round that is late is no news yet. Milliseconds. */
const JANITOR_LATE_MS = 60_000;

const WORKFLOW = 1;
const ACTIVITY = 2;
/** gRPC: there is no such thing. */
const NOT_FOUND = 5;

export const inTime = <T>({ client }: Patient, ask: () => Promise<T>): Promise<T> =>
  client.withDeadline(Date.now() + ANSWER_MS, ask);

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

export const temporal: Check = {
  id: 'temporal',
  async look(patient) {
    const { address, namespace } = patient.env.temporal;
    const connection = Connection.lazy({ address, connectTimeout: ANSWER_MS });
    patient.client = new Client({ connection, namespace, dataConverter: dataConverterOf(patient.env) });
    try {
      const { config } = await inTime(patient, () => patient.client.workflowService.describeNamespace({ namespace }));
      const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 86_400;
      return `${address}, namespace ${namespace}, ended calls are kept ${counted(days, 'day')}`;
    } catch (error) {
      if (codeOf(error) === NOT_FOUND)
        throw new Unwell(
          `${address} has no namespace ${namespace}`,
          `Set TEMPORAL_NAMESPACE, or make it: temporal operator namespace create ${namespace}`,
        );
      throw new Unwell(
        `${address} does not answer: ${(error as Error).message}`,
        'Start Temporal (npm start does), or set TEMPORAL_ADDRESS.',
      );
    }
  },
};

export const searchAttributes: Check = {
  id: 'search-attributes',
  needs: ['temporal'],
  async look(patient) {
    const { namespace } = patient.env.temporal;
    const { connection } = patient.client;
    const there = (await inTime(patient, () => connection.operatorService.listSearchAttributes({ namespace })))
      .customAttributes;
    const type = (name: string) => ATTRIBUTE_TYPES[Number(there?.[name] ?? 0)];
    const wrong = Object.entries(SEARCH_ATTRIBUTES).filter(([name, wanted]) => type(name) !== wanted);
    if (wrong.length === 0) return `all ${Object.keys(SEARCH_ATTRIBUTES).length} are registered`;
    const [missing, other] = [wrong.filter(([name]) => !type(name)), wrong.filter(([name]) => type(name))];
    const create = missing.map(([name, wanted]) => `--name ${name} --type ${wanted}`).join(' ');
    throw new Unwell(
      [
        ...missing.map(([name]) => `${name} is missing`),
        ...other.map(([name, wanted]) => `${name} is ${type(name)}, not ${wanted}`),
      ].join(', '),
      missing.length > 0
        ? `No call can start: temporal operator search-attribute create --namespace ${namespace} ${create}`
        : 'Another application uses the name: give calls a namespace of their own (TEMPORAL_NAMESPACE).',
    );
  },
};

/** temporal.api.enums.v1.IndexedValueType */
const ATTRIBUTE_TYPES = [undefined, 'Text', 'Keyword', 'Int', 'Double', 'Bool', 'Datetime', 'KeywordList'];

/** Who has asked the queue for work of late. */
export async function pollersOf(patient: Patient, name: string, taskQueueType = ACTIVITY) {
  const { namespace } = patient.env.temporal;
  const describe = () =>
    patient.client.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType });
  const { pollers } = await inTime(patient, describe);
  return (pollers ?? [])
    .map(({ identity, lastAccessTime }) => ({ identity: identity ?? '', at: Number(lastAccessTime?.seconds) * 1_000 }))
    .filter(({ at }) => patient.now() - at < POLLED_WITHIN_MS);
}

export const callWorker: Check = {
  id: 'call-worker',
  needs: ['temporal'],
  async look(patient) {
    const [workflows, activities] = await Promise.all([
      pollersOf(patient, CALLS_TASK_QUEUE, WORKFLOW),
      pollersOf(patient, CALLS_TASK_QUEUE, ACTIVITY),
    ]);
    if (workflows.length === 0 || activities.length === 0)
      throw new Unwell(
        `nobody takes ${workflows.length === 0 ? 'workflows' : 'activities'} from the task queue "${CALLS_TASK_QUEUE}"`,
        'Start a call worker (node dist/workers/main.js, part of npm start), and look into backend.log.',
      );
    const workers = new Set(workflows.map(({ identity }) => identity));
    return `${counted(workers.size, 'worker')} on the task queue "${CALLS_TASK_QUEUE}"`;
  },
};

function notDescribed(error: unknown): unknown {
  if (error instanceof ScheduleNotFoundError)
    return new Unwell(
      `there is no schedule "${RECONCILE}"`,
      'A call worker makes it when it starts: start one again, and look into backend.log.',
    );
  if (error instanceof EncryptionError)
    return new Unwell(
      `the schedule "${RECONCILE}" cannot be read: ${error.message}`,
      'Run this with the ENCRYPTION_KEYS of the call workers (docs/encryption.md).',
    );
  return error;
}

export const janitor: Check = {
  id: 'janitor',
  needs: ['temporal', 'call-worker'],
  async look(patient) {
    const { everyMs } = patient.env.reconcile;
    const handle = patient.client.schedule.getHandle(RECONCILE);
    const { state, info } = await inTime(patient, () => handle.describe()).catch((error: unknown) => {
      throw notDescribed(error);
    });
    if (state.paused)
      throw new Unwell(
        `the schedule "${RECONCILE}" is paused`,
        `Rooms of terminated calls stay: temporal schedule toggle --schedule-id ${RECONCILE} --unpause --reason resumed`,
      );
    const last = info.recentActions.at(-1)?.takenAt ?? info.createdAt;
    const age = patient.now() - last.getTime();
    if (age > everyMs + JANITOR_LATE_MS)
      throw new Unwell(
        `the last round of the janitor began ${seconds(age)} ago, one is due every ${seconds(everyMs)}`,
        `Look at the workflow "${RECONCILE}" in Temporal's Web UI: does a round hang, or Temporal's scheduler?`,
      );
    return `last round ${seconds(Math.max(0, age))} ago`;
  },
};
