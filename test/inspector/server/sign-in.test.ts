import { describe, expect, it, vi } from 'vitest';
import { type PageStage, startPage, TOKEN } from './page-stage.ts';

const WRONG = 'a-wrong-token-that-must-not-be-logged';

/** The cookie of an answer, as the browser sends it back. */
function cookieOf(headers: Record<string, unknown>): string {
  const [cookie = ''] = [headers['set-cookie']].flat();
  return String(cookie).split(';')[0] ?? '';
}

const signIn = (page: PageStage, token: string) =>
  page.ask.post('/api/session').set('Origin', page.url).send({ token });

/** Sends wrong tokens until they are no longer answered at once. */
async function guess(page: PageStage, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await page.ask.get('/api/summary').set('Authorization', `Bearer ${WRONG}${i}`);
}

/** A dozen at the same time, ten of which wait for their answers; the end of the test ends them. */
function guessAtOnce(page: PageStage): void {
  for (let i = 0; i < 12; i++) guess(page, 1).catch(() => undefined);
}

describe('the link in the log', () => {
  it('signs in once, and the token leaves the address', async () => {
    const page = await startPage();
    const answer = await page.ask.get(`/?tap=inner&token=${TOKEN}&text=bot`);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/?tap=inner&text=bot');
    expect(answer.headers['cache-control']).toBe('no-store');
    const summary = await page.ask.get('/api/summary').set('Cookie', cookieOf(answer.headers));
    expect(summary.status).toBe(200);
  });

  it('works for every view of the page, so that a shared link can be signed in by hand', async () => {
    const page = await startPage();
    const answer = await page.ask.get(`/connections/aaaaaaaaaaaaaaaa?frame=3&token=${TOKEN}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/connections/aaaaaaaaaaaaaaaa?frame=3');
  });

  it.each(['//elsewhere.example/', '/%5C/elsewhere.example/', '///elsewhere.example'])(
    'never leads to another host: %s',
    async (path) => {
      const page = await startPage();
      const answer = await page.ask.get(`${path}?token=${TOKEN}`);
      expect(new URL(answer.headers.location ?? '', page.url).origin).toBe(page.url);
    },
  );

  it('says in a sentence when it is old, and shows nothing', async () => {
    const page = await startPage();
    const answer = await page.ask.get(`/?token=${WRONG}`).set('Accept', 'text/html');
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.text).toMatch(/^hangup: this is not the token of this hangup; .* see its log for the link\n$/);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('the cookie', () => {
  it('is out of reach for scripts and other sites, and is not the token', async () => {
    const page = await startPage();
    const { headers } = await page.ask.get(`/?token=${TOKEN}`);
    const [cookie] = [headers['set-cookie']].flat();
    expect(cookie).toMatch(new RegExp(`^hangup-${page.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`));
    expect(cookie).not.toContain(TOKEN);
  });

  it('travels over TLS only, where there is TLS', async () => {
    const page = await startPage({ tls: true });
    const { headers } = await page.ask.get(`/?token=${TOKEN}`).trustLocalhost();
    expect([headers['set-cookie']].flat()[0]).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
  });

  it('of another start is taken back, so that the browser stops sending it', async () => {
    const page = await startPage();
    const answer = await page.ask.get('/api/summary').set('Cookie', `hangup-${page.port}=of-yesterday`);
    expect(answer.status).toBe(401);
    expect([answer.headers['set-cookie']].flat()[0]).toMatch(
      new RegExp(`^hangup-${page.port}=; .*Expires=Thu, 01 Jan 1970`),
    );
  });

  it('is named after the port that the browser knows, where a container publishes another', async () => {
    const page = await startPage();
    const { headers } = await page.ask.get(`/?token=${TOKEN}`).set('Host', 'localhost:9067');
    expect(cookieOf(headers)).toMatch(/^hangup-9067=/);
    const answer = await page.ask.get('/api/summary').set('Host', 'localhost:9067').set('Cookie', cookieOf(headers));
    expect(answer.status).toBe(200);
  });

  it('does not open a hangup on another port', async () => {
    const [one, other] = await Promise.all([startPage(), startPage()]);
    const { headers } = await one.ask.get(`/?token=${TOKEN}`);
    const answer = await other.ask.get('/api/summary').set('Cookie', cookieOf(headers));
    expect(answer.status).toBe(401);
  });

  it('still counts when another path has set the same name before it', async () => {
    const page = await startPage();
    const { headers } = await page.ask.get(`/?token=${TOKEN}`);
    const answer = await page.ask.get('/api/summary').set('Cookie', `hangup-${page.port}=x; ${cookieOf(headers)}`);
    expect(answer.status).toBe(200);
  });
});

describe('the form', () => {
  it('gets the cookie for the token, and gives it back', async () => {
    const page = await startPage();
    const begun = await signIn(page, ` ${TOKEN}\n`);
    expect(begun.status).toBe(204);
    const cookie = cookieOf(begun.headers);
    expect((await page.ask.get('/api/connections').set('Cookie', cookie)).status).toBe(200);
    const ended = await page.ask.delete('/api/session').set('Origin', page.url).set('Cookie', cookie);
    expect(ended.status).toBe(204);
    expect([ended.headers['set-cookie']].flat()[0]).toMatch(/^hangup-\d+=; .*Expires=Thu, 01 Jan 1970/);
  });

  it('is told that the token is wrong', async () => {
    const page = await startPage();
    const answer = await signIn(page, WRONG);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ error: expect.stringContaining('not the token of this hangup') });
  });

  it.each([
    ['no JSON', 'application/json', '{"token"', 400],
    ['no token', 'application/json', '{}', 400],
    ['a token that is no text', 'application/json', '{"token":7}', 400],
    ['another kind of body', 'text/plain', 'token', 400],
    ['far too much', 'application/json', JSON.stringify({ token: 'x'.repeat(100_000) }), 413],
  ])('is refused %s', async (_, type, body, status) => {
    const page = await startPage();
    const answer = await page.ask.post('/api/session').set('Origin', page.url).set('Content-Type', type).send(body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toEqual(expect.any(String));
  });
});

describe('scripts', () => {
  it('sign each request with the token', async () => {
    const page = await startPage();
    expect((await page.get('/api/connections')).status).toBe(200);
    expect((await page.ask.get('/metrics').set('Authorization', `bearer ${TOKEN}`)).status).toBe(200);
  });

  it.each(['/api/connections', '/api/summary', '/api/live', '/api/verdicts', '/metrics', '/api/nothing'])(
    'are told how, without it: %s',
    async (path) => {
      const page = await startPage();
      const answer = await page.ask.get(path);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="hangup"');
      expect(answer.body.error).toContain('Authorization: Bearer TOKEN');
    },
  );

  it.each(['/healthz', '/', '/connections/aaaaaaaaaaaaaaaa', '/assets/index-abc123.js'])(
    'need none for what holds no data: %s',
    async (path) => {
      const page = await startPage();
      expect((await page.ask.get(path)).status).toBe(200);
    },
  );
});

describe('somebody who guesses', () => {
  it('waits longer and longer, and then is not heard for a minute', async () => {
    const page = await startPage();
    await guess(page, 5);
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      const since = performance.now();
      await guess(page, 1);
      times.push(performance.now() - since);
    }
    const [first = 0, second = 0, third = 0] = times;
    expect(first).toBeGreaterThan(240);
    expect(second).toBeGreaterThan(490);
    expect(third).toBeGreaterThan(990);
    await Promise.all([guess(page, 1), guess(page, 1)]);
    const answer = await page.ask.get('/api/summary').set('Authorization', `Bearer ${WRONG}`);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50);
    expect(answer.body.error).toMatch(/^too many wrong tokens; try again in \d+ s$/);
    // The form, the link and the cookie are the same door.
    expect((await signIn(page, WRONG)).status).toBe(429);
    expect((await page.ask.get(`/?token=${WRONG}`)).status).toBe(429);
    expect((await page.ask.get('/api/summary').set('Cookie', `hangup-${page.port}=${WRONG}`)).status).toBe(429);
  });

  it('does not keep out or delay who has the right token', async () => {
    const page = await startPage();
    guessAtOnce(page);
    const since = performance.now();
    expect((await page.get('/api/summary')).status).toBe(200);
    expect((await signIn(page, TOKEN)).status).toBe(204);
    expect((await page.ask.get(`/?token=${TOKEN}`)).status).toBe(303);
    expect(performance.now() - since).toBeLessThan(240);
  });

  it('appears in the log, without what was guessed', async () => {
    const page = await startPage();
    guessAtOnce(page);
    await vi.waitFor(() => expect(page.logged.filter((line) => line.includes('"statusCode":429')).length).toBe(2));
    const warnings = page.logged.filter((line) => line.includes('too many wrong tokens for the page from'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain(WRONG);
  });
});

it('no token and no cookie ever gets into the log', async () => {
  const page = await startPage();
  const { headers } = await page.ask.get(`/?token=${TOKEN}`);
  const cookie = cookieOf(headers);
  await page.ask.get('/api/summary').set('Cookie', cookie);
  await page.get('/api/connections');
  await signIn(page, TOKEN);
  await page.ask.get(`/?token=${WRONG}`);
  await page.ask.get(`/?%74oken=${WRONG}`);
  await page.ask.get('/api/summary').set('Authorization', `Bearer ${WRONG}`);
  await page.ask
    .post('/api/session')
    .set('Origin', page.url)
    .set('Content-Type', 'application/json')
    .send(`{"token":"${WRONG}`);
  const log = page.logged.join('');
  // There is a line for each request, or nothing would be proved.
  expect(log.match(/"statusCode":/g)?.length).toBeGreaterThanOrEqual(8);
  expect(log).toContain('token=***');
  expect(log).not.toContain(TOKEN);
  expect(log).not.toContain(WRONG);
  expect(log).not.toContain(cookie.split('=')[1]);
});
