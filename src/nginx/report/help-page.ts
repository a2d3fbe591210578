import type { Rule } from '../rules/rule.ts';

/** @returns the rule's help page, from the top of the repository */
export const helpPage = ({ id }: Pick<Rule, 'id'>): string => `docs/rules/${id}.md`;
