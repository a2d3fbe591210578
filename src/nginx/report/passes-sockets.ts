import type { CheckResult } from '../check.ts';

/**
 * Whether any server that was looked at may pass WebSockets on: none does where nginx itself answers every one of them, as the
 * default server does for a name that no server has.
 */
export const passesSockets = ({ view: { sites } }: Pick<CheckResult, 'view'>): boolean =>
  sites.some(({ socket: { resolution } }) => !['answer', 'files'].includes(resolution.outcome.kind));
