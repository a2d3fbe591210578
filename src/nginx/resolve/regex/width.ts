import type { Node } from './syntax.ts';

/** @returns how many bytes it matches, or null where that is not fixed */
export function widthOf(node: Node): number | null {
  switch (node.kind) {
    case 'byte':
      return 1;
    case 'literal':
      return node.bytes.length;
    case 'place':
    case 'look':
      return 0;
    case 'group':
    case 'atomic':
      return widthOf(node.body);
    case 'back':
      return null;
    case 'repeat': {
      const width = widthOf(node.body);
      return width === null || node.min !== node.max ? null : width * node.min;
    }
    case 'sequence':
      return node.parts.reduce<number | null>((sum, part) => plus(sum, widthOf(part)), 0);
    case 'choice': {
      const [first = null, ...rest] = node.of.map(widthOf);
      return rest.every((width) => width === first) ? first : null;
    }
  }
}

const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
