/** @param what what is on its way, as in `loading the frames` */
export function Loading({ what }: { what: string }) {
  return (
    <p class="loading" role="status">
      loading {what}…
    </p>
  );
}
