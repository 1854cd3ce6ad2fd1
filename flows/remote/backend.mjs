// An example backend for clinic.json (docs/remote-flows.md): Node alone. node flows/remote/backend.mjs [port]
import { createServer } from 'node:http';

const PORT = Number(process.argv[2] ?? 9100);
const KEY = process.env.CLINIC_KEY ?? 'clinic-dev-key';

/** What each conversation is about. A real backend keeps it where a restart does not lose it. */
const sessions = new Map();
/** Idempotency-Key → answer: a message that comes again is answered as it was the first time. */
const answers = new Map();

const MENU = {
  kind: 'choice',
  options: { book: ['book', 'appointment', 'an appointment'], hours: ['hours', 'opening hours'] },
  dtmf: { 1: 'book', 2: 'hours' },
};
const DAYS = {
  kind: 'choice',
  options: { monday: ['monday'], tuesday: ['tuesday'] },
  dtmf: { 1: 'monday', 2: 'tuesday' },
};

function start({ callId, variables }) {
  const session = `clinic-${callId}`;
  sessions.set(session, { expect: MENU, missed: 0 });
  const greeting = `Hello ${variables.name}, this is the clinic. For an appointment press one, for our hours press two.`;
  return { session, has_greeting: true, greeting, streaming: true, expect: MENU };
}

/** Sentences to say, and the rest of the turn. */
function turn({ session, input }) {
  const talk = sessions.get(session);
  if (!talk) return { status: 404, detail: `there is no session ${session}` };
  if (input.kind !== 'answer') {
    talk.missed += 1;
    if (talk.missed > 2) return { say: ['We will call you back. Goodbye.'], end: { outcome: 'not-understood' } };
    return { say: ['Sorry, I did not get that. Please press one or two.'], expect: talk.expect };
  }
  if (input.value === 'hours') return { say: ['We are open from nine to five. Goodbye.'], end: { outcome: 'hours' } };
  if (input.value === 'book') {
    talk.expect = DAYS;
    return { say: ['Which day?', 'For Monday press one, for Tuesday press two.'], expect: DAYS };
  }
  return {
    say: ['One moment, I am looking.', `${input.value} at ten is free.`, 'I booked it for you. Goodbye.'],
    end: { outcome: 'booked' },
  };
}

const json = (response, status, body) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** Sentence by sentence, as a language model would write them; they are spoken while the next one is made. */
async function stream(response, { say, ...rest }) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const text of say) {
    response.write(`event: say\ndata: ${JSON.stringify({ text })}\n\n`);
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  response.end(`event: done\ndata: ${JSON.stringify(rest)}\n\n`);
}

const server = createServer(async (request, response) => {
  let text = '';
  for await (const part of request) text += part;
  if (request.headers.authorization !== `Bearer ${KEY}`) return json(response, 401, { detail: 'the key is wrong' });
  const message = JSON.parse(text);
  console.log(message.type, message.session ?? message.callId, JSON.stringify(message.input ?? message.reason ?? ''));
  if (message.type === 'end') {
    sessions.delete(message.session);
    return response.writeHead(204).end();
  }
  const key = request.headers['idempotency-key'];
  if (!answers.has(key)) answers.set(key, message.type === 'start' ? start(message) : turn(message));
  const { status = 200, ...answer } = answers.get(key);
  if (message.type === 'start' || status !== 200) return json(response, status, answer);
  return stream(response, answer);
});

server.listen(PORT, '127.0.0.1', () => console.log(`clinic backend on http://127.0.0.1:${server.address().port}`));
