import { test, onTestFinished } from 'vitest';
test('a', () => { onTestFinished(() => undefined); });
