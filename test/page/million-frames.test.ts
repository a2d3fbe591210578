import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { frameBits } from '../../src/evidence/frame-bits.ts';
import type { Journal } from '../../src/evidence/journal.ts';
import type { NameTable } from '../../src/evidence/names.ts';
import { opcodeName } from '../../src/wire/opcodes.ts';
import { grouped } from '../../src/words/times.ts';
import { describeInChromium } from '../kit/chromium.ts';
import { endConnection, idOf, type Made, opened } from './made.ts';
import { untilDrawn, untilLive } from './overview-parts.ts';
import { meterOf, type PageCost } from './page-cost.ts';
import { stageFor } from './stage.ts';

const FRAMES = 1_000_000;
const STEP_MS = 100;
/** Frames that ended a silence, and how long it was, in ms. */
const SILENCES: Readonly<Record<number, number>> = { 250000: 12_000, 500003: 61_000, 900001: 30_000 };
/** Frames written between two looks at what waits for the disk. */
const TURN_FRAMES = 5_000;
const BACKLOG_BYTES = 8 * 1024 * 1024;
const ID = idOf(1);

/** What the page may have more after all the way than at its beginning. */
const MORE_NODES = 500;
const MORE_BYTES = 8 * 1024 * 1024;
/** Elements at any moment; a row has ten. */
const MOST_ELEMENTS = 2_000;

/** No two neighbours are equally long. */
const lengthOf = (index: number): number => 20 + ((index * 7919) % 3001);

async function seed(journal: Journal, names: NameTable): Promise<void> {
  const typing = frameBits('server', 1, true, 0, false, false, names.id('typing'));
  const ping = frameBits('server', 9, true, 0, false, false, 0);
  const openedAt = Date.now() - FRAMES * STEP_MS - 3_600_000;
  const made: Made = { n: 1, openedAt, ending: 'goingAway', closedAt: Date.now() - 3_000_000, idleMs: 300 };
  const { head, client } = opened(made);
  const number = journal.opened(head, client);
  let at = openedAt;
  for (let i = 0; i < FRAMES; i++) {
    at += SILENCES[i] ?? STEP_MS;
    journal.frame(number, at, i % 20 === 0 ? ping : typing, lengthOf(i), null);
    if (i % TURN_FRAMES !== 0) continue;
    do await nextTurn();
    while (journal.backlogBytes > BACKLOG_BYTES);
  }
  const end = at + 300;
  journal.fact(number, 0, {
    kind: 'close-frame',
    at: end,
    from: 'client',
    code: 1001,
    reason: '',
    echo: false,
    masked: true,
  });
  journal.fact(number, 1, { kind: 'ended', at: end });
  endConnection(journal, number, { ...made, closedAt: end }, head);
}

