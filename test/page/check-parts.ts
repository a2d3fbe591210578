/** The view of `hangup check`, as a test uses it. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { removeFolder, temporaryFolder } from '../kit/temporary.ts';

/** A configuration whose WebSockets do not get through. */
export const LOST = `events {}
http {
    server {
        listen 80 default_server;
        server_name chat.example.com;
        location /api/v4/websocket {
            proxy_pass http://127.0.0.1:8065;
        }
        location / {
            proxy_pass http://127.0.0.1:8065;
        }
    }
}
`;

export interface Stop {
  readonly what: string;
  readonly lost: boolean;
  readonly marked: boolean;
  readonly onScreen: boolean;
}

/** What has the keyboard. Runs in the page. */
export const STOP = `(() => {
  const { activeElement: element } = document;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { top, bottom } = element.getBoundingClientRect();
  return {
    what: [element.tagName, element.id, element.innerText.slice(0, 60)].join(' '),
    lost: element === document.body,
    marked: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0,
    onScreen: bottom > 0 && top < innerHeight,
  };
})()`;

export const says = (page: Page) => page.locator('#check-says');
export const findings = (page: Page) => page.locator('.findings li');
export const source = (page: Page) => page.locator('#check-source');

/** Types a text and has it checked. */
export async function give(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox').first().fill(text);
  await page.getByRole('button', { name: 'check', exact: true }).click();
  await says(page).waitFor();
}

/** Puts a text into the clipboard and from there into the field. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.getByRole('textbox').first().focus();
  await page.keyboard.press('Control+V');
}

/** Drops files and folders of this machine on the view, as a file manager does. */
export async function drop(page: Page, ...paths: string[]): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  }
}

/** A folder with these files, for one test. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder('dropped');
  onTestFinished(() => removeFolder(folder));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
