import type { ComponentChildren } from 'preact';
import type { Side } from '../../../../evidence/fact.ts';
import { grouped, span } from '../../../../words/times.ts';
import type { ConnectionDetail } from '../../../api.ts';
import { Clock, Span } from '../../parts/Time.tsx';
import { bytesWords } from '../bytes-words.ts';
import { roundTripWords } from '../frames/frame-words.ts';

/** The numbers of a connection, at its end or now. */
export function Measures({ detail }: { detail: ConnectionDetail }) {
  const { idle, frames, bytes, roundTripMs, keepaliveMs, gapsOver60s } = detail;
  const open = detail.state === 'open';
  return (
    <div class="measures">
      <dl>
        <Measure name="opened">
          <Clock at={detail.openedAt} />
        </Measure>
        <Measure name={open ? 'open for' : 'lived'}>
          <Span ms={detail.lifetimeMs} />
        </Measure>
        <Measure name={open ? 'idle now' : 'idle at the end'}>
          <Span ms={idle.anyMs} />
        </Measure>
        <Measure name="longest gap but for hangup’s pings">
          <Span ms={idle.longestNaturalGapMs} />
        </Measure>
        <Measure name="gaps of 60 s healed by them">{grouped(gapsOver60s)}</Measure>
      </dl>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col" data-party="client">
              client
            </th>
            <th scope="col" data-party="server">
              server
            </th>
          </tr>
        </thead>
        <tbody>
          <PerLeg name="silent for" value={(side) => spanOrDash(idle[`${side}Ms`])} />
          <PerLeg name="frames" value={(side) => grouped(frames[side])} />
          <PerLeg name="bytes" value={(side) => bytesWords(bytes[side])} />
          <PerLeg name="last ping and pong" value={(side) => roundTripOrDash(roundTripMs[side])} />
          <PerLeg name="pinged every" value={(side) => intervalWords(keepaliveMs[side])} />
        </tbody>
      </table>
    </div>
  );
}

const spanOrDash = (ms: number | null): string => (ms === null ? '–' : span(ms));
const roundTripOrDash = (ms: number | null): string => (ms === null ? '–' : roundTripWords(ms));
const intervalWords = (ms: number | null): string => (ms === null ? 'off' : `${ms / 1000} s`);

function Measure({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="num">{children}</dd>
    </div>
  );
}

function PerLeg({ name, value }: { name: string; value(side: Side): string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="num">{value('client')}</td>
      <td class="num">{value('server')}</td>
    </tr>
  );
}
