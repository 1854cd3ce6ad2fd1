import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogLevel, LogMetadata, Logger as TemporalLogger } from '@temporalio/common';
import winston from 'winston';
import type { Env } from './env.js';
import { LogFileTransport } from './log-file.js';
import { redact } from './redact.js';

export type Logger = winston.Logger;

/** `backend.log`: gateway and call worker. `agent-worker.log`: agent host and jobs. */
export type LogFile = 'backend.log' | 'agent-worker.log';

export interface LoggerOptions {
  env: Pick<Env, 'logDir' | 'logLevel'>;
  /** Who speaks, in every line of the file. */
  service: string;
  /** Without a file only the terminal gets the lines. */
  file?: LogFile;
}

const clean = winston.format((info) => {
  const { message, stack } = info as { message: unknown; stack?: unknown };
  // An Error logged by itself hides both.
  const fields = info instanceof Error ? { ...info, message, error: { stack } } : { ...info };
  return Object.assign({ ...info }, redact(fields));
});

const field = (value: unknown) =>
  typeof value === 'string' && !/[\s"=]/.test(value) ? value : (JSON.stringify(value) ?? String(value));

/** In the file, but in nobody's way on the terminal. */
const FOR_THE_FILE = new Set(['service', 'sdkComponent', 'namespace', 'taskQueue', 'workflowType', 'runId']);

const readable = winston.format.printf(({ timestamp, level, message, ...fields }) => {
  const { error, ...rest } = fields as Record<string, unknown> & { error?: { stack?: string; message?: string } };
  const shown = Object.entries(rest).filter(([key]) => !FOR_THE_FILE.has(key));
  const pairs = shown.map(([key, value]) => `${key}=${field(value)}`);
  const cause = error === undefined ? [] : [String(error.stack ?? error.message ?? field(error))];
  return [String(timestamp).slice(11, 23), level, message, ...pairs, ...cause].join(' ');
});

/** JSON lines in `<logDir>/<file>`, readable lines on the terminal (colour only there). Fields are `meta`. */
export function createLogger({ env, service, file }: LoggerOptions): Logger {
  const { combine, timestamp, colorize, json } = winston.format;
  const forPeople = process.stdout.isTTY ? combine(colorize({ level: true }), readable) : readable;
  // A closed terminal must not end a call: losing its lines is enough, the file has them.
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', () => {});
  return winston.createLogger({
    level: env.logLevel,
    defaultMeta: { service },
    format: combine(timestamp(), clean()),
    transports: [
      new winston.transports.Console({ format: forPeople }),
      // Several processes append to one file: no rotation here, logrotate's copytruncate does that.
      ...(file ? [new LogFileTransport(logPath(env, file), json())] : []),
    ],
  });
}

/** A disk that does not answer holds up no end. Milliseconds. */
const CLOSE_MS = 2_000;

/** Call before process.exit: resolves when the file has every line that it takes. The logger cannot be used afterwards. */
export async function closeLogger(logger: Logger): Promise<void> {
  const written = logger.transports.map((transport) => new Promise((resolve) => transport.once('finish', resolve)));
  logger.end();
  await Promise.race([Promise.all(written), sleep(CLOSE_MS, undefined, { ref: false })]);
}

/** Where a file's lines go. */
export const logPath = (env: Pick<Env, 'logDir'>, file: LogFile): string => join(env.logDir, file);

const LEVELS: Record<LogLevel, string> = {
  TRACE: 'silly', // npm's levels have no trace
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** The Temporal SDK's lines in our logs. `fields` are added: what its own say in our words. */
export function temporalLogger(
  logger: Logger,
  fields: (meta: LogMetadata) => Record<string, unknown> = () => ({}),
): TemporalLogger {
  const log = (level: LogLevel, message: string, meta: LogMetadata = {}) => {
    logger.log(LEVELS[level], message, { ...fields(meta), ...meta });
  };
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
}
