/**
 * Below a picture: the numbers of what is pointed at, for the eye alone, or else what must be said of the whole. Where that takes
 * more than a line it covers what stands below, for nothing must move while one points.
 */
export const Readout = ({ told, rest }: { told: string | undefined; rest: string }) => (
  <p class="pic-more pic-readout" aria-hidden={told !== undefined}>
    <span>{told ?? rest}</span>
  </p>
);
