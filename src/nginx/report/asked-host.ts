/** A name or an address as it stands in a URL, without scheme and port. */
const HOST = /^(?:\[[\da-f:.]+\]|[^\s/:@?#[\]]+)$/i;

export const EXAMPLE_HOST = 'chat.example.com';

/** Whether something can be the host that a check is made for. With a port it would match no server, and nothing would be found. */
export const isHost = (text: string): boolean => HOST.test(text);
