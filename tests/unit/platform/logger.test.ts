import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeLogger, createLogger, logPath, type Logger, temporalLogger } from '../../../platform/logger.js';

let logDir: string;
let terminal: string;

beforeEach(() => {
  logDir = mkdtempSync(join(tmpdir(), 'logs-'));
  terminal = '';
  // winston writes to the stream behind `console`, which vitest replaces.
  const { _stdout } = console as unknown as { _stdout: NodeJS.WriteStream };
  vi.spyOn(_stdout, 'write').mockImplementation((chunk) => {
    terminal += String(chunk);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(logDir, { recursive: true });
});

async function linesOf(write: (logger: Logger) => void, logLevel: 'info' | 'silly' = 'info') {
  const env = { logDir, logLevel };
  const logger = createLogger({ env, service: 'gateway', file: 'backend.log' });
  write(logger);
  await closeLogger(logger);
  const text = readFileSync(logPath(env, 'backend.log'), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('createLogger', () => {
  it('writes JSON lines with the fields of a call', async () => {
    const fields = { callId: 'c1', room: 'call-c1', attempt: 1, ms: 12 };
    const [line] = await linesOf((logger) => logger.info('Dispatched LiveKit agent (attempt: 1)', fields));
    expect(line).toMatchObject({ level: 'info', service: 'gateway', ...fields });
    expect(line!.message).toBe('Dispatched LiveKit agent (attempt: 1)');
    expect(Date.parse(String(line!.timestamp))).toBeGreaterThan(0);
  });

  it('has every line in the file when it is closed', async () => {
    const lines = await linesOf((logger) => {
      for (let index = 0; index < 2_000; index++) logger.info('line', { index });
    });
    expect(lines).toHaveLength(2_000);
  });

  it('lets no secret and no phone number out', async () => {
    const lines = await linesOf((logger) => {
      logger.info('Dialling +4930901820', { apiKey: 'k', nested: [{ livekitToken: 't', phoneNumber: '1' }], to: '+15550100123' });
      logger.warn(`token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln`, { headers: { authorization: 'Bearer x' } });
    }); // prettier-ignore
    expect(lines[0]).toMatchObject({
      message: 'Dialling [phone]',
      apiKey: '[redacted]',
      nested: [{ livekitToken: '[redacted]', phoneNumber: '[redacted]' }],
      to: '[phone]',
    });
    expect(lines[1]).toMatchObject({ message: 'token [token]', headers: { authorization: '[redacted]' } });
    expect(terminal).not.toMatch(/4930901820|eyJ|Bearer/);
  });

  it('knows a key or a number in any text, however it is written', async () => {
    const secrets = [
      ['+49 30 901-820', 'tel:4930901820', 'sip:+4930901820', '%2B4930901820', '+1 (555) 010-0123'],
      ['http://user:abcdefgh@piper:5000/', 'wss://:abcdefgh@vosk'],
      ['Bearer abcdefgh12345', 'dck_0123456789ab_Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9'],
    ].flat();
    const lines = await linesOf((logger) => {
      for (const secret of secrets) {
        logger.info(`GET /v1/calls?to=${secret} failed`, { detail: `no ${secret}`, list: [secret] });
        logger.error('failed', { error: new Error(`refused ${secret}`, { cause: new Error(secret) }) });
      }
    });
    expect(lines).toHaveLength(2 * secrets.length);
    for (const text of [JSON.stringify(lines), terminal])
      expect(text.replace(/\d\d:\d\d:\d\d\.\d{3}/g, 'the time')).not.toMatch(/901|555|abcdefgh|Zm9v/);
  });

  it('leaves times, ids and arithmetic alone', async () => {
    const text = '2026-01-31T12:00:00+00:00 call 8f109cc67a3df828dd6a57ba took 12 + 1234567 ms, attempt 1+1';
    const [line] = await linesOf((logger) => logger.info(text));
    expect(line!.message).toBe(text);
  });

  it('keeps what an error says, and its cause', async () => {
    const error = new Error('no answer', { cause: new Error('refused +4930901820') });
    const [line, alone] = await linesOf((logger) => {
      logger.error('Call failed', { error });
      logger.error(error);
    });
    expect(line).toMatchObject({ message: 'Call failed', error: { message: 'no answer' } });
    expect(JSON.stringify(line)).toContain('refused [phone]');
    expect(alone!.message).toBe('no answer');
  });

  it('is readable on a terminal: no JSON, and no colour where none is seen', async () => {
    await linesOf((logger) => logger.info('Agent ready', { callId: 'c1', ms: 550, runId: 'r', note: 'a b' }));
    expect(terminal).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info Agent ready callId=c1 ms=550 note="a b"\n$/);
  });
});

describe('a log file', () => {
  const open = () => {
    const env = { logDir: join(logDir, 'deeper'), logLevel: 'info' as const };
    const path = logPath(env, 'backend.log');
    const logger = createLogger({ env, service: 'gateway', file: 'backend.log' });
    const has = (text: string) =>
      vi.waitFor(() => expect(existsSync(path) && readFileSync(path, 'utf8')).toContain(text), 20_000);
    return { logger, path, has };
  };

  it('that cannot be written costs its own lines only, and is tried again with each', async () => {
    const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { logger, path, has } = open();
    logger.info('before');
    await has('before');
    rmSync(path);
    symlinkSync('/dev/full', path);
    const long = 'x'.repeat(1_000);
    for (let index = 0; index < 200; index++) logger.info(`lost ${index} ${long}`);
    await vi.waitFor(() => expect(terminal).toContain('lost 199'), 20_000);
    await vi.waitFor(() => expect(stderr).toHaveBeenCalled(), 20_000);
    logger.info('also lost');
    rmSync(path);
    logger.info('again');
    await closeLogger(logger);
    expect(readFileSync(path, 'utf8')).toContain('again');
    expect(stderr.mock.calls).toEqual([[expect.stringMatching(/backend\.log cannot be written.*ENOSPC/)]]);
  });

  it('that cannot be written does not hold up the end', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { logger, path, has } = open();
    logger.info('before');
    await has('before');
    rmSync(path);
    symlinkSync('/dev/full', path);
    for (let index = 0; index < 200; index++) logger.info('x'.repeat(1_000));
    await closeLogger(logger);
  });

  it('may be deleted and emptied while it is written', async () => {
    const { logger, path, has } = open();
    logger.info('one');
    await has('one');
    rmSync(join(path, '..'), { recursive: true });
    logger.info('two');
    await has('two');
    truncateSync(path);
    logger.info('three');
    await closeLogger(logger);
    expect(readFileSync(path, 'utf8')).toMatch(/^\{[^\n]*three[^\n]*\}\n$/);
  });
});

describe('temporalLogger', () => {
  it('maps the levels of the SDK', async () => {
    const lines = await linesOf((logger) => {
      const sdk = temporalLogger(logger);
      sdk.trace('t');
      sdk.debug('d');
      sdk.warn('w', { workflowId: 'call/c1' });
      sdk.log('ERROR', 'e');
    }, 'silly');
    expect(lines.map(({ level, message }) => `${String(level)} ${String(message)}`)).toEqual([
      'silly t',
      'debug d',
      'warn w',
      'error e',
    ]);
    expect(lines[2]).toMatchObject({ workflowId: 'call/c1' });
  });
});
