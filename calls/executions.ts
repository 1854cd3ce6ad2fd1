import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
// The client's own list() and describe() decrypt what else a call carries: one whose key is gone would end the list.
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers.js';
import { EncryptionError } from '../platform/encryption/index.js';

const PAGE = 500;

type Page = Awaited<ReturnType<Client['workflowService']['listWorkflowExecutions']>>;
type RawExecution = Page['executions'][number];
type Status = WorkflowExecutionInfo['status']['name'];

/** What Temporal itself knows of a workflow; without its memo when that cannot be decrypted. */
export async function readExecution(client: Client, raw: RawExecution): Promise<WorkflowExecutionInfo> {
  const { namespace, loadedDataConverter } = client.workflow.options;
  const read = () => executionInfoFromRaw(raw, loadedDataConverter, raw, namespace);
  return read().catch((error: unknown) => {
    if (!(error instanceof EncryptionError)) throw error;
    raw.memo = null;
    return read();
  });
}

/** One page of the workflows that a query of Temporal's visibility store finds. The first without a token. */
export const pageOf = (client: Client, query: string, pageSize: number, nextPageToken?: Uint8Array): Promise<Page> =>
  client.workflowService.listWorkflowExecutions({
    ...{ namespace: client.workflow.options.namespace, query, pageSize },
    ...(nextPageToken && { nextPageToken }),
  });

/** All of them. */
export async function* executions(client: Client, query: string): AsyncGenerator<WorkflowExecutionInfo> {
  let token: Uint8Array | undefined;
  do {
    const page = await pageOf(client, query, PAGE, token);
    for (const raw of page.executions) yield await readExecution(client, raw);
    token = page.nextPageToken;
  } while (token.length > 0);
}

/** Never behind, as visibility may be. Undefined: Temporal knows no such workflow. */
export async function statusOf(client: Client, workflowId: string): Promise<Status | undefined> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    if (!(error instanceof EncryptionError)) throw error;
  }
  const { namespace } = client.workflow.options;
  const described = await client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } });
  return (await readExecution(client, described.workflowExecutionInfo!)).status.name;
}

/** A paused workflow is one that goes on. */
export const isOver = (status: Status): boolean => status !== 'RUNNING' && status !== 'PAUSED';
