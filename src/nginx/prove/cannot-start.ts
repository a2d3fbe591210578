/** Something that every measurement needs is missing here, or failed; it says nothing about the configuration. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