describeInChromium('the frames of a connection that has a million', (browser) => {
  const stage = stageFor({ seed });

  const gridOf = (page: Page): Locator => page.getByRole('grid', { name: 'Frames' });
  const open = async (query = ''): Promise<Page> => {
    const page = await stage.visit(browser, `/connections/${ID}${query}`);
    await untilLive(page);
    await gridOf(page).locator('tr.frame:not(.empty)').first().waitFor();
    return page;
  };

  /** Waits until all rows that are drawn have come, and holds them against the API. @returns the places of the first and the last */
  async function rightFrames(page: Page): Promise<readonly [first: number, last: number]> {
    const rows = gridOf(page).locator('tr.frame');
    const read = (): Promise<string[][]> =>
      rows.evaluateAll((all) =>
        all.map((row) => [
          row.getAttribute('data-place') ?? '',
          ...['.opcode', '.size', '.meaning'].map((cell) => row.querySelector(cell)?.textContent ?? ''),
        ]),
      );
    await untilDrawn(page);
    await expect.poll(() => rows.and(page.locator('.empty')).count()).toBe(0);
    const shown = await read();
    const places = shown.map(([place]) => Number(place));
    const [first = 0, last = first] = [places[0], places.at(-1)];
    expect(places).toEqual(places.map((_, i) => first + i));
    const { frames } = await stage.frames(ID, `from=${first}&limit=${places.length}`);
    expect(shown).toEqual(
      frames.map(({ index, opcode, length, name }) => [`${index}`, opcodeName(opcode), grouped(length), name ?? '']),
    );
    expect(frames.map(({ length }) => length)).toEqual(places.map(lengthOf));
    return [first, last];
  }

  const scrollTo = (page: Page, part: number): Promise<unknown> =>
    gridOf(page).evaluate((grid, to) => {
      grid.scrollTop = to * (grid.scrollHeight - grid.clientHeight);
    }, part);

  it('are shown from start to end, by the scroll bar, the wheel and keys, and the page does not grow', async () => {
    const page = await open();
    const measure = await meterOf(page);
    const elements = () => page.evaluate<number>('document.querySelectorAll("*").length');
    expect((await rightFrames(page))[1]).toBe(FRAMES - 1);
    await scrollTo(page, 0);
    expect((await rightFrames(page))[0]).toBe(0);
    const before: PageCost = await measure();

    for (let stop = 0; stop <= 20; stop++) {
      await scrollTo(page, stop / 20);
      const [first, last] = await rightFrames(page);
      // The place in the list is the place of the scroll bar, give or take what is seen at once.
      expect(Math.abs((first + last) / 2 - (stop / 20) * FRAMES)).toBeLessThan(60);
      expect(await elements()).toBeLessThan(MOST_ELEMENTS);
    }
    await gridOf(page).hover();
    for (let turn = 0; turn < 40; turn++) await page.mouse.wheel(0, turn % 2 === 0 ? -90_000 : -900);
    const [afterWheel] = await rightFrames(page);
    expect(afterWheel).toBeLessThan(FRAMES - 1000);
    await gridOf(page).focus();
    await page.keyboard.press('Home');
    expect((await rightFrames(page))[0]).toBe(0);
    for (let turn = 0; turn < 60; turn++) await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowDown');
    const [deep] = await rightFrames(page);
    expect(deep).toBeGreaterThan(200);
    await page.keyboard.press('End');
    expect((await rightFrames(page))[1]).toBe(FRAMES - 1);
    await page.keyboard.press('PageUp');
    await rightFrames(page);

    const after = await measure();
    expect(after.nodes - before.nodes).toBeLessThan(MORE_NODES);
    expect(after.heapBytes - before.heapBytes).toBeLessThan(MORE_BYTES);
    expect(await elements()).toBeLessThan(MOST_ELEMENTS);
  });

  it('are reached by jumps: to silences, to a time, to the start and the end, and by a link', async () => {
    const page = await open('?frame=499000');
    const [first, last] = await rightFrames(page);
    expect(first).toBeLessThanOrEqual(499_000);
    expect(last).toBeGreaterThanOrEqual(499_000);
    const grid = gridOf(page);
    const silence = (ms: number) => grid.getByText(`${(ms / 1000).toFixed(3)} s of silence`).waitFor();
    await page.getByText('3 silences over 10 s').waitFor();
    for (const [index, ms] of Object.entries(SILENCES).filter(([at]) => Number(at) > 499_000)) {
      await page.getByRole('button', { name: 'the next silence' }).click();
      await silence(ms);
      const [from, to] = await rightFrames(page);
      expect([from <= Number(index), to >= Number(index)]).toEqual([true, true]);
    }
    await page.getByRole('button', { name: 'the silence before' }).click();
    await silence(61_000);

    const wanted = (await stage.frames(ID, 'from=123456&limit=1')).frames[0];
    // The field knows seconds only.
    const at = Math.floor((wanted?.at ?? 0) / 1000) * 1000;
    const field = page.locator('input[type="datetime-local"]');
    await field.fill(new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 19));
    await page.getByRole('button', { name: 'go to time' }).click();
    const there = (await stage.frames(ID, `at=${at}&limit=1`)).first;
    expect(there).toBeGreaterThan(123_440);
    await grid.locator(`[data-place="${there}"][aria-selected="true"]`).waitFor();
    await rightFrames(page);
    await page.getByRole('button', { name: 'start', exact: true }).click();
    await grid.locator('[data-place="0"]').waitFor();
    await page.getByRole('button', { name: 'end', exact: true }).click();
    await grid.locator('tr.end').waitFor();
    expect((await rightFrames(page))[1]).toBe(FRAMES - 1);
  });

  it('can be seen without control frames, around the same moment', async () => {
    const page = await open('?frame=700000');
    await page.getByRole('checkbox', { name: 'control frames' }).uncheck();
    await page.getByRole('heading', { name: /^Frames 950,000/ }).waitFor();
    const opcodes = gridOf(page).locator('tr.frame:not(.empty) .opcode');
    await expect.poll(async () => new Set(await opcodes.allInnerTexts())).toEqual(new Set(['text']));
    const place = Number(await gridOf(page).locator('tr.frame').first().getAttribute('data-place'));
    // Of 700,000 frames one in twenty was a ping.
    expect(Math.abs(place - 665_000)).toBeLessThan(40);
  });
});
