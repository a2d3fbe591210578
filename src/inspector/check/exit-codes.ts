/** What the process of a check ends with when its question cannot be asked: 400, with the sentence on stdout. Not one of Node's own codes. */
export const REFUSED = 64;
