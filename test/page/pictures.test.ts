import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Party } from '../../src/verdict/verdict.ts';
import { describeInChromium } from '../kit/chromium.ts';
import { seededDay } from './day.ts';
import type { Made } from './made.ts';
import { chips, figures, lines, untilListed, untilLive } from './overview-parts.ts';
import { bar, drag, picture, type Table, tablesOf } from './picture-parts.ts';
import { stageFor } from './stage.ts';

/** The pile at nginx's default. */
const PILE = '30 closes after 56 s to 68 s of silence';

type Counts = Readonly<Partial<Record<Party, number>>>;

const totalOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Lines of the list: what a reload ended at once is one. */
function linesFor(made: readonly Made[]): number {
  const reloaded = made.filter(({ ending }) => ending === 'reload').length;
  return made.length - Math.max(0, reloaded - 1);
}

/** The figures of a table by party, as the API has them. */
const countsOf = ({ head, rows }: Table): Counts[] =>
  rows.map((cells) => {
    const pairs = head.map((name, i): [string, number] => [name, Number(cells[i])]);
    return Object.fromEntries(pairs.slice(1).filter(([, count]) => count > 0));
  });

describeInChromium('the pictures', (browser) => {
  const { seed, made } = seededDay();
  const stage = stageFor({ seed });

  const open = async (path = '/'): Promise<Page> => {
    const page = await stage.visit(browser, path);
    await untilLive(page);
    await picture(page, 'Silence before the close').locator('.pic-svg').waitFor();
    return page;
  };

  it('filter by a click on a bar: in the address, above the list and in the list; and the way back takes it out', async () => {
    const page = await open();
    await untilListed(page, linesFor(made));
    await bar(page, PILE).click();
    await untilListed(page, 30);
    const { idle } = (await stage.summary()).pictures;
    const pile = idle.buckets.find(({ counts }) => totalOf(counts) === 30);
    const query = new URL(page.url()).searchParams;
    expect([query.get('idleFromMs'), query.get('idleToMs')].map(Number)).toEqual([pile?.from, pile?.to]);
    expect(await chips(page)).toEqual(['silence 56.2 s to 68.1 s']);
    const why = await lines(page).locator('.row-reason .cut').allInnerTexts();
    expect(new Set(why)).toEqual(new Set(['idle timeout']));
    // The figures beside it stay: they are what one chooses from.
    expect(await figures(page)).toMatchObject({ closed: '65', client: '12' });

    await page.reload();
    await untilListed(page, 30);
    expect(await chips(page)).toEqual(['silence 56.2 s to 68.1 s']);
    await page.goBack();
    await untilListed(page, linesFor(made));
    expect(await chips(page)).toEqual([]);
    expect(new URL(page.url()).search).toBe('');
    await page.goForward();
    await untilListed(page, 30);
    await page.getByRole('button', { name: 'take out: silence' }).click();
    await untilListed(page, linesFor(made));
    expect(new URL(page.url()).search).toBe('');
  });

  it('filter by a key as well', async () => {
    const page = await open();
    await bar(page, PILE).focus();
    await page.keyboard.press('Enter');
    await untilListed(page, 30);
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toContain(PILE);
  });

  it('filter closes over time by dragging, to whole buckets; a shared link shows another reader the same', async () => {
    const page = await open();
    await drag(page, 'Closes over time', 0.55, 0.8);
    await page.waitForURL(/since=/);
    const query = new URL(page.url()).searchParams;
    const [since, until] = [query.get('since'), query.get('until')].map((iso) => Date.parse(iso ?? ''));
    if (since === undefined || until === undefined) throw new Error('no time was chosen');
    const chosen = made.filter(({ closedAt }) => closedAt >= since && closedAt < until);
    expect(chosen.length).toBeGreaterThan(5);
    expect(chosen.length).toBeLessThan(made.length - 5);
    await untilListed(page, linesFor(chosen));
    expect((await chips(page)).join()).toMatch(/^closed .* to /);
    const { closes } = (await stage.summary(`?${query}`)).pictures;
    expect(closes.buckets.reduce((sum, { counts }) => sum + totalOf(counts), 0)).toBe(chosen.length);

    const other = await stage.visit(browser, page.url().slice(stage.url.length));
    await untilListed(other, linesFor(chosen));
    expect(await chips(other)).toEqual(await chips(page));
    const keys = (each: Page) => lines(each).evaluateAll((rows) => rows.map((row) => row.getAttribute('data-key')));
    expect(await keys(other)).toEqual(await keys(page));
  });

  it('mark the timer that explains the pile, and the reload', async () => {
    const page = await open();
    const silences = await picture(page, 'Silence before the close').innerText();
    expect(silences).toContain('30 of 65 connections ended after 56 s to 68 s of silence');
    expect(silences).toContain('60 s nginx, AWS ALB, Apache default · 30');
    expect(await picture(page, 'Closes over time').innerText()).toContain('6 at once');
  });

  it('are told as tables with the numbers of the API', async () => {
    const page = await open();
    const { idle, closes, survival, roundTrips } = (await stage.summary()).pictures;
    const full = <T extends { readonly counts: Counts }>(buckets: readonly T[]) =>
      buckets.map(({ counts }) => counts).filter((counts) => totalOf(counts) > 0);
    const withAll = (buckets: readonly { readonly counts: Counts }[]) =>
      full(buckets).map((counts) => ({ ...counts, all: totalOf(counts) }));
    const [silences, timers] = await tablesOf(page, 'Silence before the close');
    expect(silences && countsOf(silences)).toEqual(withAll(idle.buckets));
    expect(timers?.rows.length).toBeGreaterThan(0);

    const [over, masses] = await tablesOf(page, 'Closes over time');
    expect(over && countsOf(over)).toEqual(withAll(closes.buckets));
    expect(masses?.rows.map(([, what]) => what)).toEqual(
      closes.mass.map(({ count }) => expect.stringContaining(`${count} at once`)),
    );

    const [living] = await tablesOf(page, 'How long connections live');
    const curves = survival.map(({ connections, ended }) => [`${connections}`, `${ended}`]);
    expect(living?.rows.map(([, all, cut]) => [all, cut])).toEqual(curves);

    const [trips] = await tablesOf(page, 'Round trips of pings');
    const pings = roundTrips.flatMap(({ points }) => points.map(({ at, count }) => ({ at, count })));
    const inOrder = pings.sort((a, b) => a.at - b.at).map(({ count }) => `${count}`);
    expect(trips?.rows.map(([, , count]) => count)).toEqual(inOrder);
    expect(inOrder.length).toBeGreaterThan(3);
  });
});
