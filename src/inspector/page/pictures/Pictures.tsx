import type { Pictures as PicturesData } from '../../api.ts';
import { ClosesPicture } from './ClosesPicture.tsx';
import type { OnSpan } from './choosing.ts';
import { IdlePicture } from './IdlePicture.tsx';
import './pictures.css';
import type { OnTap } from './Legend.tsx';
import { RoundTripsPicture } from './RoundTripsPicture.tsx';
import { SurvivalPicture } from './SurvivalPicture.tsx';

export interface PicturesProps {
  readonly pictures: PicturesData;
  /** A silence was chosen: ms, `to` excluded. */
  readonly onIdle?: OnSpan | undefined;
  /** A time was chosen: ms since the epoch, `until` excluded. */
  readonly onTime?: OnSpan | undefined;
  readonly onTap?: OnTap | undefined;
}

/** The four pictures of the overview. */
export function Pictures({ pictures, onIdle, onTime, onTap }: PicturesProps) {
  return (
    <div class="pic-grid">
      <IdlePicture idle={pictures.idle} onIdle={onIdle} />
      <ClosesPicture closes={pictures.closes} onTime={onTime} />
      <SurvivalPicture curves={pictures.survival} onTap={onTap} />
      <RoundTripsPicture series={pictures.roundTrips} onTap={onTap} />
    </div>
  );
}
