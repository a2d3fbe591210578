const two = (n: number): string => n.toString(16).padStart(2, '0');

/** Bytes as `00000010  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 …  |Hello, world|`; what is not printable ASCII is a dot. */
export function hexDump(bytes: Uint8Array, perRow: number): string[] {
  const half = perRow / 2;
  const width = perRow * 3;
  return Array.from({ length: Math.ceil(bytes.length / perRow) }, (_, row) => {
    const part = bytes.subarray(row * perRow, (row + 1) * perRow);
    const hex = [part.subarray(0, half), part.subarray(half)].map((each) => Array.from(each, two).join(' ')).join('  ');
    const text = Array.from(part, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    return `${(row * perRow).toString(16).padStart(8, '0')}  ${hex.padEnd(width)}  |${text}|`;
  });
}

/** @throws DOMException when it is not base64 */
export const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
