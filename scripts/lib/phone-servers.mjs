import { createSocket } from 'node:dgram';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

const ANSWER_MS = 2_000;

/** What LiveKit and LiveKit SIP share. Nothing is kept: it holds no more than the calls of now and the trunks. */
export function redisServer({ binary, port, dataDir, logFile }) {
  mkdirSync(dataDir, { recursive: true });
  const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: dataDir };
  return {
    name: 'redis',
    command: binary,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    logFile,
    ready: () => answersPing(port),
    graceMs: 1_500,
  };
}

/** LiveKit SIP on loopback only: `port` for signalling (UDP and TCP), `rtpPorts` ([first, last]) for media. */
export function liveKitSip({ binary, port, rtpPorts, redisPort, liveKitUrl, apiKey, apiSecret, dataDir, logFile }) {
  mkdirSync(dataDir, { recursive: true });
  const config = join(dataDir, 'livekit-sip.yaml');
  const settings = {
    api_key: apiKey,
    api_secret: apiSecret,
    ws_url: liveKitUrl,
    redis: { address: `127.0.0.1:${redisPort}` },
    sip_port: port,
    rtp_port: rtpPorts.join('-'),
    listen_ip: '127.0.0.1',
    local_net: '127.0.0.0/8',
    nat_1_to_1_ip: '127.0.0.1',
    media_use_external_ip: false,
    // Its default, 0.9 of all processors, answers calls with 503 while this machine is busy with something else.
    max_cpu_utilization: 1,
    logging: { level: 'info' },
  };
  // YAML is a superset of JSON. The file holds the API secret.
  writeFileSync(config, JSON.stringify(settings, null, 2), { mode: 0o600 });
  return {
    name: 'sip',
    command: binary,
    args: ['--config', config],
    logFile,
    ready: () => answersOptions(port),
    // It waits for its calls to end; nobody is there any more who could end them.
    graceMs: 1_500,
  };
}

function answersPing(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: ANSWER_MS });
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => (socket.destroy(), resolve(String(data).startsWith('+PONG'))));
    socket.once('timeout', () => socket.destroy(new Error('no PONG')));
    socket.once('error', reject);
  });
}

/** SIP's own question whether a server is there. */
function answersOptions(port) {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const done = (settle, value) => (clearTimeout(timer), socket.close(), settle(value));
    const timer = setTimeout(() => done(reject, new Error('no answer to OPTIONS')), ANSWER_MS);
    socket.once('error', (error) => done(reject, error));
    socket.once('message', (data) => done(resolve, String(data).startsWith('SIP/2.0 200')));
    socket.bind(0, '127.0.0.1', () => {
      const own = `127.0.0.1:${socket.address().port}`;
      const id = `${own}-${Date.now()}`;
      const lines = [
        `OPTIONS sip:127.0.0.1:${port} SIP/2.0`,
        `Via: SIP/2.0/UDP ${own};branch=z9hG4bK${Date.now()}`,
        `From: <sip:ready@${own}>;tag=ready`,
        `To: <sip:127.0.0.1:${port}>`,
        `Call-ID: ${id}`,
        'CSeq: 1 OPTIONS',
        'Max-Forwards: 70',
        'Content-Length: 0',
      ];
      socket.send(`${lines.join('\r\n')}\r\n\r\n`, port, '127.0.0.1');
    });
  });
}
