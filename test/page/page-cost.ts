import type { Page } from 'playwright-core';

/** What a page takes, once its garbage is collected, as Chromium's own tools say. */
export interface PageCost {
  /** Of the document: texts, too, and what is held without being in it. */
  readonly nodes: number;
  readonly heapBytes: number;
}

/** How to measure it, time and again. */
export async function meterOf(page: Page): Promise<() => Promise<PageCost>> {
  const tools = await page.context().newCDPSession(page);
  await tools.send('Performance.enable');
  return async () => {
    await tools.send('HeapProfiler.collectGarbage');
    const { metrics } = await tools.send('Performance.getMetrics');
    const of = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
    return { nodes: of('Nodes'), heapBytes: of('JSHeapUsedSize') };
  };
}
