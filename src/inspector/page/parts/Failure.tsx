/** Something could not be had. @param says one sentence, as an ApiFailure's message is @param retry shown as a button */
export function Failure({ says, retry }: { says: string; retry?: () => void }) {
  return (
    <div class="failure" role="alert">
      <bdi>{says}</bdi>
      {retry !== undefined && (
        <button type="button" class="button" onClick={retry}>
          try again
        </button>
      )}
    </div>
  );
}
